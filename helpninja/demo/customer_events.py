"""What became of the paying customers, as a billing system tells it: who was helped well stays, and pays more."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from operator import itemgetter
from random import Random
from typing import Any

from billing.enums import EventKind
from billing.models import Customer, CustomerEvent
from escalations.enums import ResolutionQuality, State
from escalations.models import Conversation, Escalation, Rating
from helpninja.demo.customers import HISTORY_DAYS
from helpninja.demo.store import Row, Store

SEED = 1190
SOURCE = "demo-billing"
MONTH = timedelta(days=30)
# Nobody leaves who wrote so recently: the page shows them as a customer.
QUIET = timedelta(days=3)
LEAVE_WITHIN = 25
# In percent, after the worst of the last experiences: who leaves.
LEAVE = {"negative": 78, "unresolved": 50, "interactions": 20, "follow_up": 9, "immediate": 3}
LAST = 2
# In percent, after each: who pays more, or less, from then on; and by how much.
GROW, GROW_BY = 16, Decimal("1.45")
SHRINK, SHRINK_BY = 30, Decimal("0.6")
SHRINK_AGAIN, SHRINK_AGAIN_BY = 55, Decimal("0.5")
BUY, REVIEW = 4, 5

Planned = tuple[datetime, EventKind, dict[str, Any]]


@dataclass
class Past:
    """Of one customer: the escalations in their order, with their ratings, and when they last wrote."""

    escalations: list[tuple[Row, int | None]] = field(default_factory=list)
    last_wrote: datetime | None = None


def write_customer_events(store: Store, now: datetime) -> None:
    """Trials have paid nothing yet: billing tells nothing of them."""
    rng, numbers, pasts = Random(SEED), count(1), _pasts(store)
    for customer in store.rows[Customer]:
        if not customer["monthly_value"]:
            continue
        for at, kind, fields in _settled(customer, _planned(customer, pasts[customer["id"]], now, rng)):
            store.add(
                CustomerEvent,
                source=SOURCE,
                external_id=f"demo-{next(numbers)}",
                customer_id=customer["id"],
                kind=kind,
                at=at,
                received_at=at,
                **fields,
            )


def _pasts(store: Store) -> dict[int, Past]:
    pasts: dict[int, Past] = defaultdict(Past)
    for conversation in store.rows[Conversation]:
        past = pasts[conversation["customer_id"]]
        past.last_wrote = max(past.last_wrote or conversation["started_at"], conversation["started_at"])
    csat = {rating.get("escalation_id"): rating.get("csat") for rating in store.rows[Rating]}
    for escalation in sorted(store.rows[Escalation], key=itemgetter("opened_at")):
        pasts[escalation["customer_id"]].escalations.append((escalation, csat.get(escalation["id"])))
    return pasts


def _planned(customer: Row, past: Past, now: datetime, rng: Random) -> list[Planned]:
    end = _leaves(past, now, rng)
    until = end or now
    planned: list[Planned] = [(customer["created_at"], EventKind.SIGNED_UP, {}), *_renewals(customer, until, now)]
    was_negative = False
    for escalation, csat in past.escalations:
        at = escalation["opened_at"]
        if csat is not None:
            planned += [one for one in _answers(csat, was_negative, at, rng) if one[0] < until]
            was_negative = was_negative or csat <= 2
    return [*planned, (end, EventKind.CANCELLED, {})] if end else planned


def _renewals(customer: Row, until: datetime, now: datetime) -> list[Planned]:
    """Each month of the history."""
    months = (until - customer["created_at"]) // MONTH
    all_of_them = (customer["created_at"] + MONTH * n for n in range(1, months + 1))
    begin = now - timedelta(days=HISTORY_DAYS)
    return [(at, EventKind.RENEWED, {}) for at in all_of_them if begin <= at < until]


def _leaves(past: Past, now: datetime, rng: Random) -> datetime | None:
    if not past.escalations or past.last_wrote is None or past.last_wrote > now - QUIET:
        return None
    if not _chance(max(LEAVE[_experience(*one)] for one in past.escalations[-LAST:]), rng):
        return None
    return past.last_wrote + rng.random() * min(now - past.last_wrote, timedelta(days=LEAVE_WITHIN))


def _experience(escalation: Row, csat: int | None) -> str:
    if csat is not None and csat <= 2:
        return "negative"
    if escalation["state"] != State.RESOLVED:
        return "unresolved"
    match escalation["quality"]:
        case ResolutionQuality.IMMEDIATE:
            return "immediate"
        case ResolutionQuality.MULTIPLE_INTERACTIONS:
            return "interactions"
        case _:
            return "follow_up"


def _answers(csat: int, was_negative: bool, at: datetime, rng: Random) -> list[Planned]:
    """What an experience brings about: another value, a purchase, a public review."""
    later = at + timedelta(days=rng.uniform(4, 60))
    found: list[Planned] = []
    percent, factor = (SHRINK_AGAIN, SHRINK_AGAIN_BY) if was_negative else (SHRINK, SHRINK_BY)
    if csat >= 4 and _chance(GROW, rng):
        found.append((later, EventKind.UPGRADED, {"factor": GROW_BY}))
    elif csat <= 2 and _chance(percent, rng):
        found.append((later, EventKind.DOWNGRADED, {"factor": factor}))
    if csat >= 4 and _chance(BUY, rng):
        found.append(
            (later + timedelta(days=1), EventKind.PURCHASED, {"amount": Decimal(rng.randint(5, 40) * 10)})
        )
    if csat != 3 and _chance(REVIEW, rng):
        found.append((at + timedelta(days=rng.uniform(1, 5)), EventKind.REVIEWED, {"is_positive": csat >= 4}))
    return found


def _settled(customer: Row, planned: list[Planned]) -> list[Planned]:
    """In their order, each with the monthly value before and after; the customer keeps the last one."""
    settled: list[Planned] = []
    for at, kind, fields in sorted(planned, key=itemgetter(0)):
        value = customer["monthly_value"]
        match kind:
            case EventKind.SIGNED_UP:
                fields = {"monthly_value_after": value}
            case EventKind.RENEWED:
                fields = {"amount": value}
            case EventKind.CANCELLED:
                fields = {"monthly_value_before": value, "monthly_value_after": Decimal(0)}
            case EventKind.UPGRADED | EventKind.DOWNGRADED:
                after = (value * fields["factor"]).quantize(Decimal(1))
                fields = {"monthly_value_before": value, "monthly_value_after": after}
        customer["monthly_value"] = fields.get("monthly_value_after", value)
        settled.append((at, kind, fields))
    return settled


def _chance(percent: int, rng: Random) -> bool:
    return rng.random() * 100 < percent
