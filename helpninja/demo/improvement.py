"""What the team works on to need fewer escalations: the guide's three programmes, an older one, two cycles."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User

from agents.models import Agent, Team
from escalations.enums import Reason
from helpninja.common.actors import Actor
from helpninja.demo.people import DAVID, LISA, SARAH, SUPERVISOR, TOM
from quality.actions.improvement import make_cycle, mark_task, note_task, set_state, today_at, write_notes
from quality.actions.initiatives import change_status, mark_step
from quality.enums import CycleState, InitiativeStatus, TargetKind
from quality.models import CycleTask, CycleTemplate, ImprovementCycle, Initiative

MONTH = 30


@dataclass(frozen=True)
class Programme:
    """``target``: percent, of what ``kind`` says; ``ran_days`` ago it started; ``done``: so many steps."""

    name: str
    reason: Reason
    target: str
    expected: int
    months: int
    cost: int | None
    steps: tuple[str, ...]
    description: str = ""
    kind: TargetKind = TargetKind.SHARE
    ran_days: int = 0
    done: int = 0


PROGRAMMES = (
    Programme(
        "Technical Support Optimization",
        Reason.TECHNICAL_ISSUE,
        "14.4",
        25,
        3,
        9600,
        (
            "Enhanced API documentation with video tutorials",
            "Interactive troubleshooting guides",
            "Common error code database with solutions",
            "Community forum for peer support",
            "Proactive system health notifications",
        ),
    ),
    Programme(
        "Billing & Account Optimization",
        Reason.BILLING_ACCOUNT,
        "8.1",
        21,
        2,
        5400,
        (
            "Self-service billing portal enhancements",
            "Automated payment failure notifications",
            "Clear upgrade/downgrade workflows",
            "Detailed usage dashboards",
            "Proactive billing communication",
        ),
    ),
    Programme(
        "AI Confidence Improvement",
        Reason.LOW_AI_CONFIDENCE,
        "24.2",
        54,
        4,
        None,
        (
            "Expanded training data collection",
            "Domain-specific model fine-tuning",
            "Context-aware response generation",
            "Multi-turn conversation handling",
            "Continuous learning implementation",
        ),
    ),
    Programme(
        "Ask before handing over",
        Reason.CUSTOMER_REQUEST,
        "12",
        20,
        3,
        1200,
        (
            "Let the chat ask what it is about when somebody wants a person",
            "Offer the three most read articles with the question",
            "Say how long the wait for a person is",
        ),
        description="Many who ask for a person at once have a question that the chat can answer.",
        kind=TargetKind.REDUCTION,
        ran_days=60,
        done=2,
    ),
)

WENT_WELL = "First answers came faster in the second half of the month.\nThe new macro for refunds is used by all."
TO_IMPROVE = "API questions still go back and forth: we ask for what the customer has already said."
ACTIONS = "Tom shadows David on API cases.\nWrite the guide to advanced API authentication."
NOTE = "Webhook questions doubled since the release; most need the same three steps."


def improve(agents: dict[str, Agent], now: datetime) -> None:
    """By the product's own actions, so that each start is counted from the demo's history."""
    lead = agents[SUPERVISOR.username].user
    support = Team.objects.get(slug="support")
    for programme in PROGRAMMES:
        _launch(programme, lead, support, now)
    _run_cycles(lead, support, now)


def _launch(programme: Programme, lead: User, support: Team, now: datetime) -> None:
    by, started = Actor.of_user(lead), now - timedelta(days=programme.ran_days)
    first = today_at(started)
    length = timedelta(days=MONTH * programme.months)
    initiative = Initiative.objects.create(
        name=programme.name,
        description=programme.description,
        reason=programme.reason,
        owner=lead,
        cost=None if programme.cost is None else Decimal(programme.cost),
        starts_on=first,
        ends_on=first + length,
        target_kind=programme.kind,
        target_value=Decimal(programme.target),
        expected_fewer=programme.expected,
        created_at=started,
    )
    initiative.teams.add(support)
    each = length / len(programme.steps)
    for number, text in enumerate(programme.steps, start=1):
        initiative.steps.create(text=text, owner=lead, due=first + each * number)
    change_status(initiative=initiative, status=InitiativeStatus.RUNNING, by=by, now=started)
    for step in initiative.steps.all()[: programme.done]:
        mark_step(step=step, done=True, by=by, now=started + each)


def _run_cycles(lead: User, support: Team, now: datetime) -> None:
    """Last month's, done and closed, and this month's, with what was due done but for the latest."""
    template = CycleTemplate.objects.get()
    template.recurring, template.team, template.owner = True, support, lead
    template.save(update_fields=["recurring", "team", "owner"])
    this_month = today_at(now).replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    by = Actor.of_user(lead)
    past, _ = make_cycle(template=template, month=last_month, team=support, owner=lead, by=by, now=_at(last_month))
    _work_off(past, this_month)
    notes = {"went_well": WENT_WELL, "to_improve": TO_IMPROVE, "next_actions": ACTIONS}
    write_notes(cycle=past, notes=notes, version=1, by=by, now=_at(this_month))
    set_state(cycle=past, state=CycleState.CLOSED, by=by, now=_at(this_month))
    present, _ = make_cycle(
        template=template, month=this_month, team=support, owner=lead, by=by, now=_at(this_month)
    )
    _work_off(present, today_at(now) - timedelta(days=1))


def _work_off(cycle: ImprovementCycle, until: date) -> None:
    """What is due before the date, in its order, each by whoever has it; what comes again comes again."""
    people = {user.username: user for user in User.objects.all()}
    for person, title in (
        (LISA, "Update knowledge base content"),
        (SARAH, "Develop training materials for skill gaps"),
        (DAVID, "Analyze system and process issues"),
        (TOM, "Gather feedback from team"),
    ):
        cycle.tasks.filter(title=title).update(owner=people[person.username])
    while task := cycle.tasks.filter(done_at=None, due__lt=until).select_related("owner").order_by("due").first():
        _do(task, cycle)


def _do(task: CycleTask, cycle: ImprovementCycle) -> None:
    task.cycle = cycle
    by = Actor.of_user(task.owner)
    if task.title == "Identify trends and patterns":
        note_task(task=task, note=NOTE, by=by, now=_at(task.due))
    mark_task(task=task, done=True, by=by, now=_at(task.due))


def _at(day: date) -> datetime:
    """In the afternoon."""
    return datetime.combine(day, time(15), ZoneInfo(settings.DISPLAY_TIME_ZONE))
