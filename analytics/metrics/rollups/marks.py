"""Which hours of which sources must be counted anew, since something in them changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncHour

from analytics.metrics import sources
from analytics.metrics.rollups.counting import hour_of
from analytics.metrics.rollups.shape import revision
from analytics.models import Mark, RollupState
from escalations.enums import Author
from escalations.models import Conversation, Escalation, HandlingInterval, Message, Rating
from helpninja.common.fixed import Fixed
from helpninja.common.together import Together
from quality.models import Review

# So many marks at once are read around; with more, the rows themselves are counted until these are folded.
FEW = 5000

READY = "ready"

Hours = dict[str, set[int]]
# Key, kind, ref and moment of a mark.
Marked = tuple[int, str, int | None, datetime | None]
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
OF_HOUR: Clocks = {"hour": (sources.CONVERSATIONS,)}
OF_MESSAGE: Clocks = {"sent_at": (sources.HUMAN_MESSAGES,)}
OF_TALK: Clocks = {"opened_at": (sources.ESCALATED_MESSAGES,)}


# An escalation is meant with all of its conversation.
_conversation = Escalation.objects.filter(pk=OuterRef("ref")).values("conversation")[:1]
REF = Case(
    When(kind=Mark.ESCALATION, then=Subquery(_conversation)), default=F("ref"), output_field=BigIntegerField()
)
MARKED = ("pk", "kind", REF, "at")


@dataclass(frozen=True)
class Unfolded:
    """The hours that rollups don't know yet. ``teams_moved``: neither do they know what is of which team."""

    marks: frozenset[Marked]
    hours: Hours
    teams_moved: bool


def unfolded(before: Unfolded | None = None) -> Unfolded | None:
    """None where there are no rollups, or too much is marked. One query, and one more for what is marked.

    ``before``, found a moment ago, holds where the same is marked.
    """
    marks = _few(revision()).rows()
    kinds = {kind for _, kind, *_ in marks}
    if READY not in kinds or len(marks) > FEW + 1:
        return None
    changed = frozenset(mark for mark in marks if mark[1] != READY)
    if before is not None and before.marks == changed:
        return before
    hours = hours_of(mark for mark in changed if mark[1] != Mark.TOPIC)
    return Unfolded(changed, hours, teams_moved=Mark.TOPIC in kinds)


@cache
def _few(revision: str) -> Fixed:
    """Of all marks so many that it shows when they are too many, and a row that says that rollups are there."""
    nothing = (Value(None, BigIntegerField()), Value(None, DateTimeField()))
    ready = RollupState.objects.filter(revision=revision)
    rows = ready.values_list(nothing[0], Value(READY, CharField()), *nothing)
    return Fixed(rows.union(Mark.objects.order_by().values_list(*MARKED), all=True)[: FEW + 2])


def hours_of(marks: Iterable[Marked]) -> Hours:
    """By the key of the source. A case is a conversation with all that belongs to it: all its hours are meant.

    The rows are asked where they lie now; where they lay before is marked by itself.
    """
    found: Hours = defaultdict(set)
    refs: dict[str, set[int]] = defaultdict(set)
    for _, kind, ref, at in marks:
        if at is not None:
            found[kind].add(hour_of(at))
        elif ref is not None:
            refs[kind].add(ref)
    cases, talks = refs[Mark.CONVERSATION] | refs[Mark.ESCALATION], refs[Mark.TALK]
    together = Together()
    asked = [
        (together.put(rows.order_by().values_list(*clocks), tuple), clocks)
        for rows, clocks in _of(cases, talks, refs[Mark.TOPIC])
    ]
    for rows, clocks in asked:
        for moments in rows:
            for at, of in zip(moments, clocks.values(), strict=True):
                for source in of if at is not None else ():
                    found[source.key].add(hour_of(at))
    return found


def _of(cases: set[int], talks: set[int], topics: set[int]) -> Iterator[tuple[QuerySet[Any], Clocks]]:
    """The rows that belong to what is marked, and their clocks."""
    if cases:
        yield Conversation.objects.filter(pk__in=cases), OF_CONVERSATION
        yield Escalation.objects.filter(conversation__in=cases), OF_ESCALATION
        yield Rating.objects.filter(conversation__in=cases), OF_RATING
        yield HandlingInterval.objects.filter(escalation__conversation__in=cases), OF_INTERVAL
        yield Review.objects.filter(escalation__conversation__in=cases), OF_REVIEW
    if talks - cases:
        yield Escalation.objects.filter(conversation__in=talks - cases), OF_TALK
    if cases | talks:
        yield Message.objects.filter(conversation__in=cases | talks, author=Author.AGENT), OF_MESSAGE
    if topics:
        # There may be very many: the database names each hour once.
        by_hour = Conversation.objects.annotate(hour=TruncHour("started_at", tzinfo=UTC)).distinct()
        yield by_hour.filter(topic__in=topics), OF_HOUR
        yield Rating.objects.filter(conversation__topic__in=topics), OF_RATING
