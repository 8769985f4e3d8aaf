"""Changes of calendars: each publishes an immutable version, and deadlines are set by the newest."""

import time
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import transaction

from agents.decisions.calendars import ALWAYS_OPEN, Definition, OpenHours
from agents.decisions.calendars.definition import Opening as OpeningHours
from agents.decisions.calendars.definition import SpecialDay
from agents.enums import DayKind
from agents.models import Calendar, CalendarDay, CalendarVersion, Opening
from agents.signals import calendar_published
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version

# A special day of 29 February returns after 8 years at most.
OPEN_WITHIN_YEARS = 8


@transaction.atomic
def publish(*, calendar: Calendar, by: Actor, now: datetime, why: str = "") -> CalendarVersion:
    """Call it once the calendar and its rows are saved: the next version holds with the end of the transaction.

    Deadlines set before keep their version. Sends ``calendar_published`` after commit. Raises ValidationError
    naming ``openings`` where the calendar is never open.
    """
    definition = definition_of(calendar)
    validate_opens(definition, now)
    next_version(row=calendar, by=by, now=now, why=why)
    version = CalendarVersion.objects.create(
        calendar=calendar,
        number=calendar.version,
        definition=definition.to_json(),
        published_at=now,
        actor=by.label[:200],
    )
    record(by=by, action="calendar.published", subject=calendar, now=now, version=version.number, why=why)
    transaction.on_commit(forget_calendars)
    transaction.on_commit(
        lambda: calendar_published.send(sender=Calendar, calendar_id=calendar.pk, version_id=version.pk)
    )
    return version


@transaction.atomic
def retire(*, calendars: Iterable[Calendar], by: Actor, now: datetime) -> None:
    """Deletes them with their versions. Raises ProtectedError where a team, a policy or a deadline goes by one."""
    for calendar in calendars:
        last_version(row=calendar, by=by, now=now)
        record(by=by, action="calendar.deleted", subject=calendar, now=now, version=calendar.version)
        calendar.delete()
    transaction.on_commit(forget_calendars)


def validate_opens(definition: Definition, now: datetime) -> None:
    """A deadline in a calendar that is never open would never come."""
    if not OpenHours(definition).opens_within(now, OPEN_WITHIN_YEARS):
        raise ValidationError(
            {"openings": "The calendar is never open: give it hours that its closed days leave."}
        )


def definition_of(calendar: Calendar) -> Definition:
    """What the stored rows say now, published or not, whatever of them was loaded with the calendar before."""
    stored = Calendar.objects.get(pk=calendar.pk)
    return definition_from(stored, stored.openings.all(), stored.days.all())


def definition_from(calendar: Calendar, openings: Iterable[Opening], days: Iterable[CalendarDay]) -> Definition:
    """With these rows, stored or not, in the place of its own."""
    feeds = calendar.feeds.all() if calendar.pk else ()
    mirrored = [SpecialDay.from_json(day) for feed in feeds for day in feed.days]
    return Definition(
        zone=calendar.time_zone,
        openings=tuple(map(opening_hours, openings)),
        country=calendar.holiday_country,
        region=calendar.holiday_region,
        worked=tuple(calendar.worked_holidays),
        days=(*map(special_day, days), *mirrored),
    )


def opening_hours(row: Opening) -> OpeningHours:
    """The form's row as the arithmetic reads it."""
    return OpeningHours(tuple(row.weekdays), row.opens, row.closes, row.valid_from)


def special_day(row: CalendarDay) -> SpecialDay:
    """The form's row as the arithmetic reads it."""
    return SpecialDay(
        first_date=row.first_date,
        name=row.name,
        kind=DayKind(row.kind),
        opens=row.opens,
        closes=row.closes,
        last_date=row.last_date,
        yearly=row.yearly,
        until=row.until,
    )


# The number of each calendar's newest version, and when that was last looked up.
VERSIONS_CHECKED_EVERY = 1.0
_newest: dict[int, tuple[int, float]] = {}


def open_hours(calendar_id: int | None, version: int | None = None) -> OpenHours:
    """A calendar's newest version or one of its earlier ones, compiled once; without a calendar the wall clock.

    A version published by another process is seen within a second. Raises CalendarVersion.DoesNotExist.
    """
    if calendar_id is None:
        return ALWAYS_OPEN
    return _compiled(calendar_id, version or _newest_version(calendar_id))


def forget_calendars() -> None:
    """So that a version published in this process holds at once."""
    _newest.clear()
    _compiled.cache_clear()


def _newest_version(calendar_id: int) -> int:
    number, looked_up_at = _newest.get(calendar_id, (0, 0.0))
    clock = time.monotonic()
    if not number or clock - looked_up_at >= VERSIONS_CHECKED_EVERY:
        number = Calendar.objects.filter(pk=calendar_id).values_list("version", flat=True).first() or 0
        _newest[calendar_id] = (number, clock)
    return number


@lru_cache(maxsize=256)
def _compiled(calendar_id: int, number: int) -> OpenHours:
    version = CalendarVersion.objects.select_related("calendar").get(calendar=calendar_id, number=number)
    return OpenHours(
        Definition.from_json(version.definition),
        name=version.calendar.name,
        version=number,
        version_id=version.pk,
    )
