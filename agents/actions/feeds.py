"""Closed days from elsewhere: an iCalendar file once, or an address that is read again and again."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction

from agents.actions.calendars import publish
from agents.importers.ical import MAX_BYTES, read_ical
from agents.models import Calendar, CalendarFeed
from helpninja.common import outgoing
from helpninja.common.actors import Actor
from helpninja.common.versions import first_version

SECONDS = 8.0


def days_of(content: bytes, time_zone: str, now: datetime) -> list[dict[str, Any]]:
    """The closed days of an iCalendar file as a feed keeps them. Raises ValidationError."""
    zone = ZoneInfo(time_zone)
    found = read_ical(content, zone=zone, today=now.astimezone(zone).date())
    return [{"uid": one.uid, **one.day.to_json()} for one in found]


@transaction.atomic
def take_in(*, calendar: Calendar, name: str, days: list[dict[str, Any]], now: datetime) -> bool:
    """Keeps the days of a file in the place of those of the same name; True where they say anything new.

    An event is kept once: the file that was read last has it, whatever its name. The caller publishes.
    """
    before = _days_by_uid(calendar)
    uids = {day["uid"] for day in days}
    files = calendar.feeds.filter(url="").exclude(name=name[:120])
    for other in files:
        other.days = [day for day in other.days if day["uid"] not in uids]
        other.save(update_fields=["days"])
    files.filter(days=[]).delete()
    values = {"url": "", "days": days, "read_at": now, "error": ""}
    CalendarFeed.objects.update_or_create(calendar=calendar, name=name[:120], defaults=values)
    return _days_by_uid(calendar) != before


def _days_by_uid(calendar: Calendar) -> dict[str, Any]:
    return {day["uid"]: day for feed in calendar.feeds.all() for day in feed.days}


def read_feed(*, feed: CalendarFeed, by: Actor, now: datetime) -> CalendarFeed:
    """Asks the address, and publishes the calendar's next version where the days are other ones than before.

    What can't be read is noted as the feed's error, and leaves the days as they were.
    """
    try:
        _mirror(feed, days_of(fetch(feed.url), feed.calendar.time_zone, now), by, now)
    except (outgoing.OutgoingError, ValidationError) as error:
        feed.error = ("; ".join(error.messages) if isinstance(error, ValidationError) else str(error))[:300]
        CalendarFeed.objects.filter(pk=feed.pk).update(error=feed.error)
    return feed


def fetch(url: str) -> bytes:
    """Raises OutgoingError or ValidationError."""
    headers = {"Accept": "text/calendar"}
    reply = outgoing.request("GET", url, headers=headers, seconds=SECONDS, max_bytes=MAX_BYTES + 1)
    if reply.status != 200:
        raise ValidationError(f"The address answered with status {reply.status}.")
    return reply.body


@transaction.atomic
def _mirror(feed: CalendarFeed, days: list[dict[str, Any]], by: Actor, now: datetime) -> None:
    kept = CalendarFeed.objects.filter(pk=feed.pk).values_list("days", flat=True).first()
    if kept is None:
        return  # the feed was taken out meanwhile
    if kept != days:
        first_version(row=feed.calendar, now=now)
    feed.days, feed.read_at, feed.error = days, now, ""
    CalendarFeed.objects.filter(pk=feed.pk).update(days=days, read_at=now, error="")
    if kept != days:
        publish(calendar=feed.calendar, by=by, now=now, why=f"{feed.name}: {len(days)} special days"[:100])
