"""The active rules against a message: what they are told beside it, and what becomes of a rule that fails."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from escalations.actions.appending import forget_standings
from escalations.decisions.triggers import (
    Candidates,
    Circumstances,
    CompiledRule,
    Errors,
    Facts,
    Fired,
    Needs,
    compile_rules,
    evaluate,
    needs_of,
)
from escalations.enums import EventKind, Timing
from escalations.models import Conversation, Escalation, TriggerRevision, TriggerRule
from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM
from helpninja.common.compiled import Compiled

MAX_ERROR = 300
# A message may come late, and then asks for what was before it.
LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ActiveRules:
    """``rules``: in their order; ``needs``: what they have to be told beside the messages."""

    rules: tuple[CompiledRule, ...]
    needs: Needs
    candidates: Candidates


def _newest() -> int:
    return TriggerRevision.objects.values_list("number", flat=True).get(pk=1)


def _compile() -> ActiveRules:
    forget_standings()  # whose topics may have new names
    errors: Errors = {}
    rules = compile_rules(TriggerRule.objects.for_evaluation(), errors)
    mark_failing(errors, now=timezone.now())
    return ActiveRules(rules, needs_of(rules), Candidates(rules))


_rules = Compiled(_newest, _compile)
active_rules = _rules.current
forget_rules = _rules.forget


def judge(active: ActiveRules, facts: Facts, now: datetime) -> Fired | None:
    """The first rule that fires. One that fails at this message is marked, and passed over."""
    errors: Errors = {}
    fired = evaluate(active.candidates.at(facts.message), facts, now, errors)
    mark_failing(errors, now=now)
    return fired


def mark_failing(errors: Errors, *, now: datetime) -> None:
    """Until they are published anew. They go on being tried: what fails at one message may hold at the next."""
    for rule in TriggerRule.objects.filter(pk__in=errors, error="") if errors else ():
        rule.error, rule.failing_since = errors[rule.pk][:MAX_ERROR] or "unknown", now
        rule.save(update_fields=["error", "failing_since"])
        record(by=SYSTEM, action="rule.failing", subject=rule, now=now, version=rule.version, error=rule.error)


COLUMNS = (
    "pk",
    "timing",
    "started_at",
    "plan__code",
    "region",
    "channel",
    "attributes",
    "customer",
    "customer__language",
    "customer__signed_up_on",
    "customer__monthly_value",
    "customer__attributes",
)


def circumstances_of(conversations: Collection[int], needs: Needs, now: datetime) -> dict[int, Circumstances]:
    """By conversation, what ``needs`` asks for, in at most three queries however many there are; often in none.

    ``now``: the moment of the earliest message that is judged. Of a customer it is what holds today.
    """
    if not needs or not conversations:
        return {}
    rows = list(Conversation.objects.filter(pk__in=conversations).values(*COLUMNS))
    earlier = _earlier({row["customer"] for row in rows}, needs.earlier_days, now) if needs.earlier_days else {}
    ended = _ended(conversations) if needs.cooldown else {}
    return {row["pk"]: _circumstances(row, earlier, ended.get(row["pk"])) for row in rows}


def _circumstances(
    row: dict[str, Any], earlier: dict[int, list[datetime]], ended_at: datetime | None
) -> Circumstances:
    value, stated = row["customer__monthly_value"], row["attributes"].get("language")
    return Circumstances(
        plan=row["plan__code"] or "",
        region=row["region"],
        channel=row["channel"],
        language=stated if isinstance(stated, str) and stated else row["customer__language"] or "",
        started_at=row["started_at"] if row["timing"] != Timing.UNKNOWN else None,
        signed_up_on=row["customer__signed_up_on"],
        monthly_value=None if value is None else float(value),
        customer_attributes=row["customer__attributes"] or {},
        attributes=row["attributes"],
        earlier=None if row["customer"] is None else tuple(earlier.get(row["customer"], ())),
        escalation_ended_at=ended_at,
    )


def _earlier(customers: set[int | None], days: int, now: datetime) -> dict[int, list[datetime]]:
    """When each customer's escalations of the last ``days`` were opened."""
    found: dict[int, list[datetime]] = {}
    since = now - timedelta(days=days) - LATE
    rows = Escalation.objects.filter(customer__in=customers - {None}, opened_at__gte=since)
    for customer, opened_at in rows.values_list("customer", "opened_at"):
        found.setdefault(customer, []).append(opened_at)
    return found


def _ended(conversations: Collection[int]) -> dict[int, datetime]:
    """When each conversation's last escalation ended."""
    over = Q(events__kind__in=(EventKind.RESOLVED, EventKind.CANCELLED))
    rows = Escalation.objects.filter(conversation__in=conversations).order_by().values("conversation")
    return dict(rows.annotate(ended=Max("events__at", filter=over)).values_list("conversation", "ended"))
