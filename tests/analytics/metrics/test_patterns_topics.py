from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.metrics.patterns_topics import by_day, is_month_end, month_end_edges, month_ends, quarters, weeks
from analytics.metrics.stretches import number_at
from escalations.models import Escalation
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.many_rows import escalations
from tests.analytics.rows import START, escalation, frame

pytestmark = pytest.mark.django_db

MARCH = Window.of_days(date(2026, 3, 1), date(2026, 3, 31), "UTC")
BILLING, TECHNICAL = 1, 2


def month_ends_of(counts, window=MARCH, **asked):
    return month_ends(counts, frame(window=window, **asked))


def each_day(window, count_of) -> dict:
    return {(day, BILLING): count_of(day) for day in window.days()}


def test_month_ends_are_the_last_three_days():
    assert [day for day in MARCH.days() if is_month_end(day)] == [date(2026, 3, day) for day in (29, 30, 31)]
    assert [is_month_end(date(2026, 2, day)) for day in (25, 26, 28)] == [False, True, True]


def test_month_ends_in_the_database_are_the_same_days():
    window = Window.of_days(date(2026, 1, 30), date(2026, 4, 2), "America/New_York")  # over a clock change
    step = timedelta(hours=11, minutes=59)
    escalations(window.start + step * n for n in range((window.end - window.start) // step))

    rows = Escalation.objects.annotate(end=number_at("opened_at", month_end_edges(window)))

    assert all(
        is_month_end(at.astimezone(window.tzinfo).date()) == end
        for at, end in rows.values_list("opened_at", "end")
    )
    assert rows.filter(end=1).exists()


def test_month_end_spike_of_billing():
    """20 a day, and 27 in the last three: 35 % more."""
    topic = factories.make_topic("billing")
    moments = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(1, 32)]
    escalations([at for at in moments for _ in range(27 if at.day >= 29 else 20)], topic=topic)
    asked = frame(window=MARCH)

    found = month_ends(by_day(asked), asked)
    billing = found.topics[1]

    assert (found.days, found.other_days) == (3, 28)
    assert (billing.topic, billing.count, billing.others, billing.expected) == (topic.pk, 81, 560, 60)
    assert billing.ratio.value == pytest.approx(1.35, abs=1e-12)
    # The last days were a Sunday to a Tuesday, of which there were twelve others: sqrt(1/240 + 1/81) = 0.1285.
    assert (billing.ratio.low, billing.ratio.high) == pytest.approx((1.0494, 1.7367), abs=1e-4)
    assert billing.is_beyond_chance


def test_weekdays_are_matched():
    """Fewer at weekends: that the month ended on one is no effect."""
    window = Window.of_days(date(2026, 1, 1), date(2026, 1, 31), "UTC")  # the 31st was a Saturday

    found = month_ends_of(each_day(window, lambda day: 2 if day.weekday() >= 5 else 20), window)

    assert found.topics[0].ratio.value == pytest.approx(1)
    assert not found.topics[0].is_beyond_chance


def test_few_are_not_compared():
    """Of the four other Mondays one had 15, so that a Monday at the end would have 3.75."""
    found = month_ends_of({(date(2026, 3, 2), BILLING): 15, (date(2026, 3, 30), BILLING): 9})

    assert (found.topics[0].count, found.topics[0].expected, found.topics[0].ratio) == (9, 3.75, None)


def test_a_window_without_the_same_weekdays_compares_nothing():
    window = Window.of_days(date(2026, 3, 29), date(2026, 3, 31), "UTC")

    assert month_ends_of(each_day(window, lambda day: 50), window).topics[0].ratio is None


def test_a_day_that_has_only_begun_counts_in_part():
    found = month_ends_of({}, now=datetime(2026, 3, 30, 12, tzinfo=UTC))

    assert (found.days, found.other_days) == (1.5, 28)


def test_leading_topic_of_a_week_beyond_chance():
    """Four weeks alike but for one, in which half are technical instead of a fifth."""
    counts = {
        (date(2026, 3, 2) + timedelta(weeks=week), topic): n
        for week, technical in enumerate((20, 20, 50, 20))
        for topic, n in ((TECHNICAL, technical), (BILLING, 100 - technical))
    }

    found = weeks(counts, frame(window=Window.of_days(date(2026, 3, 2), date(2026, 3, 29), "UTC")))

    assert [week.monday.day for week in found] == [2, 9, 16, 23]
    assert [week.leading and week.leading.kind for week in found][2] == TECHNICAL
    assert (found[2].leading.share, found[2].leading.others, found[2].n) == (0.5, 0.2, 100)
    assert found[2].leading.p < 0.001


def test_weeks_without_a_difference_have_no_leading_topic():
    counts = {
        (date(2026, 3, 2) + timedelta(weeks=week), topic): n
        for week in range(4)
        for topic, n in ((TECHNICAL, 20 + week), (BILLING, 80 - week))
    }

    assert not any(week.leading for week in weeks(counts, frame(window=MARCH)))


def test_partial_weeks_say_how_many_days_they_have():
    assert [week.days for week in weeks({}, frame(window=MARCH))] == [1, 7, 7, 7, 7, 2]


def test_quarters_are_compared_by_day_and_topic():
    billing, technical = factories.make_topic("billing"), factories.make_topic("technical-support")
    first, second = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 15, tzinfo=UTC)
    escalations([first] * 20, topic=billing)
    escalations([first] * 40, topic=technical)
    escalations([second] * 50, topic=billing)
    escalations([second] * 40, topic=technical)

    found = quarters(frame(window=MARCH))

    assert [quarter.name for quarter in found] == ["Q4 2025", "Q1 2026"]
    assert [quarter.days for quarter in found] == [31, 90]
    assert [quarter.counts for quarter in found] == [
        {billing.pk: 20, technical.pk: 40},
        {billing.pk: 50, technical.pk: 40},
    ]
    assert [quarter.leading.kind for quarter in found] == [technical.pk, billing.pk]
    assert found[1].a_day == 1


def test_quarters_without_rows_are_none():
    assert quarters(frame(window=MARCH)) == []


def test_days_and_quarters_cost_a_query_each(django_assert_num_queries):
    for days in range(3):
        escalation(START + timedelta(days=days))

    for count in (by_day, quarters):
        with django_assert_num_queries(1):
            count(frame(window=MARCH))


def test_days_are_of_the_window_s_zone():
    escalation(datetime(2026, 3, 10, 3, tzinfo=UTC))
    window = Window.of_days(date(2026, 3, 1), date(2026, 3, 31), "America/New_York")

    assert Counter(day for day, _ in by_day(frame(window=window))) == {date(2026, 3, 9): 1}
