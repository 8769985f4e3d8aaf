"""Which hours of which sources must be counted anew, since something in them changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, DateTimeField, QuerySet, Value
from django.db.models.functions import TruncHour

from analytics.metrics import sources
from analytics.metrics.rollups.counting import hour_of
from analytics.metrics.rollups.shape import revision
from analytics.models import Mark, RollupState
from escalations.enums import Author
from escalations.models import Conversation, Escalation, HandlingInterval, Message, Rating
from quality.models import Review

# So many marks at once are read around; with more, the rows themselves are counted until these are folded.
FEW = 5000

READY = "ready"

Hours = dict[str, set[int]]
# Kind, ref and moment of a mark.
Marked = tuple[str, int | None, datetime | None]
# The clocks of each kind of row, and the sources that they date.
Clocks = dict[str, tuple[sources.Source, ...]]
OF_ESCALATION: Clocks = {
    "opened_at": (sources.OPENED, sources.ESCALATED_MESSAGES),
    "first_response_at": (sources.RESPONDED,),
    "first_response_due_at": (sources.JUDGED,),
    "resolved_at": (sources.RESOLVED_ONCE,),
    "last_resolved_at": (sources.RESOLVED,),
}
OF_RATING: Clocks = {"rated_at": (sources.RATED,), "survey_sent_at": (sources.SURVEYED,)}
OF_INTERVAL: Clocks = {"ended_at": (sources.HANDLED, sources.COSTED)}
OF_REVIEW: Clocks = {"published_at": (sources.REVIEWED,)}
OF_CONVERSATION: Clocks = {"started_at": (sources.CONVERSATIONS,)}
OF_MESSAGE: Clocks = {"sent_at": (sources.HUMAN_MESSAGES,)}
OF_TALK: Clocks = {"opened_at": (sources.ESCALATED_MESSAGES,)}


@dataclass(frozen=True)
class Unfolded:
    """The hours that rollups don't know yet. ``teams_moved``: neither do they know what is of which team."""

    hours: Hours
    teams_moved: bool


def unfolded() -> Unfolded | None:
    """None where there are no rollups, or too much is marked. One query, and some for what is marked."""
    ready = RollupState.objects.filter(revision=revision())
    nothing = (Value(None, BigIntegerField()), Value(None, DateTimeField()))
    rows = ready.values_list(Value(READY, CharField()), *nothing).union(
        Mark.objects.order_by().values_list("kind", "ref", "at"), all=True
    )
    marks = list(rows[: FEW + 2])
    kinds = {kind for kind, *_ in marks}
    if READY not in kinds or len(marks) > FEW + 1:
        return None
    return Unfolded(hours_of(mark for mark in marks if mark[0] not in (READY, Mark.TOPIC)), Mark.TOPIC in kinds)


def hours_of(marks: Iterable[Marked]) -> Hours:
    """By the key of the source. A case is a conversation with all that belongs to it: all its hours are meant.

    The rows are asked where they lie now; where they lay before is marked by itself.
    """
    found: Hours = defaultdict(set)
    refs: dict[str, set[int]] = defaultdict(set)
    for kind, ref, at in marks:
        if at is not None:
            found[kind].add(hour_of(at))
        elif ref is not None:
            refs[kind].add(ref)
    cases, talks = refs[Mark.CONVERSATION], refs[Mark.TALK]
    if refs[Mark.ESCALATION]:
        cases |= set(
            Escalation.objects.filter(pk__in=refs[Mark.ESCALATION]).values_list("conversation", flat=True)
        )
    if cases:
        _add(found, Conversation.objects.filter(pk__in=cases), OF_CONVERSATION)
        _add(found, Escalation.objects.filter(conversation__in=cases), OF_ESCALATION)
        _add(found, Rating.objects.filter(conversation__in=cases), OF_RATING)
        _add(found, HandlingInterval.objects.filter(escalation__conversation__in=cases), OF_INTERVAL)
        _add(found, Review.objects.filter(escalation__conversation__in=cases), OF_REVIEW)
    if talks - cases:
        _add(found, Escalation.objects.filter(conversation__in=talks - cases), OF_TALK)
    if cases | talks:
        _add(found, Message.objects.filter(conversation__in=cases | talks, author=Author.AGENT), OF_MESSAGE)
    if refs[Mark.TOPIC]:
        of_topics = Conversation.objects.filter(topic__in=refs[Mark.TOPIC])
        found[sources.CONVERSATIONS.key] |= _hours(of_topics)
        _add(found, Rating.objects.filter(conversation__topic__in=refs[Mark.TOPIC]), OF_RATING)
    return found


def _hours(conversations: QuerySet[Any]) -> set[int]:
    """There may be very many: the database names each hour once."""
    hours = conversations.order_by().values_list(TruncHour("started_at", tzinfo=UTC), flat=True).distinct()
    return {hour_of(at) for at in hours}


def _add(found: Hours, rows: QuerySet[Any], clocks: Clocks) -> None:
    for moments in rows.order_by().values_list(*clocks):
        for at, of in zip(moments, clocks.values(), strict=True):
            if at is not None:
                for source in of:
                    found[source.key].add(hour_of(at))
