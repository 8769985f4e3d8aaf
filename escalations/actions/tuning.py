"""The AI's confidence in the past, beside what became of it; and the draft of a rule from what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Case, Max, Q, When

from escalations.actions.rules import publish
from escalations.actions.stored import conversations_of
from escalations.decisions.tuning import Past, needed_person
from escalations.enums import Author, ConditionField, Operator, Reason
from escalations.models import Escalation, Message, Rating, TriggerCondition, TriggerRule
from helpninja.common.actors import Actor


@dataclass(frozen=True, slots=True)
class Gathered:
    """``without``: conversations of the window in which the AI never said how sure it was."""

    pasts: list[Past]
    without: int


def gather(*, start: datetime, end: datetime, teams: frozenset[int], now: datetime) -> Gathered:
    """The conversations of the window, each up to its first handover, in five queries."""
    conversations = conversations_of(start, end, teams)
    ends = {pk: rest for pk, *rest in conversations.order_by().values_list("pk", "closed_at", "reopened_at")}
    within = conversations.order_by().values("pk")
    handovers = _handovers(within)
    ratings = dict(
        Rating.objects.filter(conversation__in=within, escalation=None)
        .order_by()
        .values_list("conversation", "csat")
    )
    pasts = []
    for pk, answers in _answers(within, handovers):
        confidences = [one.confidence for one in answers if one.confidence is not None]
        if confidences and pk in ends:
            intent = next((one.intent for one in reversed(answers) if one.intent), "")
            needed = _needed(handovers.get(pk), ends[pk], ratings.get(pk), now)
            pasts.append(Past(min(confidences), confidences[-1], intent, needed))
    return Gathered(pasts, len(ends) - len(pasts))


def _handovers(within: Any) -> dict[int, tuple[Any, ...]]:
    """The first of each conversation: its time, message and verdict."""
    rows = Escalation.objects.filter(conversation__in=within).order_by("-opened_at", "-id")
    columns = ("conversation", "opened_at", "trigger_message", "necessity")
    return {row[0]: row[1:] for row in rows.values_list(*columns).iterator()}


def _needed(handover: tuple[Any, ...] | None, ends: list[Any], csat: int | None, now: datetime) -> bool | None:
    return needed_person(
        escalated=handover is not None,
        necessity=handover[2] if handover else "",
        closed_at=ends[0],
        reopened_at=ends[1],
        csat=csat,
        now=now,
    )


class _Answer(NamedTuple):
    """A message with an intent, or of the AI with its confidence."""

    conversation: int
    id: int
    sent_at: datetime | None
    confidence: float | None
    intent: str


def _answers(within: Any, handovers: dict[int, tuple[Any, ...]]) -> Iterator[tuple[int, list[_Answer]]]:
    """By conversation, in the order in which they were said before people came."""
    sure = Case(When(author=Author.AI, then="ai_confidence"))
    told = Message.objects.filter(conversation__in=within).annotate(sure=sure)
    rows = told.filter(Q(sure__isnull=False) | ~Q(intent="")).order_by("conversation", "sent_at", "id")
    columns = ("conversation", "id", "sent_at", "sure", "intent")
    answers = map(_Answer._make, rows.values_list(*columns).iterator())
    for conversation, group in groupby(answers, attrgetter("conversation")):
        handover = handovers.get(conversation)
        yield conversation, [one for one in group if not _is_after(handover, one.id, one.sent_at)]


def _is_after(handover: tuple[Any, ...] | None, message: int, sent_at: datetime | None) -> bool:
    """Said once people had it; where the log has no times, later than the message that led to it."""
    if handover is None:
        return False
    opened_at, trigger, _ = handover
    if sent_at is not None:
        return bool(sent_at > opened_at)
    return trigger is not None and message > trigger


@transaction.atomic
def draft_below(*, threshold: float, by: Actor, now: datetime) -> TriggerRule:
    """Not active yet: hand over as soon as the AI is less sure than this. It comes last in the order."""
    last = TriggerRule.objects.aggregate(last=Max("order"))["last"] or 0
    rule = TriggerRule.objects.create(
        name=_free_name(f"AI confidence below {threshold:g}"),
        order=last + 1,
        active=False,
        reason=Reason.LOW_AI_CONFIDENCE,
        version=0,
    )
    TriggerCondition.objects.create(
        rule=rule, field=ConditionField.AI_CONFIDENCE, operator=Operator.BELOW, value=threshold
    )
    return publish(rule=rule, by=by, now=now, why="Drafted from the threshold tuning")


def _free_name(wanted: str) -> str:
    taken = set(TriggerRule.objects.filter(name__startswith=wanted).values_list("name", flat=True))
    names = (f"{wanted} ({n})" if n > 1 else wanted for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
