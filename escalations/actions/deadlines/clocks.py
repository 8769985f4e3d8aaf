"""The running clocks of one escalation, read once and written once in a transaction. For this package alone."""

from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from django.db import transaction

from agents.actions.calendars import open_hours
from escalations.actions.alerts import follow_deadlines
from escalations.actions.events import change, record
from escalations.decisions.deadlines import (
    Stop,
    Terms,
    explain,
    is_near,
    is_overdue,
    reckon,
    stopped_seconds,
    whole_seconds,
)
from escalations.enums import EventKind, PauseEnd, SlaMetric
from escalations.models import Deadline, Escalation, Pause
from escalations.signals import deadline_near
from helpninja.common.actors import SYSTEM

# The scheduled look comes this often, which leaves it time to find all within 5 s. For what happens before the
# next one, a look of its own is asked for.
LOOKS_EVERY = timedelta(seconds=3)


class Clocks:
    """Made with the escalation's row locked; ``store`` ends it. ``deadlines`` are those still running."""

    def __init__(self, escalation: Escalation, deadlines: list[Deadline] | None = None) -> None:
        self.escalation = escalation
        if deadlines is None:
            deadlines = list(Deadline.objects.running().filter(escalation=escalation).order_by("id"))
        self.deadlines = deadlines
        self._changed: dict[int, Deadline] = {}
        self._log: list[tuple[datetime, EventKind, dict[str, Any]]] = []

    @cached_property
    def pauses(self) -> list[Pause]:
        return list(Pause.objects.filter(escalation=self.escalation).order_by("started_at", "id"))

    @property
    def pause(self) -> Pause | None:
        """The one that lasts."""
        return next((pause for pause in self.pauses if pause.ended_at is None), None)

    def running(self, *metrics: str) -> list[Deadline]:
        """Of these metrics, or of all."""
        return [one for one in self.deadlines if not metrics or one.metric in metrics]

    def pausable(self) -> list[Deadline]:
        return [one for one in self.deadlines if one.terms["pauses"] and one.breached_at is None]

    def start(
        self, metric: SlaMetric, terms: Terms | None, at: datetime, *, not_before: datetime | None = None
    ) -> None:
        """Where there are terms, and a target in them at the escalation's priority."""
        target = terms.target(self.escalation.priority) if terms else None
        if terms is None or target is None:
            return
        deadline = Deadline(
            escalation=self.escalation,
            metric=metric,
            priority=self.escalation.priority,
            started_at=at,
            target_seconds=target,
            **terms_fields(terms),
        )
        self.place(deadline, not_before=not_before)
        self.deadlines.append(deadline)

    def place(self, deadline: Deadline, *, not_before: datetime | None = None) -> None:
        """Reckons anew when it is due, and why; not before that moment where one is given."""
        reckoning(deadline, self._stops(deadline), not_before=not_before)
        self.touch(deadline)

    def renew(self, deadline: Deadline, terms: Terms, target: int, now: datetime) -> None:
        """Under other terms than it began with; it keeps what happened on it before."""
        for name, value in terms_fields(terms).items():
            setattr(deadline, name, value)
        deadline.target_seconds = target
        self.place(deadline, not_before=now)

    def end(self, deadline: Deadline, now: datetime, *, met: bool) -> None:
        """``met``: what it asked for came; otherwise nobody asks for it any more. Call it once settled."""
        if deadline.due_at is None:  # it stands still until now, so it is due later than now
            stops = [Stop(stop.start, stop.end or now) for stop in self._stops(deadline)]
            reckoning(deadline, stops, not_before=now)
        deadline.ended_at = max(now, deadline.started_at)
        if met and deadline.breached_at is None:
            deadline.met_at = deadline.ended_at
        self.touch(deadline)

    def end_pause(self, at: datetime, ended_by: PauseEnd, *, wrote_at: datetime | None = None) -> None:
        """The clocks that it stopped run on from there."""
        pause = self.pause
        if pause is None:
            return
        pause.ended_at = max(at, pause.started_at)
        pause.seconds = whole_seconds(pause.started_at, pause.ended_at)
        pause.ended_by = ended_by
        pause.customer_wrote_at = pause.customer_wrote_at or wrote_at
        pause.save(update_fields=["ended_at", "seconds", "ended_by", "customer_wrote_at"])
        if pause.stops_clock:
            for deadline in self.pausable():
                self.place(deadline, not_before=pause.ended_at)

    def settle(self, now: datetime) -> "Clocks":
        """Notes what has happened before ``now`` and tells of it, each with its true time."""
        for deadline in self.deadlines:
            if deadline.warned_at is None and is_near(deadline.warn_at, now):
                deadline.warned_at = deadline.warn_at
                self._happened(deadline, deadline.warn_at, EventKind.SLA_WARNED)
            if deadline.breached_at is None and is_overdue(deadline.due_at, now):
                deadline.breached_at = deadline.due_at
                self._happened(deadline, deadline.due_at, EventKind.SLA_BREACHED)
        return self

    def _happened(self, deadline: Deadline, at: datetime | None, kind: EventKind) -> None:
        assert at is not None and deadline.due_at is not None
        self.touch(deadline)
        due_at = deadline.due_at.isoformat().replace("+00:00", "Z")
        data = {"metric": deadline.metric, "due_at": due_at, "target_seconds": deadline.target_seconds}
        self.log(at, kind, data | {"because": deadline.because["text"]})

    def log(self, at: datetime, kind: EventKind, data: dict[str, Any]) -> None:
        self._log.append((at, kind, data))

    def touch(self, deadline: Deadline) -> None:
        self._changed[id(deadline)] = deadline

    def _stops(self, deadline: Deadline) -> list[Stop]:
        """Pauses that ended before it began are no matter of its own."""
        if not deadline.terms["pauses"]:
            return []
        return [
            Stop(pause.started_at, pause.ended_at)
            for pause in self.pauses
            if pause.stops_clock and (pause.ended_at is None or pause.ended_at > deadline.started_at)
        ]

    def store(self, now: datetime) -> None:
        """The deadlines, their copies on the escalation, and the events in the order of their times."""
        for deadline in self._changed.values():
            deadline.next_check_at = self._next_check(deadline)
            deadline.save()
        if self._changed:
            self._copy()
            self._ask_for_a_look(now)
        for at, kind, data in sorted(self._log, key=lambda entry: entry[0]):
            record(self.escalation, kind, by=SYSTEM, now=at, agent=self.escalation.assignee, data=data)
        if self._changed:
            follow_deadlines(escalation=self.escalation, deadlines=self.deadlines, now=now)
        self._changed, self._log = {}, []

    def _next_check(self, deadline: Deadline) -> datetime | None:
        if deadline.ended_at is not None or deadline.breached_at is not None:
            return None
        if deadline.due_at is None:
            pause = self.pause
            return pause.limit_at if pause else None
        return deadline.due_at if deadline.warned_at or deadline.warn_at is None else deadline.warn_at

    def _copy(self) -> None:
        """What the queue shows: the first response's deadline, which stays for good, and the nearest of all."""
        running = [one for one in self.deadlines if one.ended_at is None]
        nearest = min((one for one in running if one.due_at), key=lambda one: one.due_at, default=None)  # type: ignore[arg-type, return-value]
        changes: dict[str, Any] = {
            "due_metric": nearest.metric if nearest else "",
            "due_at": nearest.due_at if nearest else None,
            "warn_at": nearest.warn_at if nearest else None,
        }
        for first in self.running(SlaMetric.FIRST_RESPONSE):
            changes["first_response_due_at"] = first.due_at
        if any(getattr(self.escalation, name) != value for name, value in changes.items()):
            change(self.escalation, **changes)

    def _ask_for_a_look(self, now: datetime) -> None:
        soon = [
            one.next_check_at
            for one in self._changed.values()
            if one.next_check_at and one.next_check_at < now + LOOKS_EVERY
        ]
        if soon:
            transaction.on_commit(partial(deadline_near.send_robust, sender=Deadline, at=min(soon)), robust=True)


def terms_fields(terms: Terms) -> dict[str, Any]:
    """The terms as a Deadline keeps them, with the versions that judge it whatever is published later."""
    return {
        "terms": terms.to_json(),
        "policy_id": terms.policy,
        "policy_version": terms.version,
        "calendar_version_id": open_hours(terms.calendar, terms.calendar_version).version_id,
    }


def reckoning(deadline: Deadline, stops: list[Stop], *, not_before: datetime | None = None) -> None:
    """Sets when it is due, when it is near, and the working, from its terms and target."""
    terms = Terms.from_json(deadline.terms)
    hours = open_hours(terms.calendar, terms.calendar_version)
    start, target = deadline.started_at, deadline.target_seconds
    due_at = reckon(start, target, hours, stops)
    warn_after = terms.warn_after(target)
    warn_at = reckon(start, warn_after, hours, stops) if warn_after is not None and due_at is not None else None
    if due_at is not None and not_before is not None:
        due_at = max(due_at, not_before)
    deadline.due_at, deadline.warn_at = due_at, warn_at
    until = due_at or max((stop.start for stop in stops), default=start)
    deadline.paused_seconds = stopped_seconds(start, until, hours, stops)
    deadline.because = explain(
        terms,
        priority=deadline.priority,
        target=target,
        start=start,
        due_at=due_at,
        hours=hours,
        stops=stops,
    )
