"""Whether somebody works now by their plan: shifts and breaks, one-off changes, time off, on call.

Clock times are those of the agent's zone; lengths are elapsed time. So a shift from 22:00 to 06:00 has 7 hours
in the night when the clocks go forward and 9 when they go back, a start in the missing hour moves by the hour,
and a time that comes twice is the first one. All intervals are half-open: at 17:00 a shift until 17:00 is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from agents.decisions.calendars.spans import union, without
from agents.enums import HoursChange, LeaveKind

DAY = timedelta(days=1)
# How far ahead the end of a shift and the next one are looked for: once round the week.
AHEAD = 8

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Pause:
    start: time
    minutes: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """``valid_to`` is the last day that counts; an ``end`` not later than ``start`` is on the next day."""

    weekday: int
    start: time
    end: time
    pauses: tuple[Pause, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class ChangedHours:
    """Without times: the whole day, which is what begins on it."""

    day: date
    change: str
    start: time | None = None
    end: time | None = None

    @property
    def is_day_off(self) -> bool:
        return self.change == HoursChange.REMOVED and self.start is None


@dataclass(frozen=True, slots=True)
class Span:
    """From a day through a day, or from and until a time on them."""

    first_day: date
    last_day: date
    from_time: time | None = None
    until_time: time | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """``time_off`` holds what is approved; ``weekly`` is empty for those who have no schedule."""

    time_zone: str = "UTC"
    weekly: tuple[WeeklyHours, ...] = ()
    changes: tuple[ChangedHours, ...] = ()
    time_off: tuple[Span, ...] = ()
    on_call: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    """What the plan says of one moment; whether somebody is really there is their presence.

    ``on_shift`` counts breaks and leave in. ``shift_ends_at`` is None off shift and where no end comes within
    the next week.
    """

    on_shift: bool
    reason: str
    on_break_until: datetime | None = None
    shift_ends_at: datetime | None = None
    next_break_at: datetime | None = None
    on_leave: bool = False
    on_call: bool = False
    next_shift_at: datetime | None = None
    has_schedule: bool = True

    @property
    def is_available(self) -> bool:
        """May be given work, by the plan."""
        return (self.on_shift or self.on_call) and self.on_break_until is None and not self.on_leave

    @property
    def because(self) -> dict[str, Any]:
        moments = {
            name: moment.isoformat()
            for name in ("on_break_until", "shift_ends_at", "next_break_at", "next_shift_at")
            if (moment := getattr(self, name))
        }
        flags = {name: getattr(self, name) for name in ("has_schedule", "on_shift", "on_leave", "on_call")}
        return {"text": self.reason, **flags, **moments}


def availability(schedule: Schedule, now: datetime) -> Availability:
    """Of several things that hold at once the reason names the one that decides: leave, break, shift, on call."""
    zone = ZoneInfo(schedule.time_zone)
    today = now.astimezone(zone).date()
    leave = _covering(schedule.time_off, zone, now)
    call = _covering(schedule.on_call, zone, now)
    shift = _running(schedule, zone, today, now)
    breaks = _breaks(shift) if shift else []
    found: dict[str, Any] = {
        "on_shift": shift is not None,
        "on_break_until": next((end for start, end in breaks if start <= now < end), None),
        "shift_ends_at": shift.end if shift else None,
        "next_break_at": next((start for start, _ in breaks if start > now), None),
        "on_leave": leave is not None,
        "on_call": call is not None,
        "next_shift_at": None if shift else _following(schedule, zone, today, now),
        "has_schedule": bool(schedule.weekly),
    }
    return Availability(reason=_reason(found, leave, call, zone, now), **found)


def working_intervals(schedule: Schedule, first: date, last: date) -> tuple[Interval, ...]:
    """The hours planned to begin on these days of the agent's zone, in UTC, merged, changes taken into account.

    Breaks are not taken out, time off neither. Without a schedule all hours are.
    """
    zone = ZoneInfo(schedule.time_zone)
    return _planned(schedule, zone, first, last, _begun(schedule, zone, first, last))


class _Begun(NamedTuple):
    """A shift of the pattern (``hours``), or added hours, on the day on which they begin."""

    start: datetime
    end: datetime
    day: date
    hours: WeeklyHours | None


class _Running(NamedTuple):
    """``end`` is None where none comes within the next week; ``begun`` are the shifts that it is made of."""

    start: datetime
    end: datetime | None
    begun: list[_Begun]
    zone: ZoneInfo


def _begun(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[_Begun]:
    begun = []
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        changes = [change for change in schedule.changes if change.day == day] if schedule.changes else ()
        for change in changes:
            if change.change == HoursChange.ADDED and change.start and change.end:
                begun.append(_Begun(*_hours(zone, day, change.start, change.end), day, None))
        if any(change.is_day_off for change in changes):
            continue
        for hours in schedule.weekly:
            if hours.weekday == day.weekday() and hours.is_valid_on(day):
                begun.append(_Begun(*_hours(zone, day, hours.start, hours.end), day, hours))
    return begun


def _planned(
    schedule: Schedule, zone: ZoneInfo, first: date, last: date, begun: Iterable[_Begun]
) -> tuple[Interval, ...]:
    if not schedule.weekly:
        return without([(midnight(zone, first), midnight(zone, last + DAY))], _removed(schedule, zone))
    planned = union((start, end) for start, end, *_ in begun)
    return without(planned, _removed(schedule, zone)) if schedule.changes else planned


def _removed(schedule: Schedule, zone: ZoneInfo) -> list[Interval]:
    """A whole day is cut from midnight to midnight only where no pattern says what begins on it."""
    cut = []
    for change in schedule.changes:
        if change.is_day_off and not schedule.weekly:
            cut.append((midnight(zone, change.day), midnight(zone, change.day + DAY)))
        elif change.change == HoursChange.REMOVED and change.start and change.end:
            cut.append(_hours(zone, change.day, change.start, change.end))
    return cut


def _running(schedule: Schedule, zone: ZoneInfo, today: date, now: datetime) -> _Running | None:
    """The planned interval at this moment. The whole week is looked at only where it doesn't end by tomorrow."""
    if not schedule.weekly and not schedule.changes:
        return _Running(now, None, [], zone)
    first = today - DAY
    for last in (today + DAY, today + AHEAD * DAY):
        begun = _begun(schedule, zone, first, last)
        planned = _planned(schedule, zone, first, last, begun)
        found = next(((start, end) for start, end in planned if start <= now < end), None)
        if found is None:
            return None
        start, end = found
        if end < midnight(zone, last + DAY):
            return _Running(start, end, begun, zone)
    return _Running(start, None, begun, zone)


def _following(schedule: Schedule, zone: ZoneInfo, today: date, now: datetime) -> datetime | None:
    """Day by day, from the shift on that began yesterday and may be interrupted."""
    for ahead in range(-1, AHEAD + 1):
        day = today + ahead * DAY
        planned = _planned(schedule, zone, day, day, _begun(schedule, zone, day, day))
        following = next((start for start, _ in planned if start > now), None)
        if following is not None:
            return following
    return None


def _breaks(shift: _Running) -> list[Interval]:
    """In order; what is cut off the shift takes its breaks along."""
    found = []
    for _, shift_ends, day, hours in shift.begun:
        if hours is None:
            continue
        for pause in hours.pauses:
            start = _instant(shift.zone, day if pause.start >= hours.start else day + DAY, pause.start)
            end = min(start + timedelta(minutes=pause.minutes), shift_ends, shift.end or shift_ends)
            if shift.start <= start < end:
                found.append((start, end))
    return sorted(found)


def _covering(spans: Iterable[Span], zone: ZoneInfo, now: datetime) -> tuple[Span, datetime] | None:
    """The span that holds now and lasts longest, with its end."""
    found = []
    for span in spans:
        start = _instant(zone, span.first_day, span.from_time or time())
        last = span.last_day + (DAY if span.until_time is None else timedelta())
        end = _instant(zone, last, span.until_time or time())
        if start <= now < end:
            found.append((span, end))
    return max(found, key=lambda one: one[1], default=None)


def _reason(found: dict[str, Any], leave: Any, call: Any, zone: ZoneInfo, now: datetime) -> str:
    def until(words: str, moment: datetime | None) -> str:
        return f"{words} until {_shown(moment, zone, now)}" if moment else words

    if leave:
        kind = f" ({LeaveKind(leave[0].label).label.lower()})" if leave[0].label else ""
        return until(f"on leave{kind}", leave[1])
    if found["on_break_until"]:
        return until("on break", found["on_break_until"])
    if found["on_shift"] and not found["has_schedule"]:
        return "no schedule: available whenever present"
    if found["on_shift"]:
        return until("on shift", found["shift_ends_at"])
    return until("on call", call[1]) if call else until("off shift", found["next_shift_at"])


def _shown(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """As short as it is clear: 17:00, Mon 09:00, 24 Dec 09:00."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    ahead = (local.date() - today).days
    clock = f"{local:%H:%M}"
    if ahead == 0:
        return clock
    return f"{local:%a} {clock}" if ahead < 7 else f"{local.day} {local:%b} {clock}"


def _hours(zone: ZoneInfo, day: date, start: time, end: time) -> Interval:
    return _instant(zone, day, start), _instant(zone, day if end > start else day + DAY, end)


def midnight(zone: ZoneInfo, day: date) -> datetime:
    """The first moment of the day; where clocks skip it, the moment to which they go forward."""
    return _instant(zone, day, time())


def _instant(zone: ZoneInfo, day: date, clock: time) -> datetime:
    """``fold`` 0 gives what the module's head promises for hours that are missing or come twice."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
