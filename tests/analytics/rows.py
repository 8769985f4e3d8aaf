"""Rows at known moments, for numbers counted by hand. The window is the day 2026-03-10 in UTC."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from analytics.metrics.filters import Filters
from analytics.metrics.registry import METRICS, measure
from analytics.metrics.tally import Frame
from escalations.enums import State
from escalations.models import HandlingInterval, Rating
from helpninja.common.windows import Comparison, Window
from tests import factories

START = datetime(2026, 3, 10, tzinfo=UTC)
END = START + timedelta(days=1)
NOON = START + timedelta(hours=12)
LATER = START + timedelta(days=60)


def frame(*, now=LATER, window=None, comparison=Comparison.PREVIOUS, **filters) -> Frame:
    return Frame(window or Window(START, END, "UTC"), Filters(**filters), now, comparison)


def value(key, *, now=LATER, window=None, **filters):
    return measured(key, now=now, window=window, **filters).now


def before(key, **filters):
    return measured(key, **filters).before


def measured(key, **asked):
    """The metric alone; and what a click on its number opens has exactly the rows that it counted."""
    asked_frame = frame(**asked)
    found = measure([METRICS[key]], asked_frame)[key]
    if key != "backlog" or found.now.n:
        assert METRICS[key].counted(asked_frame).count() == found.now.n
    return found


def conversation(at=NOON, **fields):
    return factories.make_conversation(started_at=at, **fields)


def escalation(at=NOON, **fields):
    """Its conversation starts with it, unless given."""
    timing = {"timing": fields["timing"]} if "timing" in fields else {}
    fields.setdefault("conversation", None)
    fields["conversation"] = fields["conversation"] or conversation(at, **timing)
    return factories.make_escalation(opened_at=at, **fields)


def resolved(at=NOON, *, after=timedelta(minutes=10), **fields):
    return escalation(at, state=State.RESOLVED, resolved_at=at + after, **fields)


def answered(at=NOON, *, seconds, **fields):
    return escalation(
        at, first_response_at=at + timedelta(seconds=seconds), first_response_seconds=seconds, **fields
    )


def rating(csat, at=NOON, *, of=None, sent=None, **fields):
    """Of an escalation, or of a conversation without one; ``at`` None is a survey nobody answered."""
    of = of or escalation(at or NOON)
    return Rating.objects.create(
        escalation=of, conversation=of.conversation, csat=csat, rated_at=at, survey_sent_at=sent, **fields
    )


def held(of, agent, *, seconds, ended=NOON, hourly_cost: str | None = "60.00"):
    return HandlingInterval.objects.create(
        escalation=of,
        agent=agent,
        started_at=ended - timedelta(seconds=seconds),
        ended_at=ended,
        seconds=seconds,
        hourly_cost=None if hourly_cost is None else Decimal(hourly_cost),
    )
