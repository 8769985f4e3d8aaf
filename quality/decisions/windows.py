"""The time of a cycle that follows another."""

from calendar import monthrange
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from quality.enums import Recurrence

WEEK = timedelta(days=7)


def following(end: datetime, recurrence: str, zone: ZoneInfo) -> datetime:
    """When the next one ends: at the same time of the clock a week later, or on the same day of the next month.

    A day that the month lacks becomes its last one.
    """
    local = end.astimezone(zone)
    if recurrence == Recurrence.WEEKLY:
        return (local + WEEK).astimezone(end.tzinfo)
    if recurrence == Recurrence.MONTHLY:
        year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
        day = min(local.day, monthrange(year, month)[1])
        return local.replace(year=year, month=month, day=day).astimezone(end.tzinfo)
    raise ValueError(f"{recurrence} has no next")
