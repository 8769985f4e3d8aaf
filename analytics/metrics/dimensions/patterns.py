"""What escalations may come more or less of: open hours, the end of the month, a slow AI."""

from typing import Any

from analytics.metrics.dimensions.dimension import Dimension, Grouping, Named
from analytics.metrics.dimensions.time import DATED
from analytics.metrics.open_hours import CLOSED, OPEN, hours_of_teams, open_of
from analytics.metrics.patterns_speed import CODES, NAMES, bucket
from analytics.metrics.patterns_topics import month_end_edges
from analytics.metrics.sources import CONVERSATIONS, OPENED, Source
from analytics.metrics.stretches import number_at
from analytics.metrics.tally import Frame


def _open(frame: Frame) -> Any:
    return open_of(OPENED.clock, "team", hours_of_teams(), frame.span)


def _month_end(source: Source) -> Grouping:
    return lambda frame: number_at(source.clock, month_end_edges(frame.span))


DIMENSIONS = (
    Dimension(
        "open_hours",
        "Open hours",
        {OPENED: _open},
        Named({OPEN: "In open hours", CLOSED: "After hours"}, {OPEN: "open", CLOSED: "closed"}),
        "Of the team, by its calendar; teams that work round the clock have none.",
    ),
    Dimension(
        "month_end",
        "End of the month",
        {source: _month_end(source) for source in DATED},
        Named({1: "Last three days of the month", 0: "Other days"}, {1: "last", 0: "other"}),
        "By the days of the window's time zone.",
    ),
    Dimension(
        "ai_speed",
        "Speed of the AI",
        {CONVERSATIONS: lambda frame: bucket()},
        Named({number: f"AI answers in {name}" for number, name in enumerate(NAMES)}, dict(enumerate(CODES))),
        "Mean time of the AI's answers before the handoff.",
    ),
)
