"""Open hours against a walk through every minute, on drawn calendars.

The walk paints each date minute by minute, one rule after the other, turns what it finds open into instants one
opening and closing at a time, and then walks the minutes of absolute time. It shares no code with what it judges.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.calendars import Definition, OpenHours, Opening, SpecialDay
from agents.enums import DayKind

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WALKED = timedelta(days=3)

# With the days around which cases are drawn: clock changes, leap days, turns of the year, holidays, any other.
ZONES = {
    "UTC": (),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/St_Johns": (date(2006, 10, 29), date(2011, 3, 13)),  # at one minute past midnight
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),  # at midnight, and back from one
    "America/Sao_Paulo": (date(2018, 2, 17), date(2018, 11, 4)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 29)),
    "Asia/Kolkata": (),
    "Asia/Kathmandu": (),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "Pacific/Chatham": (date(2026, 4, 5), date(2026, 9, 27)),
}
ELSEWHERE = (date(2028, 2, 28), date(2026, 12, 24), date(2026, 12, 31), date(2026, 7, 3), date(2027, 6, 15))

# Drawn in few steps, of strategies made once: the drawing would take most of the time of 2,000 cases.
times = st.sampled_from([time(hour, minute) for minute in (0, 30, 1, 15, 59) for hour in range(24)])
weekdays = st.sampled_from([tuple(day for day in range(7) if mask >> day & 1) for mask in range(127, 0, -1)])
places = st.sampled_from([(zone, day) for zone, days in sorted(ZONES.items()) for day in days + ELSEWHERE])
seconds = st.integers(-2 * 86_400, 2 * 86_400)
near = st.integers(-3, 4)
openings = st.lists(st.builds(Opening, weekdays, times, times), min_size=1, max_size=2)
later_openings = st.none() | st.tuples(weekdays, times, times, near)
kinds = st.sampled_from(("closed", "part", "hours"))
special_days = st.lists(st.tuples(near, kinds, times, times, st.integers(-1, 3)), max_size=2)
countries = st.sampled_from(("", "US", "DE"))


@st.composite
def calendars(draw):
    """A calendar, and a moment from which to reckon in it."""
    zone, around = draw(places)
    week, later = draw(openings), draw(later_openings)
    if later:
        week = [*week, Opening(*later[:3], around + later[3] * DAY)]
    days = tuple(special_day(around + n * DAY, *rest) for n, *rest in draw(special_days))
    start = datetime.combine(around, time(), ZoneInfo(zone)).astimezone(UTC)
    start += timedelta(seconds=draw(seconds))
    return Definition(zone, tuple(week), draw(countries), days=days), start


def special_day(day, kind, opens, closes, more):
    """``more`` days in a row; -1 is a yearly one that began the year before."""
    return SpecialDay(
        first_date=day.replace(year=day.year - 1, day=min(day.day, 28)) if more < 0 else day,
        name="Special",
        kind=DayKind.HOURS if kind == "hours" else DayKind.CLOSED,
        opens=None if kind == "closed" else opens,
        closes=None if kind == "closed" else closes,
        last_date=day + more * DAY if more > 0 else None,
        yearly=more < 0,
    )


class Walk:
    def __init__(self, definition: Definition, start: datetime):
        self.definition, self.start = definition, start
        self.zone = ZoneInfo(definition.zone)
        self.closed_by_law = holidays.country_holidays(definition.country) if definition.country else {}
        first = start.astimezone(self.zone).date() - DAY
        runs = [run for n in range(WALKED.days + 3) for run in self.runs(first + n * DAY)]
        self.minutes = bytearray(int(WALKED / MINUTE) + 1)
        for opens, closes in runs:
            self.paint_absolute(opens, closes)

    def paint_absolute(self, opens, closes):
        minute = self.start.replace(second=0)
        for n in range(max(0, (opens - minute) // MINUTE), min(len(self.minutes), (closes - minute) // MINUTE)):
            self.minutes[n] = 1

    def runs(self, day):
        """The instants of openings and closings: of a time that comes twice the first, and of one that never comes
        the one at which the clock would have shown it, had nobody touched it."""
        minutes, edges, at = self.paint(day), [], 0
        while (at := minutes.find(1 - len(edges) % 2, at)) >= 0:
            edges.append(at)
        instants = [(datetime.combine(day, time()) + n * MINUTE).replace(tzinfo=self.zone) for n in edges]
        return [(a.astimezone(UTC), b.astimezone(UTC)) for a, b in zip(instants[::2], instants[1::2], strict=True)]

    def paint(self, day):
        """The 1,440 minutes of a date, one more that is closed."""
        minutes = bytearray(1441)
        for begun, late in ((day - DAY, 1440), (day, 0)):
            for opening in self.week(begun):
                if begun.weekday() in opening.weekdays:
                    self.set(minutes, opening.opens, opening.closes, late, True)
        if day in self.closed_by_law:
            minutes = bytearray(1441)
        for rank in (True, False):  # yearly ones, then those of one date
            rows = [row for row in self.definition.days if row.yearly == rank]
            hours = [row for row in rows if row.kind == DayKind.HOURS]
            if any(self.covers(row, day) for row in hours):
                minutes = bytearray(1441)
            for value, kind in ((True, hours), (False, [row for row in rows if row not in hours])):
                for row in kind:
                    for begun, late in ((day - DAY, 1440), (day, 0)):
                        if self.covers(row, begun):
                            self.set(minutes, row.opens or time(), row.closes or time(), late, value)
        return minutes

    def week(self, day):
        begun = [o.valid_from for o in self.definition.openings if o.valid_from and o.valid_from <= day]
        return [o for o in self.definition.openings if o.valid_from == (max(begun) if begun else None)]

    def covers(self, row, day):
        if row.yearly:
            return (row.first_date.month, row.first_date.day) == (day.month, day.day) and day >= row.first_date
        return row.first_date <= day <= (row.last_date or row.first_date)

    def set(self, minutes, opens, closes, late, value):
        a, b = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        for n in range(max(a, late), min(b if b > a else b + 1440, late + 1440)):
            minutes[n - late] = value

    def add(self, seconds):
        """None where the walk ends before."""
        gone, passed, step = 0, 0, 60 - self.start.second
        for is_open in self.minutes:
            if is_open:
                if seconds - passed <= step:
                    return self.start + timedelta(seconds=gone + seconds - passed)
                passed += step
            gone, step = gone + step, 60
        return None


@settings(max_examples=2_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(calendars(), st.integers(1, 2 * 86_400))
def test_open_hours_equal_a_walk_through_every_minute(drawn, seconds):
    definition, start = drawn
    walk, calendar = Walk(definition, start), OpenHours(definition)

    due = walk.add(seconds)

    if due is not None:
        assert calendar.add(start, seconds) == due
        assert calendar.seconds_between(start, due) == seconds
    end = start.replace(second=0) + len(walk.minutes) * MINUTE
    open_minutes = sum(walk.minutes)
    first = 60 - start.second if walk.minutes[0] else 0
    assert calendar.seconds_between(start, end) == 60 * (open_minutes - walk.minutes[0]) + first
    assert calendar.is_open(start) == walk.minutes[0]
