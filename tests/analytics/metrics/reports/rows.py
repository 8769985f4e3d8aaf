"""Many rows at once, of a team at work in New York in the week of August 25 to 31, and September 3, 2025."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from analytics.decisions.periods import period_of
from analytics.enums import ReportKind
from analytics.metrics.reports import make
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Document
from escalations.enums import Priority, Reason, State
from escalations.models import Conversation, Escalation, Rating
from tests import factories

_count = count()
ZONE = "America/New_York"
NOW = datetime(2025, 10, 20, 12, tzinfo=UTC)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE))


def document(kind: ReportKind, day: date, *, now: datetime = NOW, teams=None) -> Document:
    return make(Asked(period_of(kind, day, ZONE, now), teams, now))


def section(found: Document, key: str):
    return next(one for one in found.sections if one.key == key)


def lines(found: Document, key: str) -> dict[str, str]:
    """The section's figures as they are read."""
    return {figure.label: figure.line for figure in section(found, key).figures}


def texts(found: Document, key: str) -> list[tuple[str, ...]]:
    """The section's first table."""
    return [tuple(cell.text for cell in row) for row in section(found, key).tables[0].rows]


def opened(days: dict[date, int], *, minutes: int = 10, **fields) -> list[Escalation]:
    """So many opened on each day, a few minutes apart from 9 o'clock on; withdrawn, unless said otherwise."""
    moments = [at(day) + timedelta(minutes=minutes * n) for day, number in days.items() for n in range(number)]
    return store([{"opened_at": moment, "state": State.CANCELLED, **fields} for moment in moments])


def store(rows: list[dict]) -> list[Escalation]:
    """Each with a conversation that started with it."""
    team = factories.support()
    conversations = Conversation.objects.bulk_create(
        Conversation(source="chat", external_id=f"{next(_count)}", started_at=row["opened_at"], customer=None)
        for row in rows
    )
    defaults = {"team": team, "reason": Reason.LOW_AI_CONFIDENCE, "priority": Priority.MEDIUM}
    return Escalation.objects.bulk_create(
        Escalation(conversation=conversation, **{**defaults, **row})
        for conversation, row in zip(conversations, rows, strict=True)
    )


def case(opened_at: datetime, *, response: int | None = None, resolved: bool = True, due=600, **fields) -> dict:
    """Answered after ``response`` seconds where given, and resolved after ten minutes or else withdrawn."""
    done = opened_at + timedelta(minutes=10)
    state = {"state": State.CANCELLED}
    if resolved:
        state = {
            "state": State.RESOLVED,
            "resolved_at": done,
            "last_resolved_at": done,
            "resolution_seconds": 600,
            "full_resolution_seconds": 600,
        }
    answered = {}
    if response is not None:
        answered = {
            "first_response_at": opened_at + timedelta(seconds=response),
            "first_response_seconds": response,
        }
    return {
        "opened_at": opened_at,
        "first_response_due_at": opened_at + timedelta(seconds=due),
        **state,
        **answered,
        **fields,
    }


def rated(escalations: list[Escalation], scores: list[int]) -> None:
    Rating.objects.bulk_create(
        Rating(
            conversation=one.conversation,
            escalation=one,
            csat=score,
            rated_at=one.opened_at + timedelta(minutes=30),
        )
        for one, score in zip(escalations, scores, strict=False)
    )
