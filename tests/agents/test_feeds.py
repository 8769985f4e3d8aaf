from datetime import UTC, datetime, timedelta

import pytest

from agents.actions.calendars import open_hours
from agents.actions.feeds import read_feed
from agents.models import Calendar
from agents.tasks import FEEDS_READ_EVERY, read_calendar_feeds
from helpninja.common.actors import SYSTEM
from tests.agents.test_ical import file
from tests.receiver import receiver, say

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
OUTING = "UID:1\nSUMMARY:Outing\nDTSTART;VALUE=DATE:20261127"


@pytest.fixture
def server(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with receiver() as served:
        served.answer = lambda request: say(request, 200, file(OUTING))
        yield served


@pytest.fixture
def feed(server):
    calendar = Calendar.objects.get(name="Office hours")
    return calendar.feeds.create(name="Company holidays", url=server.url)


def test_reading_a_feed_publishes_its_days(feed):
    read_feed(feed=feed, by=SYSTEM, now=NOW)

    feed.refresh_from_db()
    assert (feed.read_at, feed.error, [day["name"] for day in feed.days]) == (NOW, "", ["Outing"])
    assert open_hours(feed.calendar_id).version == 2
    assert not open_hours(feed.calendar_id).is_open(NOW + timedelta(days=2))


def test_reading_the_same_again_publishes_nothing(feed):
    read_feed(feed=feed, by=SYSTEM, now=NOW)

    read_feed(feed=feed, by=SYSTEM, now=NOW + timedelta(hours=1))

    feed.refresh_from_db()
    assert (feed.calendar.version, feed.read_at) == (2, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda request: say(request, 404), "The address answered with status 404."),
        (lambda request: say(request, 302, Location="/else"), "The address answered with status 302."),
        (lambda request: say(request, 200, b"<html>Sign in</html>"), "This isn't an iCalendar file"),
        (lambda request: say(request, 200, file()), "There is no event in it"),
        (lambda request: say(request, 200, b"X" * 1_100_000), "It is larger than 1 MiB."),
    ],
)
def test_what_cannot_be_read_is_noted_and_leaves_the_days(server, feed, answer, error):
    read_feed(feed=feed, by=SYSTEM, now=NOW)
    server.answer = answer

    read_feed(feed=feed, by=SYSTEM, now=NOW + timedelta(hours=6))

    feed.refresh_from_db()
    assert feed.error.startswith(error)
    assert (len(feed.days), feed.read_at, feed.calendar.version) == (1, NOW, 2)


def test_an_address_in_the_own_network_is_refused(feed, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []

    read_feed(feed=feed, by=SYSTEM, now=NOW)

    feed.refresh_from_db()
    assert feed.error == "127.0.0.1 is not a public address."


def test_the_task_reads_what_is_due(feed, time_machine):
    feed.calendar.feeds.create(name="closed.ics")

    time_machine.move_to(NOW, tick=False)
    read_calendar_feeds()
    time_machine.move_to(NOW + FEEDS_READ_EVERY - timedelta(seconds=1), tick=False)
    read_calendar_feeds()
    feed.refresh_from_db()
    first = feed.read_at
    time_machine.move_to(NOW + FEEDS_READ_EVERY, tick=False)
    read_calendar_feeds()
    feed.refresh_from_db()

    assert (first, feed.read_at) == (NOW, NOW + FEEDS_READ_EVERY)
