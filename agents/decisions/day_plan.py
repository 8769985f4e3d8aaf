"""What somebody's plan says of one whole day: the hours left of it, and the leave that takes the others."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from agents.decisions.availability import DAY, Interval, Schedule, Span, midnight, working_intervals
from agents.decisions.calendars.spans import without
from agents.enums import LeaveKind

LEAVE_WORDS = {
    LeaveKind.VACATION: "on vacation",
    LeaveKind.SICK: "on sick leave",
    LeaveKind.TRAINING: "on training",
    LeaveKind.OTHER: "on leave",
}


@dataclass(frozen=True)
class DayPlan:
    """``intervals`` are the planned hours without leave, breaks counted in; ``away`` says why there are none."""

    intervals: tuple[Interval, ...]
    away: str = ""


def day_plan(schedule: Schedule, day: date) -> DayPlan:
    """Of the hours planned to begin on that day of the agent's zone; without a schedule, of the whole day."""
    zone = ZoneInfo(schedule.time_zone)
    planned = working_intervals(schedule, day, day)
    left = without(planned, [_interval(leave, zone) for leave in schedule.time_off])
    if left:
        return DayPlan(left)
    taken = [leave for leave in schedule.time_off if leave.first_day <= day <= leave.last_day]
    return DayPlan((), LEAVE_WORDS[LeaveKind(taken[0].label)] if planned and taken else "off shift")


def _interval(leave: Span, zone: ZoneInfo) -> Interval:
    start = midnight(zone, leave.first_day)
    if leave.from_time:
        start = datetime.combine(leave.first_day, leave.from_time, zone).astimezone(UTC)
    if leave.until_time:
        return start, datetime.combine(leave.last_day, leave.until_time, zone).astimezone(UTC)
    return start, midnight(zone, leave.last_day + DAY)
