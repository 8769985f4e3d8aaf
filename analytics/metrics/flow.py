"""Where a conversation went: to its end with the AI, or through the tiers of people.

Each conversation goes one way, from its start by its first escalation to one end, so that whatever flows into a
place flows out of it. Its way is a code such as ``specialist:resolved`` or ``frontline:again:policy_exception``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, Concat

from analytics.metrics.registry.conditions import REESCALATED, REPEAT_WITHIN
from analytics.metrics.sources import PLACED
from escalations.enums import CLOSED_STATES, EventKind, ReescalationCause, State, Tier
from escalations.models import Escalation, EscalationEvent
from helpninja.common.values import Value

START, AI, PEOPLE = "conversations", "ai", "frontline"
AGAIN, UNSAID = "again", "unsaid"

PLACES = {
    START: "Conversations",
    AI: "AI alone",
    PEOPLE: "Frontline",
    "specialist": "Specialist",
    "management": "Management",
    "ai_resolved": "Resolved by the AI",
    "ai_returned": "Came back to the AI",
    "ai_open": "Not closed yet",
    "resolved": "Resolved by people",
    AGAIN: "Re-escalated",
    "cancelled": "Closed unresolved",
    "open": "Still open",
    "unknown": "End not known",
    ReescalationCause.INCOMPLETE_INFORMATION.value: "Incomplete information",
    ReescalationCause.MISUNDERSTOOD_REQUIREMENTS.value: "Misunderstood requirements",
    ReescalationCause.TECHNICAL_LIMITATION.value: "Technical limitations",
    ReescalationCause.POLICY_EXCEPTION.value: "Policy exceptions needed",
    UNSAID: "Cause not said yet",
}
# Through which tiers of people; management may be asked straight away.
TIERS = {
    "frontline": (PEOPLE,),
    "specialist": (PEOPLE, "specialist"),
    "management": (PEOPLE, "specialist", "management"),
    "direct": (PEOPLE, "management"),
}
AI_ENDS = ("ai_resolved", "ai_returned", "ai_open", "unknown")
ENDS = ("resolved", "cancelled", "open", "unknown")
CAUSES = (*(cause.value for cause in ReescalationCause), UNSAID)


def _routes() -> dict[str, tuple[str, ...]]:
    routes: dict[str, tuple[str, ...]] = {f"{AI}:{end}": (START, AI, end) for end in AI_ENDS}
    for tier, places in TIERS.items():
        routes |= {f"{tier}:{end}": (START, *places, end) for end in ENDS}
        routes |= {f"{tier}:{AGAIN}:{cause}": (START, *places, AGAIN, cause) for cause in CAUSES}
    return routes


# By code, the places that a conversation comes through, in their order.
ROUTES: Mapping[str, tuple[str, ...]] = _routes()


def route_text(code: str) -> str:
    """The places after the start: ``Frontline → Resolved by people``."""
    return " → ".join(PLACES[place] for place in ROUTES[code][1:])


def route() -> Coalesce:
    """Of a conversation."""
    first = Escalation.objects.filter(conversation=OuterRef("pk")).order_by("opened_at", "pk")
    way = Concat(_tier(), Constant(":"), _end(), output_field=CharField())
    return Coalesce(Subquery(first.annotate(way=way).values("way")[:1]), _alone(), output_field=CharField())


def _alone() -> Case:
    return Case(
        When(PLACED & Q(closed_at=None), then=Constant("ai:unknown")),
        When(reopened_at__isnull=False, then=Constant("ai:ai_returned")),
        When(closed_at=None, then=Constant("ai:ai_open")),
        default=Constant("ai:ai_resolved"),
        output_field=CharField(),
    )


def _tier() -> Case:
    """Of an escalation, as far up as it is; by its events, whether specialists had it before management."""
    to_specialist = EscalationEvent.objects.filter(
        escalation=OuterRef("pk"), kind=EventKind.TIER_CHANGED, data__to=Tier.SPECIALIST.value
    )
    return Case(
        When(Q(tier=Tier.MANAGEMENT) & ~Q(Exists(to_specialist)), then=Constant("direct")),
        When(tier=Tier.MANAGEMENT, then=Constant("management")),
        When(tier=Tier.SPECIALIST, then=Constant("specialist")),
        default=Constant("frontline"),
        output_field=CharField(),
    )


def _end() -> Case:
    cause = Coalesce(
        Subquery(_next().exclude(reescalation_cause="").values("reescalation_cause")[:1]), Constant(UNSAID)
    )
    return Case(
        When(PLACED, then=Constant("unknown")),
        When(~Q(state__in=CLOSED_STATES), then=Constant("open")),
        When(REESCALATED, then=Concat(Constant(f"{AGAIN}:"), cause, output_field=CharField())),
        When(state=State.CANCELLED, then=Constant("cancelled")),
        default=Constant("resolved"),
        output_field=CharField(),
    )


def _next() -> QuerySet[Escalation]:
    """As REESCALATED has them."""
    until = OuterRef("last_resolved_at") + REPEAT_WITHIN
    return Escalation.objects.filter(previous=OuterRef("pk"), opened_at__lte=until).order_by("opened_at", "pk")


STEP = ">"


def routes_of(code: str) -> tuple[str, ...]:
    """Those that take a step from one place to the next, such as ``frontline>specialist``. ValueError: none do."""
    found = tuple(
        route for route, places in ROUTES.items() if code in (STEP.join(step) for step in pairwise(places))
    )
    if not found:
        raise ValueError(code)
    return found


@dataclass(frozen=True)
class Link:
    """``count`` conversations went from one place to the next; ``share`` is that of all that left ``source``."""

    source: str
    target: str
    count: int
    share: Value

    @property
    def code(self) -> str:
        return f"{self.source}{STEP}{self.target}"


def links(counts: Mapping[str, int], beginning: str = START) -> list[Link]:
    """Between the places from ``beginning`` on, by the conversations on each route; in the order of the routes."""
    steps: Counter[tuple[str, str]] = Counter()
    for code, places in ROUTES.items():
        if counts.get(code) and beginning in places:
            for step in pairwise(places[places.index(beginning) :]):
                steps[step] += counts[code]
    left: Counter[str] = Counter()
    for (source, _), count in steps.items():
        left[source] += count
    return [
        Link(source, target, count, Value.of_rate(count, left[source]))
        for (source, target), count in steps.items()
    ]
