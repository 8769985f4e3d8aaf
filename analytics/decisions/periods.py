"""The day, week or quarter that a report is about, and when one is due again. No query, no clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.enums import ReportKind
from helpninja.common.windows import Window

DAY = timedelta(days=1)
# No kind of report is due less often.
LONGEST = 93


@dataclass(frozen=True)
class Period:
    """``before`` is the one before it, of one that runs up to the same day and time of it."""

    kind: ReportKind
    window: Window
    before: Window
    is_running: bool = False

    @property
    def first(self) -> date:
        return self.window.days()[0]


def period_of(kind: ReportKind, day: date, zone: str, now: datetime) -> Period:
    """The whole one that the day lies in, or as much of it as is over. Raises ValueError where none is yet."""
    first = first_day(kind, day)
    window = _whole(kind, first, zone)
    before = _whole(kind, first_day(kind, first - DAY), zone)
    if now <= window.start:
        raise ValueError("It has not begun yet.")
    if now >= window.end:
        return Period(kind, window, before)
    end = now.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0) + timedelta(minutes=1)
    same = before.days()[0] + (end.date() - first)
    reached = min(datetime.combine(same, end.time(), ZoneInfo(zone)), before.end)
    return Period(kind, Window(window.start, end, zone), Window(before.start, reached, zone), is_running=True)


def period_due(kind: ReportKind, due_at: datetime, zone: str, *, running: bool) -> Period:
    """What a report that is due then tells of: the period that runs, or the last whole one."""
    first = first_day(kind, due_at.astimezone(ZoneInfo(zone)).date())
    return period_of(kind, first if running else first - DAY, zone, due_at)


def first_day(kind: ReportKind, day: date) -> date:
    """Weeks begin on Monday, quarters in January, April, July and October."""
    match kind:
        case ReportKind.DAILY:
            return day
        case ReportKind.WEEKLY:
            return day - day.weekday() * DAY
        case ReportKind.EXECUTIVE:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    raise ValueError(kind)


def due_after(kind: ReportKind, at: time, zone: str, after: datetime, weekday: int = 0) -> datetime:
    """The first later moment at which the zone's clocks show ``at`` on a day of the kind's.

    Daily ones come each day, weekly ones on ``weekday``, the others on each quarter's first day. A time that the
    clocks skip moves on by as much as they do; one that comes twice is the first. So each date has its moment, and
    only one.
    """
    today = after.astimezone(ZoneInfo(zone)).date()
    for ahead in range(-1, LONGEST):
        day = today + ahead * DAY
        due = datetime.combine(day, at.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)
        if due > after and _falls_on(kind, day, weekday):
            return due
    raise ValueError(kind)


def _falls_on(kind: ReportKind, day: date, weekday: int) -> bool:
    return day.weekday() == weekday if kind == ReportKind.WEEKLY else first_day(kind, day) == day


def _whole(kind: ReportKind, first: date, zone: str) -> Window:
    last = first
    while first_day(kind, last + DAY) == first:
        last += DAY
    return Window.of_days(first, last, zone)
