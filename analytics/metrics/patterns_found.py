"""All that the page of patterns shows, in six queries whatever there is."""

from dataclasses import dataclass

from agents.decisions.calendars import OpenHours
from analytics.metrics.open_hours import hours_of_teams
from analytics.metrics.patterns_clock import Clock, clock
from analytics.metrics.patterns_speed import Speed, speed
from analytics.metrics.patterns_topics import MonthEnds, Quarter, Week, by_day, month_ends, quarters, weeks
from analytics.metrics.registry import METRICS, Measured, measure
from analytics.metrics.segments import SEGMENTS
from analytics.metrics.tally import Frame

SEGMENT_RATES = [METRICS[f"escalation_rate_{segment.key}"] for segment in SEGMENTS]


@dataclass(frozen=True)
class Patterns:
    """``hours`` are the teams' open hours by team; ``segments`` the rates of kinds of customers, in their fixed
    order.
    """

    clock: Clock
    hours: dict[int, OpenHours]
    speed: Speed
    weeks: list[Week]
    month_ends: MonthEnds
    quarters: list[Quarter]
    segments: list[Measured]

    @property
    def is_empty(self) -> bool:
        """Neither a conversation in the window nor an escalation in any of the quarters."""
        conversations = self.speed.fast.n + self.speed.slow.n + self.speed.unknown
        return not (conversations or self.clock.n or self.clock.missing or self.quarters)


def patterns_of(frame: Frame) -> Patterns:
    """Six queries, however long the window."""
    hours = hours_of_teams()
    counts = by_day(frame)
    return Patterns(
        clock=clock(frame, hours),
        hours=hours,
        speed=speed(frame),
        weeks=weeks(counts, frame),
        month_ends=month_ends(counts, frame),
        quarters=quarters(frame),
        segments=list(measure(SEGMENT_RATES, frame).values()),
    )
