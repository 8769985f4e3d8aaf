"""When it was, by each row's own clock, in the window's time zone."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import DateField
from django.db.models.functions import (
    ExtractHour,
    ExtractIsoWeekDay,
    TruncDate,
    TruncMonth,
    TruncQuarter,
    TruncWeek,
)

from analytics.metrics.dimensions.dimension import Dates, Dimension, Grouping, Named
from analytics.metrics.sources import (
    CONVERSATIONS,
    COSTED,
    ESCALATED_MESSAGES,
    HANDLED,
    HANDLED_ONCE,
    HUMAN_MESSAGES,
    JUDGED,
    OPENED,
    RATED,
    RESOLVED,
    RESOLVED_ONCE,
    RESPONDED,
    REVIEWED,
    SURVEYED,
    Source,
)

DATED = (
    CONVERSATIONS,
    OPENED,
    RESPONDED,
    RESOLVED_ONCE,
    RESOLVED,
    JUDGED,
    RATED,
    SURVEYED,
    HANDLED,
    HANDLED_ONCE,
    COSTED,
    REVIEWED,
    HUMAN_MESSAGES,
    ESCALATED_MESSAGES,
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _by_clock(function: Callable[..., Any], **options: Any) -> dict[Source, Grouping]:
    def grouping(source: Source) -> Grouping:
        return lambda frame: function(source.clock, tzinfo=frame.window.tzinfo, **options)

    return {source: grouping(source) for source in DATED}


def _quarter(first: date) -> str:
    return f"Q{(first.month + 2) // 3} {first.year}"


DIMENSIONS = (
    Dimension(
        "hour",
        "Hour of the day",
        _by_clock(ExtractHour),
        Named({hour: f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}" for hour in range(24)}),
    ),
    Dimension(
        "weekday",
        "Weekday",
        _by_clock(ExtractIsoWeekDay),
        Named(dict(enumerate(WEEKDAYS, 1)), {n: day.lower() for n, day in enumerate(WEEKDAYS, 1)}),
    ),
    Dimension("day", "Day", _by_clock(TruncDate), Dates(lambda day: f"{day:%b %-d, %Y}"), is_time=True),
    Dimension(
        "week",
        "Week",
        _by_clock(TruncWeek, output_field=DateField()),
        Dates(lambda day: f"Week of {day:%b %-d, %Y}"),
        "From Monday on.",
        is_time=True,
    ),
    Dimension(
        "month",
        "Month",
        _by_clock(TruncMonth, output_field=DateField()),
        Dates(lambda day: f"{day:%b %Y}"),
        is_time=True,
    ),
    Dimension(
        "quarter", "Quarter", _by_clock(TruncQuarter, output_field=DateField()), Dates(_quarter), is_time=True
    ),
)
