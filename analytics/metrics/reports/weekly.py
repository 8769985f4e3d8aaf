"""The weekly trend analysis."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import F

from analytics.metrics.insights import Insight, insights_for
from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Cell, Chart, Section, Series, Table
from analytics.metrics.reports.items import action_items, items_of
from analytics.metrics.reports.wording import cell, figure, percent_text, range_text, several
from analytics.metrics.targets import Aim
from analytics.metrics.wording import TOO_FEW, number_text, value_text
from helpninja.common.values import ENOUGH, Good, Value, rounded
from helpninja.common.windows import Window

VOLUME, EFFICIENCY = "escalations", "handling_time"
TRENDS = ("first_response_time", "resolution_rate", "csat")
QUALITY = "quality_score"
WEEKS = 8
SATURDAY = 5
INSIGHTS = 8

ByDay = Mapping[date, Mapping[str, Value]]


def sections(asked: Asked) -> tuple[Section, ...]:
    """Of the week, by day, and what it leads to."""
    days, past = asked.by_day((VOLUME, *TRENDS)), asked.by_day([VOLUME], _past(asked))
    measured = asked.measured((VOLUME, *TRENDS, EFFICIENCY, QUALITY))
    reviewed = asked.by(lambda source: F("agent__name"), [QUALITY])
    aims, added = asked.aims, items_of(asked)
    changed, items = insights_for(asked.frame()), action_items(added, asked.now)
    return (
        _volume(asked, days, past, measured[VOLUME]),
        _performance(asked, days, measured, aims),
        _quality(asked, reviewed, measured[QUALITY], aims),
        _insights(changed),
        Section(
            "actions",
            "Action items for next week",
            tables=(items,) if items else (),
            note="" if items else "No action items have been added.",
        ),
    )


def _past(asked: Asked) -> Window:
    """The weeks before."""
    first = asked.period.first
    return Window.of_days(first - timedelta(weeks=WEEKS), first - timedelta(days=1), asked.zone)


def _volume(asked: Asked, by_day: ByDay, past: ByDay, total: Measured) -> Section:
    days = asked.window.days()
    found, earlier = _counts(by_day), _counts(past)
    known = [day for day in _past(asked).days() if day >= min(earlier, default=days[0])]
    rows = [
        (
            f"{day:%A}",
            f"{day:%b %-d}",
            Cell(f"{found.get(day, 0)}", float(found.get(day, 0))),
            _against(found, day, days[0]),
            _typical(found.get(day, 0), _same_weekday(earlier, known, day), day),
        )
        for day in days
    ]
    columns = ("Day", "Date", "Escalations", f"Against {days[0]:%A}", "Compared with earlier weeks")
    return Section(
        "volume",
        "Volume trends",
        figures=(figure(total, before=_before(asked), label="Weekly total"),),
        sentences=tuple(_weekend(found, days)),
        tables=(Table.of("By day", columns, rows),),
        charts=(
            Chart(
                "volume",
                "Escalations by day",
                "bar",
                tuple(f"{day:%a %b %-d}" for day in days),
                f"Day ({asked.zone})",
                "Escalations",
                (Series("Escalations", "primary", tuple(float(found.get(day, 0)) for day in days)),),
            ),
        ),
    )


def _before(asked: Asked) -> str:
    return "last week by then" if asked.period.is_running else "last week"


def _counts(by_day: ByDay) -> dict[date, int]:
    return {day: one[VOLUME].n for day, one in by_day.items()}


def _same_weekday(counts: dict[date, int], known: list[date], day: date) -> list[int]:
    return [counts.get(past, 0) for past in known if past.weekday() == day.weekday()]


def _against(found: dict[date, int], day: date, first: date) -> Cell:
    """In percent of the week's first day, with which the others are compared."""
    now, base = found.get(day, 0), found.get(first, 0)
    if day == first:
        return Cell("baseline")
    if min(now, base) < ENOUGH:
        return Cell(TOO_FEW)
    share = (now - base) / base
    return Cell(percent_text(share, 0), share)


def _typical(now: int, past: list[int], day: date) -> str:
    """Against the least and the most of the same weekday in the eight weeks before."""
    if len(past) < ENOUGH:
        return "too few weeks of history"
    low, high, name = min(past), max(past), f"{day:%A}"
    if low <= now <= high:
        return f"typical for a {name} ({low} to {high})"
    return f"{'more' if now > high else 'fewer'} than on the last {len(past)} {name}s ({low} to {high})"


def _weekend(found: dict[date, int], days: list[date]) -> Iterator[str]:
    free = [day for day in days if day.weekday() >= SATURDAY]
    if free:
        each = ", ".join(f"{day:%A}: {found.get(day, 0)}" for day in free)
        yield f"Weekend: {sum(found.get(day, 0) for day in free)} in all ({each})"


def _performance(asked: Asked, found: ByDay, measured: Mapping[str, Measured], aims: Mapping[str, Aim]) -> Section:
    days = [day for day in asked.window.days() if day in found]
    rows = [(f"{day:%A}", *(_cell(key, found[day][key]) for key in TRENDS)) for day in days]
    columns = ("Day", *(METRICS[key].label for key in TRENDS))
    sentences = [_trend(key, [(day, found[day][key]) for day in days]) for key in TRENDS]
    keys, before = (*TRENDS, EFFICIENCY), _before(asked)
    return Section(
        "performance",
        "Performance trends",
        figures=tuple(figure(measured[key], aims.get(key), before=before) for key in keys),
        sentences=(*sentences, _efficiency(measured[EFFICIENCY], asked)),
        tables=(Table.of("By day", columns, rows),) if rows else (),
        charts=(_response_chart(asked, found, days),) if rows else (),
        note="" if rows else "Nothing was answered, resolved or rated.",
    )


def _cell(key: str, value: Value) -> Cell:
    found = cell(key, value)
    return Cell(f"{found.text} (n = {value.n})", found.value)


def _response_chart(asked: Asked, found: ByDay, days: list[date]) -> Chart:
    minutes = [found[day]["first_response_time"].value for day in days]
    return Chart(
        "response",
        "Average response time by day",
        "line",
        tuple(f"{day:%a %b %-d}" for day in days),
        f"Day ({asked.zone})",
        "Minutes",
        (Series("Average response time", "primary", tuple(None if one is None else one / 60 for one in minutes)),),
    )


def _trend(key: str, values: list[tuple[date, Value]]) -> str:
    """From the first to the last working day with enough to compare, and the range of all of them."""
    metric = METRICS[key]
    known = [(day, one.value) for day, one in values if one.value is not None and one.n >= ENOUGH]
    working = [(day, value) for day, value in known if day.weekday() < SATURDAY]
    if len(working) < 2:
        return f"{metric.label}: {TOO_FEW} by day"
    (first, start), (last, end) = working[0], working[-1]
    words = _direction([value for _, value in working], metric.good)
    ends = f"{first:%a}: {number_text(start, metric.unit)} → {last:%a}: {number_text(end, metric.unit)}"
    return (
        f"{metric.label}: {words} ({ends}); {range_text((value for _, value in known), metric.unit)} over the week"
    )


def _direction(values: list[float], good: Good) -> str:
    """Each day counts for ``daily``, the ends alone for the rest."""
    if values[0] == values[-1]:
        return "unchanged"
    rising = values[-1] > values[0]
    better = rising == (good is Good.UP)
    steady = all((b > a) == rising and a != b for a, b in pairwise(values))
    return ("improved" if better else "got worse") + (" daily" if steady else "")


def _efficiency(measured: Measured, asked: Asked) -> str:
    """How much less of people's time an escalation took."""
    now, before = measured.now, measured.before
    if now.value is None or before is None or not before.value or min(now.n, before.n) < ENOUGH:
        return f"Team efficiency: {TOO_FEW}"
    saved = (before.value - now.value) / before.value
    unit = measured.metric.unit
    times = f"{number_text(before.value, unit)} → {number_text(now.value, unit)} of handling an escalation"
    if not rounded(saved, 0, scale=100):
        return f"Team efficiency: unchanged ({times})"
    word = "improvement over" if saved > 0 else "less than"
    return f"Team efficiency: {rounded(abs(saved), 0, scale=100)}% {word} {_before(asked)} ({times})"


def _quality(
    asked: Asked, found: Mapping[str, Mapping[str, Value]], measured: Measured, aims: Mapping[str, Aim]
) -> Section:
    """By agent, the best first."""
    scores = sorted(
        ((one[QUALITY], name) for name, one in found.items()), key=lambda one: (-(one[0].value or 0), one[1])
    )
    rows = [(name, cell(QUALITY, value), Cell(str(value.n), float(value.n))) for value, name in scores]
    return Section(
        "quality",
        "Quality scores",
        figures=(figure(measured, aims.get(QUALITY), before=_before(asked)),),
        sentences=(_all_above(aims[QUALITY], scores),) if scores and QUALITY in aims else (),
        tables=(Table.of("By agent", ("Agent", "Quality score", "Reviews"), rows),) if rows else (),
        note="" if rows else "No reviews were published.",
    )


def _insights(changed: Sequence[Insight]) -> Section:
    """What changed beyond chance, with n and interval; those of most cases first."""
    found = changed[:INSIGHTS]
    return Section(
        "insights",
        "Key insights",
        sentences=tuple(one.sentence for one in found),
        note="" if found else "Nothing changed beyond chance.",
    )


def _all_above(aim: Aim, scores: list[tuple[Value, str]]) -> str:
    below = [(value, name) for value, name in scores if aim.met(value) is False]
    limit = value_text(Value(aim.value, 1), METRICS[QUALITY].unit)
    if not below:
        return f"Above {limit} points for all {several(len(scores), 'agent')} reviewed"
    names = ", ".join(f"{name} ({value_text(value, METRICS[QUALITY].unit)})" for value, name in below)
    return f"Not above {limit} points: {names}"
