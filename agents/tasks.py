"""Background work on calendars: what is lost or comes twice is made good by the next run."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from agents.actions.feeds import read_feed
from agents.models import CalendarFeed
from helpninja.common.actors import SYSTEM

FEEDS_READ_EVERY = timedelta(hours=6)


@shared_task(name="agents.tasks.read_calendar_feeds")
def read_calendar_feeds() -> None:
    now = timezone.now()
    for feed in CalendarFeed.objects.due(now - FEEDS_READ_EVERY).select_related("calendar"):
        read_feed(feed=feed, by=SYSTEM, now=now)
