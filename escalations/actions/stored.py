"""Stored conversations as the rules would have seen them, a page at a time, without an instance for each row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from agents.models import Team
from escalations.actions.judging import circumstances_of
from escalations.decisions.comparison import Handover
from escalations.decisions.replay import FactsOf
from escalations.decisions.sentiment import sentiment_of
from escalations.decisions.triggers import UNKNOWN, Circumstances, Facts, Needs
from escalations.enums import Author
from escalations.models import Conversation, Escalation, Message

# Conversations read at once. Between pages no query is open: progress can be written, and memory stays small.
PAGE = 1000


class Line(NamedTuple):
    """One message, with what a rule may know of it; the names are the columns'."""

    id: int
    conversation_id: int
    author: str
    text: str
    ai_confidence: float | None
    ai_failed: bool | None
    intent: str
    response_ms: int | None
    sentiment: float | None
    sent_at: datetime | None


class Head(NamedTuple):
    """A conversation without its messages; the names are the columns'."""

    id: int
    started_at: datetime
    timing: str
    topic__slug: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation with all its messages. ``facts_of`` gives what a rule may look at, at one of them."""

    id: int
    started_at: datetime
    timing: str
    lines: list[Line]
    handover: Handover | None
    facts_of: FactsOf

    @property
    def until_handover(self) -> list[Line]:
        """Up to the message that led to it; where that is not known, up to its time."""
        if self.handover is None:
            return self.lines
        place, at = self.handover.place, self.handover.at
        if place is not None:
            return self.lines[: place + 1]
        return [line for line in self.lines if line.sent_at is None or line.sent_at <= at]


def conversations_of(start: datetime, end: datetime, teams: frozenset[int]) -> QuerySet[Conversation]:
    """Started in ``[start, end)``, and either left to the AI alone or handed to one of the teams."""
    found = Conversation.objects.filter(started_at__gte=start, started_at__lt=end)
    if not Team.objects.exclude(pk__in=teams).exists():
        return found
    handed = Escalation.objects.filter(conversation=OuterRef("pk"))
    return found.filter(~Exists(handed) | Exists(handed.filter(team__in=teams)))


def pages(conversations: QuerySet[Conversation], needs: Needs) -> Iterator[list[Told]]:
    """In the order of their start, by keyset, so that each page costs what the first does."""
    ordered = conversations.order_by("started_at", "id")
    page = _heads(ordered)
    while page:
        yield _told(page, needs)
        last = page[-1]
        behind = Q(started_at__gt=last.started_at) | Q(id__gt=last.id)
        page = _heads(ordered.filter(behind, started_at__gte=last.started_at)) if len(page) == PAGE else []


def told(conversation: Conversation, needs: Needs) -> Told:
    """One alone, however old it is."""
    return _told(_heads(Conversation.objects.filter(pk=conversation.pk)), needs)[0]


def _heads(conversations: QuerySet[Conversation]) -> list[Head]:
    return [Head._make(row) for row in conversations.values_list(*Head._fields)[:PAGE]]


def _told(page: list[Head], needs: Needs) -> list[Told]:
    ids = [head.id for head in page]
    lines, handovers = _lines(ids), _first_handovers(ids)
    about = circumstances_of(ids, needs, page[0].started_at)
    return [
        Told(
            head.id,
            head.started_at,
            head.timing,
            lines.get(head.id, []),
            _handover(handovers.get(head.id), lines.get(head.id, [])),
            facts_by(head.topic__slug or "", about.get(head.id, UNKNOWN)),
        )
        for head in page
    ]


def facts_by(topic: str, about: Circumstances) -> FactsOf:
    """What a rule may look at, in a conversation of which this is known."""
    return lambda message, signals: Facts(message, signals, topic, about)


def with_sentiment(line: Line) -> Line:
    """Messages from before it was kept, and those imported, have none yet."""
    if line.sentiment is not None or line.author != Author.CUSTOMER:
        return line
    return line._replace(sentiment=sentiment_of(line.text))


def _lines(ids: list[int]) -> dict[int, list[Line]]:
    rows = Message.objects.filter(conversation__in=ids).order_by("conversation", "sent_at", "id")
    found: dict[int, list[Line]] = {}
    for row in rows.values_list(*Line._fields).iterator(chunk_size=5000):
        line = Line._make(row)
        found.setdefault(line.conversation_id, []).append(line)
    return found


def _first_handovers(ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """By conversation: the escalation's id, rule, message, time and verdict."""
    rows = Escalation.objects.filter(conversation__in=ids).order_by("-opened_at", "-id")
    columns = ("conversation", "id", "trigger_rule", "trigger_message", "opened_at", "necessity")
    return {row[0]: row[1:] for row in rows.values_list(*columns)}


def _handover(row: tuple[Any, ...] | None, lines: list[Line]) -> Handover | None:
    if row is None:
        return None
    escalation, rule, message, at, necessity = row
    place = next((place for place, line in enumerate(lines) if line.id == message), None)
    return Handover(escalation, rule, place, at, necessity)
