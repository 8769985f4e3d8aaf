"""What is to be reviewed this week: two of each agent's last days, the risky more likely."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from agents.models import Agent, Team
from helpninja.common.actors import Actor
from helpninja.demo.people import REVIEWER, SUPERVISOR
from quality.actions.review_cycles import draw_cycle
from quality.enums import Recurrence, SamplingMethod
from quality.models import CycleReviewer, ReviewCycle

SEED = "helpninja"
DAYS = 7
# How many reviews at most.
QUOTAS = {REVIEWER.username: 8, SUPERVISOR.username: 4}


def draw_week(agents: dict[str, Agent], now: datetime) -> None:
    """After the reviews: what was reviewed is not drawn again."""
    cycle = ReviewCycle.objects.create(
        name="Weekly spot check",
        start=now - timedelta(days=DAYS),
        end=now,
        recurrence=Recurrence.WEEKLY,
        method=SamplingMethod.RISK,
        seed=SEED,
        per_agent=2,
    )
    cycle.teams.set([Team.objects.get(slug="support")])
    for username, quota in QUOTAS.items():
        CycleReviewer.objects.create(cycle=cycle, reviewer=User.objects.get(username=username), quota=quota)
    draw_cycle(cycle=cycle, by=Actor.of_user(agents[SUPERVISOR.username].user), now=now)
