"""How the topics of escalations move: from week to week, at the end of the month, from quarter to quarter."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Min
from django.db.models.functions import TruncDate

from analytics.metrics.chance import Q, Standout, adjusted, ratio_differs, standouts
from analytics.metrics.patterns_clock import past_days
from analytics.metrics.sources import OPENED
from analytics.metrics.stretches import Edge, number_at
from analytics.metrics.tally import Frame
from helpninja.common.intervals import Interval
from helpninja.common.values import ENOUGH
from helpninja.common.windows import Window
from quality.decisions.article_effect import Counted, rate_ratio

LAST_DAYS = 3
QUARTERS = 5
Topic = int | None
ByDay = Mapping[tuple[date, Topic], int]


def by_day(frame: Frame) -> dict[tuple[date, Topic], int]:
    """Escalations opened on each of the zone's days, by the topic's id. One query."""
    rows = (
        OPENED.within(frame.window, frame.filters, frame.now)
        .order_by()
        .values(day=TruncDate("opened_at", tzinfo=frame.window.tzinfo), about=F("topic"))
        .annotate(count=Count("pk"))
    )
    return {(row["day"], row["about"]): row["count"] for row in rows}


@dataclass(frozen=True)
class Week:
    """``days`` of it lie in the window so far; ``leading``: the topic of which it had more than other weeks."""

    monday: date
    days: int
    counts: Mapping[Topic, int]
    leading: Standout[Topic] | None

    @property
    def n(self) -> int:
        return sum(self.counts.values())


def weeks(counts: ByDay, frame: Frame) -> list[Week]:
    """From Monday to Sunday, those of the window that have begun; each with the topic that leads beyond chance."""
    found: Counter[tuple[date, Topic]] = Counter()
    for (day, topic), count in counts.items():
        found[monday_of(day), topic] += count
    leading = standouts(found)
    days = Counter(monday_of(day) for day in past_days(frame))
    return [
        Week(
            monday,
            days[monday],
            {topic: n for (week, topic), n in found.items() if week == monday},
            leading.get(monday),
        )
        for monday in sorted(days)
    ]


def monday_of(day: date) -> date:
    """The one on or before the day."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class MonthEnd:
    """A topic's escalations in the last three days of months, against its other days of the same weekdays.

    ``topic`` None with ``is_all``: all topics together. ``expected``: in as many days as the month ends were.
    ``ratio`` is None where fewer than five were expected, or a weekday of theirs has no other day. ``p`` is
    adjusted for the number of topics.
    """

    topic: Topic
    is_all: bool
    count: int
    others: int
    expected: float | None
    ratio: Interval | None
    p: float | None = None

    @property
    def is_beyond_chance(self) -> bool:
        return self.p is not None and self.p <= Q


@dataclass(frozen=True)
class MonthEnds:
    """``days`` and ``other_days`` that the window has had; the last and the first may be parts of one."""

    days: float
    other_days: float
    topics: list[MonthEnd]


def month_ends(counts: ByDay, frame: Frame) -> MonthEnds:
    """All topics together first, then those with the largest ratio."""
    lengths = _lengths(frame)
    ends, others = _weekdays(lengths, True), _weekdays(lengths, False)
    of_topic: dict[Topic, Counter[date]] = {}
    for (day, topic), count in counts.items():
        of_topic.setdefault(topic, Counter())[day] += count
    every: Counter[date] = Counter()
    for by in of_topic.values():
        every.update(by)
    found = [_month_end(None, True, every, ends, others)]
    found += [_month_end(topic, False, by, ends, others) for topic, by in of_topic.items()]
    return MonthEnds(sum(ends.values()), sum(others.values()), _sorted(_judged(found)))


def is_month_end(day: date) -> bool:
    """Whether it is one of the month's last three days."""
    return (day + timedelta(days=LAST_DAYS)).month != day.month


def month_end_edges(span: Window) -> list[Edge]:
    """1 in the last three days of the zone's months that the span touches, else 0."""
    edges = [(span.months().start, 0)]
    for start in [*span.month_starts()[1:], span.months().end]:
        ends = start.astimezone(span.tzinfo)
        edges += [(ends - timedelta(days=LAST_DAYS), 1), (ends, 0)]
    return edges


def _month_end(
    topic: Topic, is_all: bool, by: Mapping[date, int], ends: Mapping[int, float], others: Mapping[int, float]
) -> MonthEnd:
    """Weekdays are matched: the others' count of each weekday, weighted by how many of it the month ends have.

    The weighted sum's variance is that of a smaller count, which stands for it in the ratio's interval: M. P. Fay,
    E. J. Feuer, Confidence intervals for directly standardized rates, Statistics in Medicine 16 (1997), 791-801.
    """
    count = sum(n for day, n in by.items() if is_month_end(day))
    rest: Counter[int] = Counter()
    for day, n in by.items():
        if not is_month_end(day):
            rest[day.weekday()] += n
    if not ends or any(weekday not in others for weekday in ends):
        return MonthEnd(topic, is_all, count, rest.total(), None, None)
    weights = {weekday: length / others[weekday] for weekday, length in ends.items()}
    expected = sum(weight * rest[weekday] for weekday, weight in weights.items())
    if expected < ENOUGH:
        return MonthEnd(topic, is_all, count, rest.total(), expected, None)
    standing = expected**2 / sum(weight**2 * rest[weekday] for weekday, weight in weights.items())
    ratio = rate_ratio(Counted(standing, standing / expected), Counted(count, 1.0))
    return MonthEnd(topic, is_all, count, rest.total(), expected, ratio)


def _judged(found: list[MonthEnd]) -> list[MonthEnd]:
    compared = [one for one in found if one.ratio is not None]
    ps = adjusted([ratio_differs(one.ratio) for one in compared if one.ratio])
    by_topic = {(one.topic, one.is_all): p for one, p in zip(compared, ps, strict=True)}
    return [replace(one, p=by_topic.get((one.topic, one.is_all))) for one in found]


def _sorted(found: list[MonthEnd]) -> list[MonthEnd]:
    return sorted(
        found,
        key=lambda one: (not one.is_all, one.ratio is None, -(one.ratio.value if one.ratio else one.count)),
    )


def _lengths(frame: Frame) -> dict[date, float]:
    """How much of each day the window has had: 1 for a whole one."""
    zone, end = frame.window.tzinfo, min(frame.window.end, frame.now)
    found = {}
    for day in past_days(frame):
        first = datetime.combine(day, time(0), zone)
        last = datetime.combine(day + timedelta(days=1), time(0), zone)
        inside = min(last, end).timestamp() - max(first, frame.window.start).timestamp()
        found[day] = inside / (last.timestamp() - first.timestamp())
    return {day: length for day, length in found.items() if length > 0}


def _weekdays(lengths: Mapping[date, float], at_end: bool) -> dict[int, float]:
    found: dict[int, float] = {}
    for day, length in lengths.items():
        if is_month_end(day) is at_end:
            found[day.weekday()] = found.get(day.weekday(), 0.0) + length
    return found


@dataclass(frozen=True)
class Quarter:
    """``days`` of it since the first escalation known; ``leading``: the topic it had more of than the others."""

    start: date
    days: float
    counts: Mapping[Topic, int]
    leading: Standout[Topic] | None

    @property
    def last(self) -> date:
        return (self.start + timedelta(days=95)).replace(day=1) - timedelta(days=1)

    @property
    def name(self) -> str:
        return f"Q{(self.start.month + 2) // 3} {self.start.year}"

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def a_day(self) -> float:
        return self.n / self.days


def quarters(frame: Frame) -> list[Quarter]:
    """The quarter in which the window ends and the four before it, whole and as far as there is any; one query."""
    *starts, end = _quarter_starts(frame)
    rows = list(
        OPENED.within(Window(starts[0], end, frame.window.zone), frame.filters, frame.now)
        .order_by()
        .values(number=number_at("opened_at", [(start, i) for i, start in enumerate(starts)]), about=F("topic"))
        .annotate(count=Count("pk"), first=Min("opened_at"))
    )
    if not rows:
        return []
    leading = standouts({(row["number"], row["about"]): row["count"] for row in rows})
    known_from = min(row["first"] for row in rows)
    ends = [min(ends, frame.now) for ends in (*starts[1:], end)]
    return [
        Quarter(
            start.date(),
            (ends[i] - max(start, known_from)) / timedelta(days=1),
            {row["about"]: row["count"] for row in rows if row["number"] == i},
            leading.get(i),
        )
        for i, start in enumerate(starts)
        if max(start, known_from) < ends[i]
    ]


def _quarter_starts(frame: Frame) -> list[datetime]:
    """And where the last one ends."""
    last = frame.window.days()[-1]
    number = last.year * 4 + (last.month - 1) // 3
    days = [date(n // 4, n % 4 * 3 + 1, 1) for n in range(number - QUARTERS + 1, number + 2)]
    return [datetime.combine(day, time(0), frame.window.tzinfo) for day in days]
