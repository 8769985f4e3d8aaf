"""The only writer of the agents' scorecards: how the work of the last 30 days turned out, for routing to read."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Aggregate, Count, Q, Sum

from agents.models import Agent, Scorecard
from agents.models.scorecard import DAYS
from analytics.metrics.filters import Filters
from analytics.metrics.readings import ALL
from analytics.metrics.registry import FIRST_CONTACT, RATED_CSAT, REESCALATED
from analytics.metrics.sources import HANDLED, RATED, RESOLVED, RESPONDED, REVIEWED, Source
from helpninja.common.windows import Window

ALL_TOPICS = ""
COUNTED = ("resolved", "lasting", "first_contact", "ratings", "responses", "handled", "reviews")
# A mean, the sum that it is of, and the number of rows.
MEANS = (
    ("csat", "rated", "ratings"),
    ("response_seconds", "waited", "responses"),
    ("handling_seconds", "worked", "handled"),
    ("quality_score", "scored", "reviews"),
)


@transaction.atomic
def write_scorecards(*, now: datetime) -> int:
    """Writes every active agent's cards anew, over all topics and by topic, and gives their number.

    Six queries to read, two to write, however many agents there are. Credit is METRICS': a resolution to who
    resolved, a rating to the handler frozen with the survey, time to who held it.
    """
    agents = list(Agent.objects.active().values_list("pk", flat=True))
    sums = {(agent, ALL_TOPICS): Counter[str]() for agent in agents}
    for agent, topic, found in _found(Window.last_days(DAYS, now, "UTC"), now):
        if (agent, ALL_TOPICS) in sums:
            sums[agent, ALL_TOPICS].update(found)
            if topic:
                sums.setdefault((agent, topic), Counter()).update(found)
    Scorecard.objects.all().delete()
    Scorecard.objects.bulk_create(
        Scorecard(agent_id=agent, topic=topic, computed_at=now, **_figures(one))
        for (agent, topic), one in sums.items()
    )
    return len(sums)


def _found(window: Window, now: datetime) -> Iterator[tuple[int, str | None, dict[str, float]]]:
    """Counts and sums by agent and topic; they add up over topics, since an escalation has one."""

    def of(source: Source, agent: str, topic: str, where: Q = ALL, **sums: Aggregate) -> Any:
        rows = source.within(window, Filters(), now).filter(where, **{f"{agent}__isnull": False})
        for owner, slug, *values in rows.order_by().values_list(agent, topic).annotate(**sums):
            yield owner, slug, {name: value or 0 for name, value in zip(sums, values, strict=True)}

    yield from of(
        RESOLVED,
        "resolved_by",
        "topic__slug",
        resolved=Count("pk"),
        lasting=Count("pk", filter=~REESCALATED),
        first_contact=Count("pk", filter=FIRST_CONTACT),
    )
    yield from of(RATED, "handler", "escalation__topic__slug", RATED_CSAT, ratings=Count("pk"), rated=Sum("csat"))
    yield from of(
        RESPONDED,
        "first_responder",
        "topic__slug",
        responses=Count("pk"),
        waited=Sum("first_response_seconds"),
    )
    yield from of(
        HANDLED,
        "agent",
        "escalation__topic__slug",
        handled=Count("escalation", distinct=True),
        worked=Sum("seconds"),
    )
    yield from of(REVIEWED, "agent", "escalation__topic__slug", reviews=Count("pk"), scored=Sum("total"))


def _figures(sums: Counter[str]) -> dict[str, Any]:
    means = {mean: sums[total] / sums[rows] if sums[rows] else None for mean, total, rows in MEANS}
    return {**{name: sums[name] for name in COUNTED}, **means}
