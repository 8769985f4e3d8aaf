"""1,400 customers of five plans, and which of them writes at a given moment."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from billing.enums import PlanCode
from billing.models import Customer, Plan
from helpninja.demo.content.names import COMPANY_HEADS, COMPANY_TAILS, FIRST_NAMES, KNOWN, LAST_NAMES, PLACES
from helpninja.demo.store import Row, Store

Place = tuple[str, str, str, str, int]

HISTORY_DAYS = 120
TRIAL_DAYS = 14
NUMBERS = {
    PlanCode.TRIAL: 420,
    PlanCode.STARTER: 410,
    PlanCode.PRO: 330,
    PlanCode.AGENCY: 120,
    PlanCode.ENTERPRISE: 120,
}
MONTHLY_VALUE = {
    PlanCode.TRIAL: (0, 0),
    PlanCode.STARTER: (29, 49),
    PlanCode.PRO: (99, 199),
    PlanCode.AGENCY: (299, 599),
    PlanCode.ENTERPRISE: (1200, 4800),
}
# Shares of the conversations by plan: all of them, and those handed to people (trials need them more often).
WRITES = {"trial": 12, "starter": 30, "pro": 33, "agency": 11, "enterprise": 14}
NEEDS_PEOPLE = {"trial": 21, "starter": 29, "pro": 26, "agency": 7, "enterprise": 17}


@dataclass
class Customers:
    """Rows by plan, the longest-standing first, and trials by the days since the start of the history."""

    now: datetime
    by_plan: dict[str, list[Row]] = field(default_factory=dict)
    by_trial_day: dict[int, list[Row]] = field(default_factory=dict)
    known: list[Row] = field(default_factory=list)
    plans: dict[int, str] = field(default_factory=dict)

    def pick(self, at: datetime, shares: dict[str, int], rng: Random) -> Row:
        """Somebody who was a customer then; some write far more often than others."""
        while True:
            plan = rng.choices(list(shares), list(shares.values()))[0]
            rows = self.by_plan[plan] if plan != PlanCode.TRIAL else self._on_trial(at)
            if rows:
                row = rows[int(len(rows) * rng.random() ** 1.4)]
                if row["signed_up_on"] <= at.date():
                    return row

    def _on_trial(self, at: datetime) -> list[Row]:
        return self.by_trial_day.get((self.now - at).days, [])


def make_customers(store: Store, now: datetime, rng: Random) -> Customers:
    customers = Customers(now)
    plan_ids = dict(Plan.objects.values_list("code", "id"))
    customers.plans = {pk: code for code, pk in plan_ids.items()}
    numbers = count(1)
    for name, company, plan, at in KNOWN:
        signed_up = now.date() - timedelta(days=5 if plan == PlanCode.TRIAL else rng.randint(200, 900))
        row = _add(store, next(numbers), name, company, plan, plan_ids[plan], PLACES[at], signed_up, rng)
        customers.known.append(row)
    for plan, number in NUMBERS.items():
        rows = []
        for _ in range(number):
            name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
            company = f"{rng.choice(COMPANY_HEADS)} {rng.choice(COMPANY_TAILS)}"
            if plan in (PlanCode.TRIAL, PlanCode.STARTER) and rng.random() < 0.5:
                company = ""
            place = rng.choices(PLACES, [place[-1] for place in PLACES])[0]
            signed_up = now.date() - timedelta(days=_days_with_us(plan, rng))
            rows.append(_add(store, next(numbers), name, company, plan, plan_ids[plan], place, signed_up, rng))
        rows += [row for row in customers.known if row["plan_id"] == plan_ids[plan]]
        customers.by_plan[plan.value] = sorted(rows, key=lambda row: (row["signed_up_on"], row["id"]))
    _index_trials(customers)
    return customers


def _days_with_us(plan: PlanCode, rng: Random) -> int:
    if plan == PlanCode.TRIAL:
        return rng.randint(1, HISTORY_DAYS + TRIAL_DAYS - 1)
    return rng.randint(1, HISTORY_DAYS) if rng.random() < 0.25 else rng.randint(HISTORY_DAYS, 1200)


def _index_trials(customers: Customers) -> None:
    today = customers.now.date()
    for row in customers.by_plan[PlanCode.TRIAL.value]:
        began = (today - row["signed_up_on"]).days
        for day in range(max(0, began - TRIAL_DAYS), began):
            customers.by_trial_day.setdefault(day, []).append(row)


def _add(
    store: Store,
    number: int,
    name: str,
    company: str,
    plan: str,
    plan_id: int,
    place: Place,
    since: date,
    rng: Random,
) -> Row:
    region, country, zone, language, _ = place
    return store.add(
        Customer,
        external_id=f"demo-customer-{number}",
        name=name,
        company=company,
        email=f"{_plain(name)}.{number}@{_plain(company) or 'mail'}.example",
        phone=f"+1 555 01{number % 100:02d}" if number % 3 else "",
        plan_id=plan_id,
        region=region,
        country=country,
        language=language,
        time_zone=zone,
        signed_up_on=since,
        monthly_value=Decimal(rng.randint(*MONTHLY_VALUE[PlanCode(plan)])),
        attributes={"seats": rng.randint(1, 40)} if number % 2 else {},
        created_at=datetime.combine(since, time(14), UTC),
    )


def _plain(text: str) -> str:
    """For addresses: ASCII letters alone, or a word where there are none."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", "-", ascii_text).strip("-")[:40] or ("contact" if text else "")
