"""The weekly trend analysis of August 25 to 31, 2025, Monday to Sunday."""

from datetime import timedelta

import pytest

from analytics.enums import ReportKind
from analytics.models import ActionItem
from quality.models import Review
from tests import factories
from tests.analytics.metrics.reports.guide import (
    LAST_WEEK,
    MONDAY,
    WEEK,
    fill_efficiency,
    fill_performance,
    fill_quality,
    fill_volume,
)
from tests.analytics.metrics.reports.rows import at, case, document, lines, opened, section, store, texts

pytestmark = pytest.mark.django_db


def weekly(**asked):
    return document(ReportKind.WEEKLY, MONDAY, **asked)


def test_each_weekday_against_the_first_and_the_week_against_the_last():
    fill_volume()

    found = weekly()

    assert [row[2:4] for row in texts(found, "volume")] == [
        ("19", "baseline"),
        ("24", "+26%"),
        ("22", "+16%"),
        ("26", "+37%"),
        ("18", "−5%"),
        ("7", "−63%"),
        ("5", "−74%"),
    ]
    assert section(found, "volume").sentences == ("Weekend: 12 in all (Saturday: 7, Sunday: 5)",)
    assert lines(found, "volume")["Weekly total"] == "121 (vs 115 last week, +5.2%)"


def test_what_is_typical_for_a_weekday_and_what_is_not():
    for week in range(1, 9):
        opened({day - timedelta(weeks=week): 20 + week % 3 for day in WEEK[:5]})
    opened(dict(zip(WEEK, (19, 21, 22, 26, 20, 0, 0), strict=True)))

    notes = [row[4] for row in texts(weekly(), "volume")]

    assert notes == [
        "fewer than on the last 8 Mondays (20 to 22)",
        "typical for a Tuesday (20 to 22)",
        "typical for a Wednesday (20 to 22)",
        "more than on the last 8 Thursdays (20 to 22)",
        "typical for a Friday (20 to 22)",
        "typical for a Saturday (0 to 0)",
        "typical for a Sunday (0 to 0)",
    ]


def test_how_response_resolution_and_satisfaction_went():
    fill_performance()

    assert section(weekly(), "performance").sentences[:3] == (
        "Average response time: improved daily (Mon: 4.8 min → Fri: 3.2 min); 3.2 min to 4.8 min over the week",
        "Resolution rate: unchanged (Mon: 88.0% → Fri: 88.0%); 88.0% to 92.0% over the week",
        "Satisfaction (CSAT): improved daily (Mon: 4.1/5 → Fri: 4.5/5); 4.1/5 to 4.5/5 over the week",
    )
    assert texts(weekly(), "performance")[0] == (
        "Monday",
        "4.8 min (n = 25)",
        "88.0% (n = 25)",
        "4.1/5 (n = 10)",
    )


def test_how_much_less_time_an_escalation_took():
    fill_efficiency()

    assert section(weekly(), "performance").sentences[3] == (
        "Team efficiency: 15% improvement over last week (12.0 min → 10.2 min of handling an escalation)"
    )


def test_quality_by_agent_above_the_target():
    fill_quality()

    found = weekly()

    assert section(found, "quality").sentences == ("Above 85.0 points for all 2 agents reviewed",)
    assert texts(found, "quality") == [("Sarah M.", "94.5", "1"), ("David K.", "88.0", "1")]


def test_who_is_not_above_the_target():
    review = factories.make_published_review(factories.make_agent("Tom S."), now=at(WEEK[1]))
    Review.objects.filter(pk=review.pk).update(total=85)

    assert section(weekly(), "quality").sentences == ("Not above 85.0 points: Tom S. (85.0)",)


def test_what_changed_beyond_chance():
    for days, resolved in ((LAST_WEEK, 45), (WEEK, 20)):
        store([case(at(days[n % 5], 9, n), resolved=n < resolved) for n in range(50)])

    assert section(weekly(), "insights").sentences == (
        "Resolution rate fell from 90.0% to 40.0%, by 50.0 points "
        "(95 % interval 32.1 to 63.6 points; n = 50 against 50).",
    )


def test_action_items_that_people_added():
    ActionItem.objects.create(
        kind=ReportKind.WEEKLY, first_day=MONDAY, text="Prepare for questions on the release"
    )

    assert texts(weekly(), "actions") == [("Prepare for questions on the release", "", "", "Open")]


def test_a_week_without_anything():
    found = weekly()

    assert lines(found, "volume")["Weekly total"] == "0 (vs 0 last week)"
    assert section(found, "performance").note == "Nothing was answered, resolved or rated."
    assert section(found, "quality").note == "No reviews were published."
    assert section(found, "insights").note == "Nothing changed beyond chance."
    assert section(found, "actions").note == "No action items have been added."
