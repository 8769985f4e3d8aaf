"""Replays of rules on stored conversations. A job does them; a sweep takes up what a lost one left."""

import copy
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.forms import model_to_dict

from agents.models import Team
from escalations.actions.staffing import effect
from escalations.actions.stored import Told, conversations_of, pages, with_sentiment
from escalations.decisions.comparison import Case, Other, Tally
from escalations.decisions.replay import first_fires, whenever
from escalations.decisions.triggers import CompiledRule, Errors, compile_rules, needs_of
from escalations.enums import ConditionField
from escalations.models import Backtest, TriggerCondition, TriggerRule
from escalations.models.backtest import BacktestState
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict

Clock = Callable[[], datetime]

# A job writes its progress this often (seconds), and counts as lost when it has not for so long.
PROGRESS_EVERY = 0.5
LOST_AFTER = timedelta(seconds=60)
# Until then the job that was asked for may still begin.
QUEUED_FOR = timedelta(seconds=10)
ATTEMPTS = 3
# Fields for which messages without a sentiment are given one; for all others that would cost time for nothing.
SENTIMENTS = frozenset({ConditionField.SENTIMENT, ConditionField.FRUSTRATED})


@transaction.atomic
def request_backtest(
    *,
    rule: TriggerRule,
    conditions: list[dict[str, Any]] | None = None,
    start: datetime,
    end: datetime,
    time_zone: str,
    teams: Iterable[Team],
    by: Actor,
    now: datetime,
) -> Backtest:
    """Of the saved rule, or with other ``conditions`` (group, field, operator, value) beside the saved ones.

    The caller has the job done, once this is committed. Raises ValueError where the conditions can't be compiled.
    """
    saved = conditions_of(rule)
    asked = saved if conditions is None else conditions
    is_edit = asked != saved
    tested = {
        "reason": rule.reason,
        "topic": rule.topic_id,
        "order": rule.order,
        "conditions": asked,
        **({"beside": saved} if is_edit else {}),
    }
    compile_conditions(rule, asked)
    backtest = Backtest.objects.create(
        rule=rule,
        rule_version=rule.version,
        is_edit=is_edit,
        tested=tested,
        start=start,
        end=end,
        time_zone=time_zone,
        requested_by=by.label[:200],
        requested_at=now,
    )
    backtest.teams.set(teams)
    record(by=by, action="rule.backtested", subject=rule, now=now, backtest=backtest.public_id, edit=is_edit)
    return backtest


def conditions_of(rule: TriggerRule) -> list[dict[str, Any]]:
    """The stored ones, in the form in which a back-test keeps an edit of them."""
    return [model_to_dict(one, exclude=("id", "rule")) for one in rule.conditions.all()]


def compile_conditions(rule: TriggerRule, conditions: list[dict[str, Any]]) -> CompiledRule:
    """The rule as if it had these conditions. Raises ValueError where they can't be compiled."""
    edited = copy.copy(rule)
    # As a prefetch would leave them: the rule's own rows stay as they are.
    edited._prefetched_objects_cache = {"conditions": [TriggerCondition(**one) for one in conditions]}  # type: ignore[attr-defined]
    compiled = compile_rules([edited])
    if not compiled:
        raise ValueError("This rule's conditions can't be evaluated.")
    return compiled[0]


def cancel_backtest(*, backtest: Backtest, by: Actor, now: datetime) -> Backtest:
    """Its job stops at its next sign of life. Raises Conflict where it is over."""
    changes = {"state": BacktestState.CANCELLED, "finished_at": now}
    with transaction.atomic():
        if not Backtest.objects.unfinished().filter(pk=backtest.pk).update(**changes):
            raise Conflict("This back-test is over.")
        record(
            by=by, action="rule.backtest_cancelled", subject=backtest.rule, now=now, backtest=backtest.public_id
        )
    backtest.refresh_from_db()
    return backtest


def lost_backtests(*, now: datetime) -> list[int]:
    """Those that no job has taken up in time, or whose job has not been heard of since."""
    lost = Q(state=BacktestState.QUEUED, requested_at__lt=now - QUEUED_FOR) | _silent(now)
    return list(Backtest.objects.filter(lost).order_by("id").values_list("pk", flat=True))


def run_backtest(*, backtest_id: int, clock: Clock) -> bool:
    """Does the whole of it; False where another job has it or it is over. May be called at any time, twice."""
    backtest = _take_up(backtest_id, clock())
    if backtest is None:
        return False
    try:
        results = _replay(backtest, clock)
    except Exception as error:
        _finish(backtest, clock(), state=BacktestState.FAILED, error=f"{type(error).__name__}: {error}"[:500])
        raise
    if results is not None:
        _finish(backtest, clock(), state=BacktestState.DONE, results=results)
    return True


def _silent(now: datetime) -> Q:
    return Q(state=BacktestState.RUNNING, progress_at__lt=now - LOST_AFTER)


def _take_up(pk: int, now: datetime) -> Backtest | None:
    """The row count says who has it. One whose job was lost again and again is given up."""
    free = Backtest.objects.filter(Q(state=BacktestState.QUEUED) | _silent(now), pk=pk)
    if free.filter(attempt__gte=ATTEMPTS).update(
        state=BacktestState.FAILED, finished_at=now, error=f"Its job was lost {ATTEMPTS} times."
    ):
        return None
    if not free.update(state=BacktestState.RUNNING, attempt=F("attempt") + 1, done=0, progress_at=now):
        return None
    return Backtest.objects.select_related("rule").get(pk=pk)


def _mine(backtest: Backtest) -> Any:
    return Backtest.objects.filter(pk=backtest.pk, state=BacktestState.RUNNING, attempt=backtest.attempt)


def _finish(backtest: Backtest, now: datetime, **changes: Any) -> None:
    """Nothing where it was cancelled meanwhile, or taken over by another job."""
    _mine(backtest).update(finished_at=now, progress_at=now, **changes)


def _replay(backtest: Backtest, clock: Clock) -> dict[str, Any] | None:
    """None where it was cancelled, or taken over by another job."""
    teams = frozenset(backtest.teams.values_list("pk", flat=True))
    conversations = conversations_of(backtest.start, backtest.end, teams)
    contest = _Contest(backtest, clock())
    if not _mine(backtest).update(total=conversations.count()):
        return None
    said_at = time.monotonic()
    done = 0
    for page in pages(conversations, contest.needs):
        for one in page:
            contest.add(one)
        done += len(page)
        if time.monotonic() - said_at >= PROGRESS_EVERY:
            said_at = time.monotonic()
            if not _mine(backtest).update(done=done, progress_at=clock()):
                return None
    _mine(backtest).update(done=done)
    return {**contest.results(), **effect(backtest, contest.tally, teams, clock())}


class _Contest:
    """The tested rule, the saved version beside it, and the other active rules, on each conversation."""

    def __init__(self, backtest: Backtest, now: datetime) -> None:
        rule, tested = backtest.rule, backtest.tested
        active = [one for one in TriggerRule.objects.for_evaluation() if one.pk != rule.pk]
        others = compile_rules(active)
        place = (tested["order"], rule.pk)
        orders = {one.pk: (one.order, one.pk) for one in active}
        first = [compile_conditions(rule, tested["conditions"])]
        if backtest.is_edit:
            first.append(compile_conditions(rule, tested["beside"]))
        self.now = now
        self.own = len(first)
        self.rules = list(whenever([*first, *others]))
        self.needs = needs_of(self.rules)
        self.errors: Errors = {}
        self.needs_sentiment = any(SENTIMENTS & rule.fields for rule in self.rules)
        self.tally = Tally(
            rule=rule.pk,
            others=[Other(one.id, one.name, orders[one.id] < place) for one in others],
            zone=backtest.time_zone,
            has_current=backtest.is_edit,
        )

    def add(self, one: Told) -> None:
        known = len(self.errors)
        lines = one.until_handover
        if self.needs_sentiment:
            lines = [with_sentiment(line) for line in lines]
        fires = first_fires(self.rules, lines, one.facts_of, self.now, self.errors)
        if len(self.errors) > known:
            self._leave_out_failing()
        case = Case(
            conversation=one.id,
            started_at=one.started_at,
            timing=one.timing,
            messages=len(lines),
            handover=one.handover,
            tested=fires.pop(0, None),
            current=fires.pop(1, None) if self.own > 1 else None,
            others={place - self.own: fire for place, fire in fires.items()},
        )
        self.tally.add(case)

    def results(self) -> dict[str, Any]:
        names = {rule.id: rule.name for rule in self.rules}
        return {**self.tally.results(), "errors": {names[pk]: error for pk, error in self.errors.items()}}

    def _leave_out_failing(self) -> None:
        """What failed once would fail, and be logged, a hundred thousand times."""
        self.rules = [replace(rule, groups=()) if rule.id in self.errors else rule for rule in self.rules]
