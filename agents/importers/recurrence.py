"""The dates of a yearly recurrence rule (RFC 5545), such as the fourth Thursday of November."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"}
PLAIN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
EARLIEST_YEAR = 1900


def check_rule(rule: Mapping[str, Any], first: date) -> None:
    """Raises ValidationError where the dates of the rule can't be told."""
    frequency = str(rule.get("FREQ", [""])[0])
    if frequency != "YEARLY":
        raise ValidationError(f"repeats {frequency.lower() or 'somehow'}: only what repeats yearly is taken in.")
    unknown = rule.keys() - KNOWN
    if unknown:
        raise ValidationError(f"repeats by {', '.join(sorted(unknown))}, which isn't taken in.")
    if min(rule.get("INTERVAL", [1])[0], rule.get("COUNT", [1])[0]) < 1:
        raise ValidationError("repeats less than once.")
    if first.year < EARLIEST_YEAR:
        raise ValidationError(f"repeats since before {EARLIEST_YEAR}.")


def is_plain(rule: Mapping[str, Any], first: date) -> bool:
    """Whether it says no more than: the same date each year, which a leap day counted in years doesn't have."""
    if rule.get("INTERVAL", [1])[0] != 1 or ("COUNT" in rule and (first.month, first.day) == (2, 29)):
        return False
    months, days = (list(map(int, rule.get(name, ()))) for name in ("BYMONTH", "BYMONTHDAY"))
    same_month, same_day = months == [first.month], days == [first.day]
    return rule.keys() <= PLAIN | {"BYMONTH", "BYMONTHDAY"} and (
        (not months and not days) or (same_month and (same_day or not days))
    )


def last_of(rule: Mapping[str, Any], first: date) -> date | None:
    """The last date on which a plain rule's day may begin; None where it has no end."""
    if count := rule.get("COUNT", [None])[0]:
        return date(min(first.year + count - 1, date.max.year), 12, 31)
    until = rule.get("UNTIL", [None])[0]
    return _date(until) if until else None


def occurrences(rule: Mapping[str, Any], first: date, until: date) -> Iterator[date]:
    """Its dates in order, from the first one on."""
    last, left = _date(rule["UNTIL"][0]) if "UNTIL" in rule else until, rule.get("COUNT", [None])[0]
    for year in range(first.year, min(last, until).year + 1, rule.get("INTERVAL", [1])[0]):
        for day in _of_year(rule, first, year):
            if day < first:
                continue
            if day > min(last, until) or left == 0:
                return
            left = left - 1 if left else None
            yield day


def _of_year(rule: Mapping[str, Any], first: date, year: int) -> list[date]:
    by_weekday, by_day = rule.get("BYDAY"), rule.get("BYMONTHDAY")
    months = rule.get("BYMONTH") or (range(1, 13) if by_weekday or by_day else (first.month,))
    by_day = by_day or (None if by_weekday else (first.day,))
    of_month = "BYMONTH" in rule
    days = [
        day
        for month in map(int, months)
        for day in _of_month(year, month)
        if (by_day is None or _is_day_of_month(day, by_day))
        and (by_weekday is None or any(_is_weekday(day, str(one), of_month) for one in by_weekday))
    ]
    positions = rule.get("BYSETPOS")
    if positions is None:
        return sorted(days)
    days.sort()
    return sorted({days[at - 1 if at > 0 else at] for at in positions if 0 < abs(at) <= len(days)})


def _of_month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def _is_day_of_month(day: date, wanted: Any) -> bool:
    from_end = day.day - calendar.monthrange(day.year, day.month)[1] - 1
    return day.day in wanted or from_end in wanted


def _is_weekday(day: date, wanted: str, of_month: bool) -> bool:
    """``TH``, the fourth one (``4TH``) or the last one (``-1TH``) of the month or of the year."""
    ordinal, name = wanted[:-2], wanted[-2:]
    if WEEKDAYS[day.weekday()] != name:
        return False
    if not ordinal:
        return True
    number = day.day if of_month else day.timetuple().tm_yday
    length = calendar.monthrange(day.year, day.month)[1] if of_month else 365 + calendar.isleap(day.year)
    return int(ordinal) in ((number - 1) // 7 + 1, -((length - number) // 7 + 1))


def _date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
