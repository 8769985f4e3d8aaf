from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.metrics.overview import common, latest_requests, measured_over_time, overview
from analytics.metrics.patterns import Peak
from analytics.metrics.registry import METRICS, measure
from escalations.enums import Reason, Timing
from helpninja.common.values import Value
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.rows import END, NOON, START, conversation, escalation, frame, held, rating, resolved

pytestmark = pytest.mark.django_db


def asked(phrase: str, **fields):
    because = {
        "text": f"the customer wrote “{phrase}”",
        "conditions": [{"field": "customer_text", "operator": "contains_phrase", "value": [], "actual": phrase}],
    }
    return escalation(reason=Reason.CUSTOMER_REQUEST, because=because, **fields)


def test_its_numbers_are_those_of_each_metric_alone(agent):
    conversation()
    held(resolved(ai_confidence=0.3, reason=Reason.CONTENT_GAP), agent, seconds=600)
    rating(4, of=resolved(START - timedelta(hours=1)))
    escalation(timing=Timing.PLACED)

    found = overview(frame())

    for measured in (*found.indicators, *found.volumes, *found.besides.values()):
        key = measured.metric.key
        assert measured == measure([METRICS[key]], frame())[key]


def test_reasons_with_share_resolution_satisfaction_and_confidence():
    for confidence in (0.2, 0.4, None):
        rating(4, of=resolved(ai_confidence=confidence))
    escalation(reason=Reason.CONTENT_GAP, timing=Timing.PLACED)

    first, second = overview(frame()).reasons

    assert (first.reason, first.share) == (Reason.LOW_AI_CONFIDENCE, Value(0.75, 4, 0, 3))
    assert first.values["resolution_rate"] == Value(1.0, 3, 0, 3)
    assert first.values["csat"] == Value(4.0, 3)
    assert (round(first.values["ai_confidence"].value, 9), first.values["ai_confidence"].missing) == (0.3, 1)
    assert second.values["escalations"] == Value(1.0, 1)
    assert second.values["resolution_rate"] == Value(None, 0, 1, 0)


def test_common_requests_are_the_phrases_that_rules_found_most_often():
    for phrase in ("need help", "speak to human", "speak to human", "a", "b"):
        asked(phrase)
    asked("yesterday's", at=START - timedelta(seconds=1))
    escalation(reason=Reason.CUSTOMER_REQUEST, because={"text": "The chat asked for a person."})

    assert common(latest_requests(frame())) == ("speak to human", "a", "b")
    assert overview(frame()).reasons[0].requests == ("speak to human", "a", "b")


def series(**of):
    return measured_over_time((), frame(**of))[1]


def test_series_has_every_day_of_the_window_in_its_zone():
    zone = "America/New_York"
    window = Window.of_days(date(2026, 3, 9), date(2026, 3, 11), zone)
    conversation(datetime(2026, 3, 10, 3, 59, tzinfo=UTC))  # still the 9th there
    escalation(datetime(2026, 3, 10, 4, tzinfo=UTC))

    found = [(bucket.start.day, bucket.conversations, bucket.escalated) for bucket in series(window=window)]

    assert found == [(9, 1, 0), (10, 1, 1), (11, 0, 0)]


def test_one_day_is_split_by_hour():
    conversation(START)
    escalation(NOON + timedelta(minutes=59))

    found = series()

    assert len(found) == 24
    assert [(n, bucket.escalated) for n, bucket in enumerate(found) if bucket.conversations] == [(0, 0), (12, 1)]


def test_the_series_ends_with_the_present():
    assert len(series(now=NOON)) == 13
    three_days = Window(START, START + timedelta(days=3), "UTC")
    assert [bucket.start.day for bucket in series(window=three_days, now=NOON)] == [10]


def test_empty_and_not_empty():
    assert overview(frame()).is_empty
    assert overview(frame()).peak is None

    escalation()

    assert not overview(frame()).is_empty
    assert overview(frame()).peak == Peak(11, 1, 1)


def test_queries_are_few_and_as_many_for_many_rows(agent, django_assert_max_num_queries):
    asked("need help")
    with CaptureQueriesContext(
        connection,
    ) as one_row:
        overview(frame())
    for _ in range(3):
        held(resolved(topic=factories.make_topic()), agent, seconds=60)
        rating(3)
        asked("need help")

    with django_assert_max_num_queries(4) as many_rows:
        overview(frame())

    assert len(many_rows) == len(one_row)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("days", [100, 500])
def test_weeks_and_months_are_those_of_the_zone(zone, days):
    conversation(END - timedelta(hours=12))

    found = series(window=Window(END - timedelta(days=days), END, zone))

    (bucket,) = [one for one in found if one.conversations]
    assert bucket.start == (date(2026, 3, 9) if days == 100 else date(2026, 3, 1))
