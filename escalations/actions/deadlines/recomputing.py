"""What is open, under the policies and calendars as they are now: looked at first, then done on confirmation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from escalations.actions.deadlines.clocks import Clocks
from escalations.actions.deadlines.steps import settled
from escalations.actions.events import record
from escalations.decisions.deadlines import Terms, choose_policy, is_overdue, terms_of
from escalations.enums import EventKind, SlaMetric, Timing
from escalations.models import Deadline, Escalation, Pause, SlaPolicy
from helpninja.common.actions import record_many
from helpninja.common.actors import Actor

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline before and after; None where there is none, or its clock stands still."""

    escalation: Escalation
    metric: SlaMetric
    before: datetime | None
    after: datetime | None
    because: str

    @property
    def is_later(self) -> bool:
        return self.before is not None and (self.after is None or self.after > self.before)

    @property
    def changes_time(self) -> bool:
        """Otherwise it only follows the newer version from now on."""
        return self.before != self.after


class Policies:
    """Those in force, read once for many escalations."""

    def __init__(self) -> None:
        self._policies = list(SlaPolicy.objects.in_force())
        self._terms = {policy.pk: terms_of(policy) for policy in self._policies}

    def terms_for(self, escalation: Escalation) -> dict[str, Terms]:
        """By metric, of the one that applies to it; empty where none does."""
        policy = choose_policy(
            self._policies,
            plan=escalation.plan_id,
            team=escalation.team_id,
            topic=escalation.topic_id,
        )
        return self._terms[policy.pk] if policy else {}


def preview(*, escalations: QuerySet[Escalation], now: datetime, at_most: int = AT_ONCE) -> list[Moved]:
    """What ``recompute`` would do to these, writing nothing; those that become due first, first."""
    policies = Policies()
    rows = escalations.open().filter(timing=Timing.MEASURED).select_related("customer")  # type: ignore[attr-defined]
    rows = rows.prefetch_related(
        Prefetch("deadlines", Deadline.objects.order_by("id")),
        Prefetch("pauses", Pause.objects.order_by("started_at", "id")),
    )
    moved = [one for row in rows.iterator(chunk_size=500) for one in _replan(_in_memory(row), policies, now)]
    return sorted(moved, key=lambda one: (not one.changes_time, one.after or now, one.escalation.pk))[:at_most]


def recompute(*, escalations: QuerySet[Escalation], by: Actor, now: datetime) -> int:
    """Sets the deadlines of these as ``preview`` says; how many escalations that changed.

    Each is one transaction with its event. What was missed stays missed: its version has judged it.
    """
    policies = Policies()
    wanted = dict.fromkeys(one.escalation.pk for one in preview(escalations=escalations, now=now))
    changed = sum(_recompute_one(pk, policies, by, now) for pk in wanted)
    if changed:
        record_many(by=by, action="deadlines.recomputed", model=Deadline, now=now, escalations=changed)
    return changed


@transaction.atomic
def _recompute_one(pk: int, policies: Policies, by: Actor, now: datetime) -> bool:
    rows = Escalation.objects.select_for_update(no_key=True, of=("self",)).select_related("assignee")
    escalation = rows.get(pk=pk)
    clocks = settled(escalation, now)
    clocks.store(now)
    moved = list(_replan(clocks, policies, now))
    clocks.store(now)
    told = [_told(one) for one in moved if one.changes_time]
    if told:
        record(escalation, EventKind.SLA_RECOMPUTED, by=by, now=now, data={"deadlines": told})
    return bool(moved)


def _in_memory(escalation: Escalation) -> Clocks:
    """From what was read with the row, and never stored."""
    clocks = Clocks(escalation, [one for one in escalation.deadlines.all() if one.ended_at is None])
    clocks.pauses = list(escalation.pauses.all())
    return clocks


def _replan(clocks: Clocks, policies: Policies, now: datetime) -> Iterator[Moved]:
    escalation = clocks.escalation
    terms = policies.terms_for(escalation)
    for deadline in list(clocks.running()):
        if deadline.breached_at is None and not is_overdue(deadline.due_at, now):
            yield from _follow(clocks, deadline, terms.get(deadline.metric), now)
    for metric in _missing(clocks):
        if not clocks.running(metric):
            clocks.start(metric, terms.get(metric), escalation.opened_at, not_before=now)
            yield from (_moved(one, None) for one in clocks.running(metric))


def _follow(clocks: Clocks, deadline: Deadline, terms: Terms | None, now: datetime) -> Iterator[Moved]:
    before, target = deadline.due_at, terms.target(deadline.priority) if terms else None
    if terms is None or target is None:
        clocks.end(deadline, now, met=False)
        yield Moved(clocks.escalation, SlaMetric(deadline.metric), before, None, "No policy promises it any more")
    elif deadline.terms != terms.to_json() or deadline.target_seconds != target:
        clocks.renew(deadline, terms, target, now)
        yield _moved(deadline, before)


def _missing(clocks: Clocks) -> Iterable[SlaMetric]:
    """What is promised from the opening on and may not have been then."""
    if clocks.escalation.first_response_at is None:
        yield SlaMetric.FIRST_RESPONSE
    if clocks.escalation.resolved_at is None:
        yield SlaMetric.RESOLUTION


def _moved(deadline: Deadline, before: datetime | None) -> Moved:
    metric = SlaMetric(deadline.metric)
    return Moved(deadline.escalation, metric, before, deadline.due_at, deadline.because["text"])


def _told(moved: Moved) -> dict[str, str | None]:
    return {
        "metric": moved.metric,
        "from": moved.before.isoformat() if moved.before else None,
        "to": moved.after.isoformat() if moved.after else None,
        "because": moved.because,
    }
