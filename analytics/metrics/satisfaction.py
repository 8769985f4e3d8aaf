"""What an escalation was like, as expressions over rows that ``path`` leads from to their escalation.

Each gives a code, and none where the rows don't say.
"""

from typing import Any

from django.db.models import Case, CharField, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import GreaterThan, LessThan

from analytics.metrics.registry.conditions import REPEAT_WITHIN
from escalations.enums import Author, Reason, ReescalationCause, ResolutionQuality, State, Tier
from escalations.models import Escalation, HandlingInterval, Message

MINUTE = 60
VERY_UNSURE = 0.2
# A re-escalation for one of these had lost what the customer had said before.
LOSSES = (ReescalationCause.INCOMPLETE_INFORMATION, ReescalationCause.MISUNDERSTOOD_REQUIREMENTS)

PATHS = {
    "ai": "AI resolution only",
    "single": "Single human escalation",
    "specialist": "Specialist escalation",
    "several": "Multiple escalations",
    "unresolved": "Unresolved escalations",
}
BUCKETS = {"0-2": "Under 2 minutes", "2-5": "2–5 minutes", "5-10": "5–10 minutes", "10+": "Over 10 minutes"}
CONTACTS = {
    "first": "Resolved on first escalation",
    "follow_up": "Required follow-up",
    "agents": "Multiple agents needed",
    "chain": "Escalation chain",
}
CONTEXTS = {
    "full": "Full context maintained",
    "partial": "Partial context loss",
    "lost": "Significant context loss",
    "repeated": "Customer had to repeat",
}
BEFORE = {
    "smooth": "Smooth AI interaction",
    "attempts": "Multiple AI attempts",
    "confusion": "AI confusion",
    "asked": "Direct human request",
    "technical": "Technical error",
}
EXPERIENCES = {
    "immediate": "Immediate resolution",
    "follow_up": "Follow-up required",
    "interactions": "Multiple interactions",
    "unresolved": "Unresolved issues",
    "negative": "Negative experience",
}
QUALITIES = {
    ResolutionQuality.IMMEDIATE: "immediate",
    ResolutionQuality.MINOR_FOLLOW_UP: "follow_up",
    ResolutionQuality.ADDITIONAL_RESEARCH: "follow_up",
    ResolutionQuality.MULTIPLE_INTERACTIONS: "interactions",
}


def resolution_path(path: str) -> Case:
    """Of a rating without an escalation: the AI's alone."""
    return _first_of(
        ("ai", Q(**{f"{path}pk": None}) if path else None),
        ("unresolved", ~_is(path, state=State.RESOLVED)),
        ("several", _is_repeat(path) | _is_repeated(path)),
        ("specialist", ~_is(path, tier=Tier.FRONTLINE)),
        otherwise="single",
    )


def response_bucket(path: str) -> Case:
    """The ends belong to the quicker bucket, but for two minutes sharp: as reviews score them."""
    return _first_of(
        ("0-2", _is(path, first_response_seconds__lt=2 * MINUTE)),
        ("2-5", _is(path, first_response_seconds__lte=5 * MINUTE)),
        ("5-10", _is(path, first_response_seconds__lte=10 * MINUTE)),
        ("10+", _is(path, first_response_seconds__gt=10 * MINUTE)),
    )


def first_contact(path: str) -> Case:
    """How it ended for the first one who took it.

    ``path`` leads from the rows to the escalation, empty where they are escalations.
    """
    handled = _handlings(path)
    return _first_of(
        ("chain", _is_repeat(path) | _is_repeated(path)),
        (None, ~_is(path, state=State.RESOLVED) | Q(LessThan(_number(handled, "escalation"), 1))),
        ("agents", Q(GreaterThan(_number(handled, "escalation", "agent"), 1))),
        ("follow_up", Q(GreaterThan(_number(handled, "escalation"), 1))),
        otherwise="first",
    )


def touches(path: str) -> NullIf:
    """How often an agent took it up, and the one that it follows, where it follows one."""
    before = HandlingInterval.objects.filter(escalation=OuterRef(f"{path}previous"))
    return NullIf(_number(_handlings(path), "escalation") + _number(before, "escalation"), Constant(0))


def context_kept(path: str) -> Case:
    """Whether the customer had to explain it again: what they said, else by how often it changed hands."""
    return _first_of(
        (None, _is(path, claim_count=0)),
        ("repeated", _is(path, customer_repeated=True)),
        ("lost", _is(path, transfer_count__gte=2) | _is(path, reescalation_cause__in=LOSSES)),
        (
            "partial",
            _is(path, transfer_count=1) | Q(GreaterThan(_number(_handlings(path), "escalation", "agent"), 1)),
        ),
        ("full", Q(**{f"{path}pk__isnull": False})),
    )


def before_escalation(path: str) -> Case:
    """What brought it to people, the plainest sign first."""
    answers = Message.objects.filter(
        conversation=OuterRef(f"{path}conversation"),
        author=Author.AI,
        sent_at__lte=OuterRef(f"{path}opened_at"),
    )
    unsure = _is(path, ai_confidence__lt=VERY_UNSURE)
    return _first_of(
        ("asked", _is(path, reason=Reason.CUSTOMER_REQUEST)),
        ("technical", _is(path, reason=Reason.TECHNICAL_ISSUE)),
        ("confusion", unsure | Q(Exists(answers.filter(ai_failed=True)))),
        ("attempts", Q(GreaterThan(_number(answers, "conversation"), 1))),
        ("smooth", Q(**{f"{path}pk__isnull": False})),
    )


def experience(path: str) -> Case:
    """Poor by a low rating or without a resolution; else by the quality of the resolution."""
    return _first_of(
        ("negative", _is(path, rating__csat__lte=2)),
        ("unresolved", ~_is(path, state=State.RESOLVED)),
        *((code, _is(path, quality=quality)) for quality, code in QUALITIES.items()),
    )


def _first_of(*cases: tuple[str | None, Q | None], otherwise: str | None = None) -> Case:
    whens = [When(condition, then=Constant(code)) for code, condition in cases if condition is not None]
    return Case(*whens, default=Constant(otherwise), output_field=CharField())


def _is(path: str, **conditions: Any) -> Q:
    return Q(**{f"{path}{name}": value for name, value in conditions.items()})


def _is_repeat(path: str) -> Q:
    return Q(**{f"{path}previous__isnull": False})


def _is_repeated(path: str) -> Q:
    """Followed within seven days by another."""
    until = OuterRef(f"{path}last_resolved_at") + REPEAT_WITHIN
    return Q(Exists(Escalation.objects.filter(previous=OuterRef(f"{path}pk"), opened_at__lte=until)))


def _handlings(path: str) -> QuerySet[HandlingInterval]:
    return HandlingInterval.objects.filter(escalation=OuterRef(f"{path}pk"))


def _number(rows: QuerySet[Any], of: str, distinct: str = "") -> Coalesce:
    """How many of the rows there are for each of ``of``, or of their distinct values of a field."""
    count = Count(distinct, distinct=True) if distinct else Count("pk")
    found = rows.order_by().values(of).annotate(number=count).values("number")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)
