from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.rollups.counting import hour_of
from analytics.metrics.rollups.cover import cover
from analytics.metrics.rollups.packing import HOURS, first_hour
from helpninja.common.windows import month_after

FIRST = hour_of(datetime(2023, 1, 1, tzinfo=UTC))


def hours_of(found):
    """How often each hour is counted."""
    times = Counter()
    for month, often in found.months.items():
        for hour in range(first_hour(month), first_hour(month_after(month))):
            times[hour] += often
    for day, often in found.days.items():
        for hour in range(HOURS):
            times[first_hour(day) + hour] += often
    for day, often in found.hours.items():
        for hour in range(HOURS):
            times[first_hour(day) + hour] += often[hour]
    return {hour: often for hour, often in times.items() if often}


@settings(deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 20_000), st.booleans())
def test_every_hour_is_counted_once(start, length, by_month):
    found = cover(FIRST + start, FIRST + start + length, by_month=by_month)

    assert hours_of(found) == dict.fromkeys(range(FIRST + start, FIRST + start + length), 1)


@settings(deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 20_000))
def test_few_pieces_cover_any_stretch(start, length):
    found = cover(FIRST + start, FIRST + start + length)

    assert len(found.days) <= 32
    assert len(found.hours) <= 2


@pytest.mark.parametrize(
    ("start", "end", "months", "days"),
    [
        ("2025-01-01T05Z", "2025-03-01T05Z", 2, 0),
        ("2025-01-01T00Z", "2025-01-31T00Z", 1, 1),
        ("2025-01-03T00Z", "2025-01-05T00Z", 0, 2),
    ],
)
def test_what_is_nearly_a_month_is_one_with_corrections(start, end, months, days):
    found = cover(*(hour_of(datetime.fromisoformat(at)) for at in (start, end)))

    assert (len(found.months), len(found.days)) == (months, days)


def test_the_month_after_december_is_january():
    assert month_after(date(2025, 12, 31)) == date(2026, 1, 1)
