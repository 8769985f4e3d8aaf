"""Stored conversations as the rules would have seen them, a page at a time, without an instance for each row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from agents.models import Team
from escalations.decisions.comparison import Handover
from escalations.decisions.triggers import Facts, Signals
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
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation up to its first handover. ``facts_of`` gives what a rule may look at, at one message."""

    id: int
    started_at: datetime
    timing: str
    lines: list[Line]
    handover: Handover | None
    facts_of: Callable[[Any, Signals], Facts]


def conversations_of(start: datetime, end: datetime, teams: frozenset[int]) -> QuerySet[Conversation]:
    """Started in ``[start, end)``, and either left to the AI alone or handed to one of the teams."""
    found = Conversation.objects.filter(started_at__gte=start, started_at__lt=end)
    if not Team.objects.exclude(pk__in=teams).exists():
        return found
    handed = Escalation.objects.filter(conversation=OuterRef("pk"))
    return found.filter(~Exists(handed) | Exists(handed.filter(team__in=teams)))


def pages(conversations: QuerySet[Conversation]) -> Iterator[list[Told]]:
    """In the order of their start, by keyset, so that each page costs what the first does."""
    heads = conversations.order_by("started_at", "id").values_list("id", "started_at", "timing", "topic__slug")
    page = list(heads[:PAGE])
    while page:
        yield _told(page)
        last_id, last_start = page[-1][:2]
        behind = Q(started_at__gt=last_start) | Q(id__gt=last_id)
        page = list(heads.filter(behind, started_at__gte=last_start)[:PAGE]) if len(page) == PAGE else []


def told(conversation: Conversation) -> Told:
    """One alone, with all its messages, whatever became of it."""
    topic = conversation.topic.slug if conversation.topic else ""
    lines = _lines([conversation.pk]).get(conversation.pk, [])
    return Told(conversation.pk, conversation.started_at, conversation.timing, lines, None, partial(_facts, topic))


def _told(page: list[tuple[Any, ...]]) -> list[Told]:
    ids = [head[0] for head in page]
    lines, handovers = _lines(ids), _first_handovers(ids)
    return [
        Told(pk, started_at, timing, *_cut(lines.get(pk, []), handovers.get(pk)), partial(_facts, topic or ""))
        for pk, started_at, timing, topic in page
    ]


def _facts(topic: str, message: Any, signals: Signals) -> Facts:
    return Facts(message=message, signals=signals, topic=topic)


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


def _cut(lines: list[Line], row: tuple[Any, ...] | None) -> tuple[list[Line], Handover | None]:
    """Up to the message that led to the handover; where that is not known, up to its time; else all."""
    if row is None:
        return lines, None
    escalation, rule, message, at, necessity = row
    place = next((place for place, line in enumerate(lines) if line.id == message), None)
    if place is not None:
        return lines[: place + 1], Handover(escalation, rule, place, at, necessity)
    before = [line for line in lines if line.sent_at is None or line.sent_at <= at]
    return before, Handover(escalation, rule, None, at, necessity)
