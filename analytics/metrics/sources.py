"""Which rows a metric looks at, and the clock that puts each of them into a window.

Rows whose timing is unknown belong to no window. Those only placed on a day are counted where volumes are,
but when they were answered, and how they ended, is unknown: there they are missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from analytics.metrics.filters import Filters, handled_by
from escalations.enums import CLOSED_STATES, OPEN_STATES, Author, EventKind, State, Timing
from escalations.models import Conversation, Escalation, EscalationEvent, HandlingInterval, Message, Rating
from helpninja.common.windows import Window
from quality.models import Review

DATED = (Timing.MEASURED, Timing.PLACED)
MEASURED = Q(timing=Timing.MEASURED)
PLACED = Q(timing=Timing.PLACED)
# What people and the AI said; notices of the system and calls of tools are not part of the talk.
SPOKEN = (Author.CUSTOMER, Author.AI, Author.AGENT)
_uncosted = HandlingInterval.objects.filter(hourly_cost=None)
UNCOSTED = Q(Exists(_uncosted.filter(escalation=OuterRef("pk"))))
UNCOSTED_HANDLING = Q(Exists(_uncosted.filter(escalation=OuterRef("escalation"))))
UNANSWERED = Q(first_response_at=None)
_closed_in_time = EscalationEvent.objects.filter(
    escalation=OuterRef("pk"),
    kind__in=(EventKind.CANCELLED, EventKind.RESOLVED),
    at__lte=OuterRef("first_response_due_at"),
)
# Answered, or closed unanswered after the deadline: whether it was met is settled.
VERDICT = ~UNANSWERED | (UNANSWERED & Q(state__in=CLOSED_STATES) & ~Exists(_closed_in_time))


@dataclass(frozen=True)
class Source:
    """``rows`` gives those that the filters let through, ``clock`` names the field that dates them.

    A source that ``is_live`` is about this moment: its rows are in every window. Where time alone makes a row
    belong, without anything being written, ``for_good`` gives those that belong whatever the time, ``passing``
    the others.
    """

    key: str
    clock: str
    rows: Callable[[Filters, datetime], QuerySet[Any]]
    is_live: bool = False
    for_good: Callable[[Filters, datetime], QuerySet[Any]] | None = None
    passing: Callable[[Filters, datetime], QuerySet[Any]] | None = None

    def within(
        self, window: Window, filters: Filters, now: datetime, before: Window | None = None
    ) -> QuerySet[Any]:
        """``before`` is an earlier window whose rows are wanted besides."""
        rows = self.rows(filters, now)
        if self.is_live:
            return rows
        if before is None:
            return rows.filter(self._dated(window))
        if before.end == window.start:
            return rows.filter(self._dated(Window(before.start, window.end, window.zone)))
        return rows.filter(self._dated(window) | self._dated(before))

    def apart(self) -> "tuple[Source, Source | None]":
        """Its rows as those of two sources: those for good, and those that pass, if there are such."""
        if self.for_good is None or self.passing is None:
            return self, None
        return Source(self.key, self.clock, self.for_good), Source(self.key, self.clock, self.passing)

    def _dated(self, window: Window) -> Q:
        return Q(**{f"{self.clock}__gte": window.start, f"{self.clock}__lt": window.end})


def _conversations(filters: Filters, now: datetime) -> QuerySet[Any]:
    return Conversation.objects.filter(filters.of_conversations(), timing__in=DATED)


def _escalations(filters: Filters, agent_is: Q | None = None) -> QuerySet[Any]:
    rows = Escalation.objects.filter(filters.of_escalations())
    if filters.agent is None:
        return rows
    return rows.filter(handled_by(filters.agent) if agent_is is None else agent_is)


def _opened(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _escalations(filters).filter(timing__in=DATED)


def _responded(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _escalations(filters, Q(first_responder=filters.agent)).filter(MEASURED)


def _resolved_once(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _escalations(filters, Q(resolved_by=filters.agent)).filter(MEASURED)


def _resolved(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _escalations(filters, Q(resolved_by=filters.agent)).filter(MEASURED, state=State.RESOLVED)


def _past_deadline(now: datetime) -> Q:
    return UNANSWERED & Q(state__in=OPEN_STATES, first_response_due_at__lt=now)


def _judged(filters: Filters, now: datetime) -> QuerySet[Any]:
    """Answered, or still unanswered when the deadline passed; closed unanswered before it is neither."""
    return _escalations(filters).filter(VERDICT | _past_deadline(now), MEASURED)


def _judged_for_good(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _escalations(filters).filter(VERDICT, MEASURED)


def _overdue(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _escalations(filters).filter(_past_deadline(now), MEASURED)


def _waiting(filters: Filters, now: datetime) -> QuerySet[Any]:
    """Nobody has taken them yet."""
    return _escalations(filters).waiting().filter(MEASURED)  # type: ignore[attr-defined, no-any-return]


def _rated(filters: Filters, now: datetime) -> QuerySet[Any]:
    return Rating.objects.filter(filters.of_ratings(), conversation__timing=Timing.MEASURED)


def _handled(filters: Filters, now: datetime) -> QuerySet[Any]:
    rows = HandlingInterval.objects.filter(
        filters.of_escalations("escalation__"), escalation__timing=Timing.MEASURED
    )
    return rows if filters.agent is None else rows.filter(agent=filters.agent)


def _costed(filters: Filters, now: datetime) -> QuerySet[Any]:
    return _handled(filters, now).exclude(UNCOSTED_HANDLING)


def _reviewed(filters: Filters, now: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = Review.objects.counted().filter(filters.of_escalations("escalation__"))
    return rows if filters.agent is None else rows.filter(agent=filters.agent)


def _human_messages(filters: Filters, now: datetime) -> QuerySet[Any]:
    rows = Message.objects.filter(filters.of_messages(), author=Author.AGENT, conversation__timing__in=DATED)
    return rows if filters.agent is None else rows.filter(agent=filters.agent)


def _escalated_messages(filters: Filters, now: datetime) -> QuerySet[Any]:
    """One row for each message after an escalation's opening; it belongs to the last one opened before it."""
    said = _escalations(filters).filter(
        MEASURED,
        conversation__messages__author__in=SPOKEN,
        conversation__messages__sent_at__gt=F("opened_at"),
    )
    later = Escalation.objects.filter(
        conversation=OuterRef("conversation"),
        opened_at__gt=OuterRef("opened_at"),
        opened_at__lt=OuterRef("said_at"),
        timing=Timing.MEASURED,
    )
    last: QuerySet[Any] = said.alias(said_at=F("conversation__messages__sent_at")).filter(~Exists(later))
    return last


CONVERSATIONS = Source("conversations", "started_at", _conversations)
OPENED = Source("opened", "opened_at", _opened)
RESPONDED = Source("responded", "first_response_at", _responded)
RESOLVED_ONCE = Source("resolved_once", "resolved_at", _resolved_once)
RESOLVED = Source("resolved", "last_resolved_at", _resolved)
JUDGED = Source("judged", "first_response_due_at", _judged, for_good=_judged_for_good, passing=_overdue)
RATED = Source("rated", "rated_at", _rated)
SURVEYED = Source("surveyed", "survey_sent_at", _rated)
HANDLED = Source("handled", "ended_at", _handled)
# The same rows, counted apart: what several of them are counted once for must not be split as others split them.
HANDLED_ONCE = Source("handled_once", "ended_at", _handled)
COSTED = Source("costed", "ended_at", _costed)
REVIEWED = Source("reviewed", "published_at", _reviewed)
HUMAN_MESSAGES = Source("human_messages", "sent_at", _human_messages)
ESCALATED_MESSAGES = Source("escalated_messages", "opened_at", _escalated_messages)
WAITING = Source("waiting", "opened_at", _waiting, is_live=True)
