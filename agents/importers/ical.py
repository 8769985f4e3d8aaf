"""Days on which nobody works, from iCalendar files (RFC 5545); what can't be taken in is refused with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from django.core.exceptions import ValidationError

from agents.decisions.calendars.definition import SpecialDay
from agents.importers.recurrence import check_rule, is_plain, last_of, occurrences

MAX_BYTES = 1024 * 1024
MAX_EVENTS = 1_000
MAX_DAYS = 2_000
# What ended longer ago, or comes later, makes no difference to any deadline.
YEARS_BACK, YEARS_AHEAD = 2, 10
DAY = timedelta(days=1)
NO_FILE = "This isn't an iCalendar file, which begins with BEGIN:VCALENDAR."


@dataclass(frozen=True)
class Imported:
    """``uid`` is the same whenever the same event is read again."""

    uid: str
    day: SpecialDay


def read_ical(content: bytes, *, zone: ZoneInfo, today: date) -> list[Imported]:
    """The closed days and hours that the events make in that zone. Raises ValidationError, naming the event."""
    events = _events(content)
    moved = {(str(event["UID"]), _day(event["RECURRENCE-ID"].dt)) for event in events if "RECURRENCE-ID" in event}
    found: dict[str, SpecialDay] = {}
    for number, event in enumerate(events, start=1):
        name = _text(event.get("SUMMARY"))[:120]
        try:
            for one in _of_event(event, name or "Closed", zone, today, moved):
                found[one.uid] = one.day
        except (ValidationError, ValueError, OverflowError) as error:
            said = error.messages[0] if isinstance(error, ValidationError) else str(error)
            raise ValidationError(f"Event {number}, “{name}”: {said}") from error
        if len(found) > MAX_DAYS:
            raise ValidationError(f"These are more than {MAX_DAYS:,} days.")
    if not found:
        raise ValidationError("There is no event in it that is still to come.")
    return [Imported(uid, day) for uid, day in found.items()]


def _events(content: bytes) -> list[Any]:
    if len(content) > MAX_BYTES:
        raise ValidationError("It is larger than 1 MiB.")
    try:
        calendars = icalendar.Calendar.from_ical(content, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise ValidationError(NO_FILE) from error
    if not calendars:
        raise ValidationError(NO_FILE)
    events = [event for one in calendars for event in one.walk("VEVENT") if event.get("STATUS") != "CANCELLED"]
    if len(events) > MAX_EVENTS:
        raise ValidationError(f"It has more than {MAX_EVENTS:,} events.")
    return events


def _of_event(
    event: Any, name: str, zone: ZoneInfo, today: date, moved: set[tuple[str, date]]
) -> Iterator[Imported]:
    if event.errors:
        field, why = event.errors[0]
        raise ValidationError(f"{field or 'a line'} can't be read: {why}.")
    start, end = _times(event)
    uid = (_text(event.get("UID")) or name)[:250]
    rule = event.get("RRULE")
    dropped = {day for known, day in moved if known == str(event.get("UID"))} | _exceptions(event)
    if rule is None or "RECURRENCE-ID" in event:
        yield from _closed(uid, name, start, end, zone, today)
        return
    check_rule(rule, _day(start))
    whole = _local_days(name, start, end, zone)
    if is_plain(rule, _day(start)) and not dropped and len(whole) == 1 and _keeps_its_hour(start, zone):
        until = last_of(rule, _day(start))
        if until is None or until >= whole[0].first_date:
            yield Imported(uid, replace(whole[0], yearly=True, until=until))
        return
    last = today.replace(year=today.year + YEARS_AHEAD, day=min(today.day, 28))
    for day in occurrences(rule, _day(start), last):
        if day not in dropped:
            begins = datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day
            yield from _closed(f"{uid}/{day}", name, begins, begins + (end - start), zone, today)


def _closed(uid: str, name: str, start: Any, end: Any, zone: ZoneInfo, today: date) -> Iterator[Imported]:
    days = _local_days(name, start, end, zone)
    for part, day in enumerate(days):
        if (day.last_date or day.first_date).year >= today.year - YEARS_BACK:
            yield Imported(f"{uid}#{part}" if part else uid, day)


def _times(event: Any) -> tuple[Any, Any]:
    """Both dates, or both times; a day without an end is that day."""
    if "DTSTART" not in event:
        raise ValidationError("has no start.")
    start, end = event.start, event.end
    if end <= start:
        raise ValidationError("ends before it begins, or when it begins.")
    return start, end


def _local_days(name: str, start: Any, end: Any, zone: ZoneInfo) -> list[SpecialDay]:
    """Whole days as one; times as one up to 24 hours long, and longer ones with the whole days between."""
    if not isinstance(start, datetime):
        return [_days(name, start, end - DAY)]
    first, last = _local(start, zone), _local(end, zone)
    if last - first <= DAY:
        return [SpecialDay(first.date(), name, opens=first.time(), closes=last.time())]
    days = [SpecialDay(first.date(), name, opens=first.time(), closes=time())]
    if last.date() - first.date() > DAY:
        days.append(_days(name, first.date() + DAY, last.date() - DAY))
    if last.time() != time():
        days.append(SpecialDay(last.date(), name, opens=time(), closes=last.time()))
    return days


def _days(name: str, first: date, last: date) -> SpecialDay:
    return SpecialDay(first, name, last_date=last if last > first else None)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """As the clock of the zone shows it; what names no zone means this one."""
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return local.replace(tzinfo=None, microsecond=0)


def _keeps_its_hour(start: Any, zone: ZoneInfo) -> bool:
    """Whether it begins at the same time by the zone's clock each year."""
    return not isinstance(start, datetime) or start.tzinfo is None or str(start.tzinfo) == zone.key


def _exceptions(event: Any) -> set[date]:
    given = event.get("EXDATE", [])
    return {_day(one.dt) for dates in (given if isinstance(given, list) else [given]) for one in dates.dts}


def _day(moment: Any) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _text(value: Any) -> str:
    """On one line, without what a database doesn't keep."""
    return " ".join(str(value or "").replace("\0", "").split())
