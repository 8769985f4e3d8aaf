from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.actions.calendars import publish
from agents.decisions.calendars import Definition, OpenHours, Opening
from agents.enums import Weekday
from agents.models import Calendar
from analytics.metrics.open_hours import CLOSED, OPEN, edges, hours_of_teams, open_of
from analytics.metrics.patterns_clock import PeakDays, clock
from escalations.enums import Timing
from escalations.models import Escalation
from helpninja.common.actors import SYSTEM
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.many_rows import escalations
from tests.analytics.rows import LATER, START, escalation, frame

pytestmark = pytest.mark.django_db

EASTERN = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 3, 9, tzinfo=EASTERN)  # the day after the clocks went forward
WEEK = Window(MONDAY, MONDAY + timedelta(days=7), "America/New_York")
OFFICE = Definition("America/New_York", (Opening((0, 1, 2, 3, 4), time(9), time(17)),))


def clock_of(window=WEEK, hours=None, **filters):
    return clock(frame(window=window, **filters), hours or {})


def test_peak_hours_with_their_share_of_all():
    """23 of 100 between 2 and 4 PM in New York."""
    hours = [*[14] * 12, *[15] * 11, *[hour for hour in range(24) if hour not in (14, 15)] * 3, *range(11)]
    escalations(MONDAY + timedelta(hours=hour) for hour in hours)

    found = clock_of()

    assert (found.n, found.peak.hour, found.peak.until, found.peak.share) == (100, 14, 16, 0.23)
    assert found.counts[Weekday.MONDAY, 15] == 11


def test_peak_days_with_their_share_of_the_week():
    """68 of 100 from Tuesday to Thursday."""
    of_day = (12, 22, 24, 22, 12, 5, 3)
    escalations(MONDAY + timedelta(days=day, hours=12) for day, n in enumerate(of_day) for _ in range(n))

    found = clock_of()

    assert found.peak_days == PeakDays(Weekday.TUESDAY, 68, 100)
    assert (found.peak_days.last, found.peak_days.share) == (Weekday.THURSDAY, 0.68)
    assert found.a_day(Weekday.WEDNESDAY) == 24


def test_share_outside_the_team_s_hours():
    """15 of 100."""
    escalations([MONDAY + timedelta(hours=9)] * 85)
    escalations([MONDAY + timedelta(hours=17)] * 10 + [MONDAY + timedelta(days=5, hours=12)] * 5)

    found = clock_of(hours={factories.support().pk: OpenHours(OFFICE)}).after_hours

    assert (found.value, found.hits, found.n, found.missing) == (0.15, 15, 100, 0)


def test_a_team_without_a_calendar_has_no_after_hours():
    escalation(MONDAY, team=factories.make_team())
    escalation(MONDAY)

    found = clock_of(hours={factories.support().pk: OpenHours(OFFICE)}).after_hours

    assert (found.n, found.hits, found.missing) == (1, 1, 1)


def test_days_are_those_of_the_window_s_zone():
    escalation(datetime(2026, 3, 10, 3, 30, tzinfo=UTC))  # Monday 11:30 PM in New York

    assert clock_of().counts == {(Weekday.MONDAY, 23): 1}


def test_peak_days_may_lie_over_the_end_of_the_week():
    escalations([MONDAY] * 2 + [MONDAY + timedelta(days=6)] * 2 + [MONDAY + timedelta(days=5)] * 2)

    assert clock_of().peak_days == PeakDays(Weekday.SATURDAY, 6, 6)


def test_rows_of_which_only_the_day_is_known_are_missing():
    escalation(MONDAY, timing=Timing.PLACED)

    found = clock_of()

    assert (found.n, found.missing, found.peak, found.peak_days) == (0, 1, None, None)


def test_a_running_window_counts_the_days_it_has_had():
    now = MONDAY + timedelta(days=2, hours=1)

    found = clock(frame(window=WEEK, now=now), {})

    assert found.days == {Weekday.MONDAY: 1, Weekday.TUESDAY: 1, Weekday.WEDNESDAY: 1}
    assert found.a_day(Weekday.SUNDAY) is None


def test_open_hours_as_an_expression_say_what_the_calendar_says():
    hours = OpenHours(Definition("America/New_York", (Opening((0, 2, 6), time(22), time(3)),)))
    step = timedelta(minutes=30)
    escalations(MONDAY + step * number for number in range(7 * 48))

    rows = Escalation.objects.annotate(
        open=open_of("opened_at", "team", {factories.support().pk: hours}, WEEK)
    ).values_list("opened_at", "open")

    assert {at: OPEN if hours.is_open(at) else CLOSED for at, _ in rows} == dict(rows)
    assert {state for _, state in rows} == {OPEN, CLOSED}


def test_edges_begin_with_what_holds_at_the_start():
    hours = OpenHours(Definition("UTC", (Opening((1,), time(), time()),)))

    assert edges(hours, Window(START, START + timedelta(days=2), "UTC")) == [
        (START, OPEN),
        (START + timedelta(days=1), CLOSED),
    ]
    assert edges(hours, Window(START + timedelta(days=1), START + timedelta(days=2), "UTC")) == [
        (START + timedelta(days=1), CLOSED)
    ]


def test_hours_of_teams_are_the_newest_version_in_one_query(django_assert_num_queries):
    calendar = Calendar.objects.get(name="Office hours")
    calendar.openings.update(opens=time(8))
    publish(calendar=calendar, by=SYSTEM, now=LATER)
    for name in ("East", "West"):
        team = factories.make_team(name)
        team.calendar = calendar
        team.save()

    with django_assert_num_queries(1):
        found = hours_of_teams()

    assert len(found) == 2
    assert {one.version for one in found.values()} == {2}
    assert found[team.pk].is_open(MONDAY + timedelta(hours=8))
