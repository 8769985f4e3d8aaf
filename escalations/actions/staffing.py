"""What a back-test means for the people who take the work: gathers the figures that ``decisions.load`` judges."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import Lead

from agents.enums import ONLINE_STATUSES
from agents.models import Agent, Presence
from escalations.decisions.comparison import Outcome, Tally
from escalations.decisions.load import Handled, mean, places_by_hour, response_target, work
from escalations.enums import State, Timing
from escalations.models import Backtest, Escalation, HandlingInterval

# Nobody is online for longer without a new row in the ledger, so older rows need not be read.
LONGEST_SPELL = timedelta(days=7)


def effect(backtest: Backtest, tally: Tally, teams: frozenset[int], now: datetime) -> dict[str, Any]:
    """JSON-ready: the hours and the cost, and the response target before and after, with what was measured."""
    opened = Escalation.objects.filter(opened_at__gte=backtest.start, opened_at__lt=backtest.end, team__in=teams)
    handled = list(_handled(opened))
    tested = backtest.tested
    done = work(
        added=tally.outcomes[Outcome.ADDED],
        removed=tally.removed,
        handled=handled,
        reason=tested["reason"],
        topic=tested["topic"],
    )
    measured = opened.filter(timing=Timing.MEASURED)
    target = response_target(
        happened=_by_hour(measured.values_list("opened_at", flat=True).iterator()),
        added=_by_hour(tally.added_at),
        removed=_by_hour(measured.filter(pk__in=tally.removed).values_list("opened_at", flat=True)),
        places=places_by_hour(_spells(backtest.start, min(backtest.end, now), teams)),
        handling_seconds=mean([one.seconds for one in handled]).value,
        targets=_targets(measured),
    )
    return {"work": done.to_json(), "target": {**target.to_json(), "measured": _attainment(measured, now)}}


def _handled(opened: Any) -> Iterator[Handled]:
    """Every resolved escalation, with the sum of its handling; one that kept no time has none."""
    seconds: Counter[int] = Counter()
    rates: dict[int, list[tuple[int, Decimal]] | None] = {}
    intervals = HandlingInterval.objects.filter(escalation__in=opened.filter(state=State.RESOLVED))
    for pk, spent, rate in intervals.values_list("escalation", "seconds", "hourly_cost").order_by().iterator():
        if spent is None:
            continue
        seconds[pk] += spent
        known = rates.setdefault(pk, [])
        if rate is None:
            rates[pk] = None
        elif known is not None:
            known.append((spent, rate))
    for pk, reason, topic in opened.filter(state=State.RESOLVED).values_list("pk", "reason", "topic").order_by():
        paid = rates.get(pk)
        yield Handled(pk, reason, topic, seconds.get(pk), None if paid is None else tuple(paid))


def _by_hour(moments: Iterable[datetime]) -> Counter[datetime]:
    return Counter(moment.replace(minute=0, second=0, microsecond=0) for moment in moments)


def _spells(start: datetime, end: datetime, teams: frozenset[int]) -> Iterator[tuple[datetime, datetime, int]]:
    """When each agent of the teams was online, from the presence ledger, with how many they can hold at once."""
    capacities = dict(Agent.objects.in_teams(teams).with_limit().values_list("pk", "limit"))
    until = Window(Lead("at"), partition_by="agent", order_by=("at", "id"))
    ledger = Presence.objects.filter(agent__in=capacities, at__gte=start - LONGEST_SPELL, at__lt=end)
    rows = ledger.annotate(next_at=until).order_by().values_list("agent", "at", "status", "next_at")
    for agent, at, status, next_at in rows.iterator():
        begins, ends = max(at, start), min(next_at or end, end)
        if status in ONLINE_STATUSES and begins < ends:
            yield begins, ends, capacities[agent]


def _targets(measured: Any) -> Counter[int]:
    """The seconds that the escalations had for their first response."""
    due = measured.exclude(first_response_due_at=None).values_list("opened_at", "first_response_due_at")
    return Counter(int((due_at - opened_at).total_seconds()) for opened_at, due_at in due.iterator())


def _attainment(measured: Any, now: datetime) -> dict[str, Any]:
    """What the window's escalations reached in fact: judged at the deadline, those still running left out."""
    due = measured.exclude(first_response_due_at=None)
    deadline = F("first_response_due_at")
    late = Q(first_response_at__gt=deadline) | Q(first_response_at=None, first_response_due_at__lt=now)
    met, breached = due.filter(first_response_at__lte=deadline).count(), due.filter(late).count()
    return {"value": met / (met + breached) if met + breached else None, "n": met + breached}
