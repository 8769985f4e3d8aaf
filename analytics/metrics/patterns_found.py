"""All that the page of patterns shows, in five queries whatever there is."""

from dataclasses import dataclass

from agents.decisions.calendars import OpenHours
from analytics.metrics.open_hours import hours_of_teams
from analytics.metrics.patterns_clock import Clock, clock
from analytics.metrics.patterns_speed import Speed, speed
from analytics.metrics.patterns_topics import MonthEnds, Quarter, Week, by_day, month_ends, quarters, weeks
from analytics.metrics.tally import Frame


@dataclass(frozen=True)
class Patterns:
    clock: Clock
    hours: dict[int, OpenHours]
    speed: Speed
    weeks: list[Week]
    month_ends: MonthEnds
    quarters: list[Quarter]

    @property
    def is_empty(self) -> bool:
        return not (self.clock.n or self.clock.missing or self.quarters)


def patterns_of(frame: Frame) -> Patterns:
    hours = hours_of_teams()
    counts = by_day(frame)
    return Patterns(
        clock=clock(frame, hours),
        hours=hours,
        speed=speed(frame),
        weeks=weeks(counts, frame),
        month_ends=month_ends(counts, frame),
        quarters=quarters(frame),
    )
