from datetime import UTC, datetime, timedelta

import pytest

from analytics.metrics.breakdown import counted
from analytics.metrics.insights import insights_for
from escalations.enums import Reason, State
from escalations.models import Conversation, Escalation, Rating, Topic
from helpninja.common.values import Value
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.many_rows import conversations, escalated, escalations
from tests.analytics.rows import conversation, frame

pytestmark = pytest.mark.django_db

# Four weeks and the four before them, so that both kinds of comparison are the same.
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEKS = timedelta(weeks=4)
WINDOW = Window(START, START + WEEKS, "UTC")
LATER = START + timedelta(weeks=20)


def found(**asked):
    return insights_for(frame(window=WINDOW, **{"now": LATER, **asked}))


def told(**asked):
    return [one.sentence for one in found(**asked)]


def each_day(window_start, count):
    """So many an hour apart, spread over the four weeks."""
    step = WEEKS / count
    return [window_start + step * number for number in range(count)]


def history():
    """Something before both windows, so that the earlier one is known to be whole."""
    conversation(START - 3 * WEEKS)


def talks(before, now, **fields):
    """(conversations, escalated ones) of the window before and of this one."""
    for at, (n, handed_over) in ((START - WEEKS, before), (START, now)):
        rows = conversations(each_day(at, n), **fields)
        escalated(rows[:handed_over], topic=fields.get("topic"))


def answered(before, now, **fields):
    for at, seconds in ((START - WEEKS, before), (START, now)):
        rows = escalations(each_day(at, len(seconds)), state=State.CANCELLED, **fields)
        for row, one in zip(rows, seconds, strict=True):
            row.first_response_seconds = one
            row.first_response_at = row.opened_at + timedelta(seconds=one)
        Escalation.objects.bulk_update(rows, ["first_response_seconds", "first_response_at"])


def test_a_rate_that_rose_is_told_in_points_with_interval_and_n():
    history()
    talks((400, 60), (400, 100))

    one = found()[0]

    assert one.sentence == (
        "Escalation rate rose from 15.0% to 25.0%, by 10.0 points "
        "(95 % interval 4.5 to 15.5 points; n = 400 against 400)."
    )
    assert (one.now, one.before) == (Value(0.25, 400, 0, 100), Value(0.15, 400, 0, 60))
    assert (one.metric.key, one.dimension, one.better, one.cases) == (
        "escalation_rate",
        "",
        False,
        pytest.approx(40),
    )
    assert one.because == (
        "Score test of two proportions, interval by Newcombe; p = 0.001 after correcting for 10 comparisons "
        "(Benjamini-Hochberg, q = 0.05). Before: Feb 2, 2026, 12:00 to Mar 2, 2026, 12:00, the same weekdays."
    )


def test_a_volume_is_told_in_percent_of_what_it_was():
    history()
    billing = factories.make_topic("billing")
    escalations(each_day(START - WEEKS, 100), topic=billing)
    escalations(each_day(START, 200), topic=billing)

    sentences = [one.sentence for one in found() if one.metric.key == "escalations"]

    assert sentences == [
        "Escalations rose from 100 to 200, by 100.0% (95 % interval 57.3% to 154.3%; n = 200 against 100)."
    ]


def test_a_fall_is_told_as_a_fall():
    history()
    escalations(each_day(START - WEEKS, 200))
    escalations(each_day(START, 100))

    (one,) = [one for one in found() if one.metric.key == "escalations"]

    assert one.sentence == (
        "Escalations fell from 200 to 100, by 50.0% (95 % interval 36.4% to 60.7%; n = 100 against 200)."
    )
    assert one.better is None


def test_times_are_told_by_their_medians():
    history()
    answered([60 + second for second in range(80)], [180 + second for second in range(80)])

    (one,) = [one for one in found() if one.metric.key == "first_response_time"]

    assert one.sentence == (
        "Median response time rose from 1.7 min to 3.7 min, by 2.0 min "
        "(95 % interval 1.8 min to 2.2 min; n = 80 against 80)."
    )
    assert (one.better, one.cases) == (False, 80)
    assert "Mann-Whitney" in one.because


def test_satisfaction_is_told_by_its_means():
    history()
    for at, scores in ((START - WEEKS, [5] * 50 + [4] * 50), (START, [5] * 20 + [3] * 80)):
        for row, csat in zip(escalations(each_day(at, 100)), scores, strict=True):
            Rating.objects.create(escalation=row, conversation=row.conversation, csat=csat, rated_at=row.opened_at)

    (one,) = [one for one in found() if one.metric.key == "csat"]

    assert one.sentence == (
        "Satisfaction (CSAT) fell from 4.5/5 to 3.4/5, by 1.1 (95 % interval 0.9 to 1.3; n = 100 against 100)."
    )


def test_a_group_with_a_change_of_its_own_is_named():
    history()
    trial = factories.make_customer(plan="trial")
    talks((300, 90), (300, 200), customer=trial)
    talks((900, 90), (900, 90))

    about_trial = [one for one in found() if one.about and one.metric.key == "escalation_rate"]

    assert [(one.dimension, one.code) for one in about_trial] == [("plan", "trial")]
    assert about_trial[0].sentence.startswith("Escalation rate of the plan Trial rose from 30.0% to 66.7%")


def test_what_an_insight_counts_can_be_opened():
    history()
    talks((300, 90), (300, 200), customer=factories.make_customer(plan="trial"), region="EU")
    talks((900, 90), (900, 90))

    for one in found():
        codes = {one.dimension: one.code} if one.dimension else {}
        assert counted(one.metric, frame(window=WINDOW, now=LATER), codes).count() == one.now.n


def test_where_nothing_changed_nothing_is_told():
    history()
    for slug in ("billing", "technical-support"):
        talks((200, 40), (210, 41), topic=factories.make_topic(slug))

    assert found() == []


def test_few_rows_say_nothing():
    history()
    talks((15, 0), (15, 15))

    assert found() == []


def test_nothing_at_all_says_nothing():
    assert found() == []
    assert insights_for(frame(window=WINDOW, now=START)) == []


def test_a_running_window_is_compared_with_as_much_of_the_window_before():
    history()
    escalations(each_day(START - WEEKS, 400))
    escalations(each_day(START, 400)[:100])

    assert told(now=START + WEEKS / 4) == []


def test_no_volume_is_compared_with_a_time_before_the_history():
    escalations(each_day(START - WEEKS / 2, 60))
    escalations(each_day(START, 400))

    assert told() == []


def test_young_escalations_are_not_taken_for_unresolved():
    """Those of the last week have had no time yet: of both windows the first three weeks count."""
    history()
    for at, resolved_until in ((START - WEEKS, WEEKS), (START, WEEKS - timedelta(days=7))):
        rows = escalations(each_day(at, 400))
        Escalation.objects.filter(pk__in=[row.pk for row in rows], opened_at__lt=at + resolved_until).update(
            state=State.RESOLVED,
            resolved_at=at + resolved_until,
            last_resolved_at=at + resolved_until,
            resolution_seconds=60,
        )

    assert [one.metric.key for one in found(now=START + WEEKS)] == []
    assert "resolution_rate" in [one.metric.key for one in found(now=LATER)]


def test_most_cases_come_first():
    history()
    talks((2000, 200), (2000, 500), region="EU")
    answered([60] * 10 + [70] * 20, [160] * 10 + [170] * 20)

    cases = [one.cases for one in found()]

    assert len(cases) > 1
    assert cases == sorted(cases, reverse=True)


@pytest.mark.parametrize("groups", [1, 3])
def test_at_most_ten_queries_whatever_the_groups(groups, django_assert_max_num_queries):
    history()
    plans = ("pro", "trial", "agency")
    reasons = (Reason.CONTENT_GAP, Reason.CUSTOMER_REQUEST, Reason.BILLING_ACCOUNT)
    for number, topic in enumerate(Topic.objects.all()[:groups]):
        talks((60, 6), (60, 40), topic=topic, customer=factories.make_customer(plan=plans[number]))
        answered([60] * 30, [120 + number] * 30, topic=topic, reason=reasons[number])

    with django_assert_max_num_queries(10):
        assert found()


def test_filters_narrow_what_is_looked_at():
    history()
    talks((300, 30), (300, 150), region="EU")
    talks((300, 30), (300, 30), region="US")

    assert told(regions=("US",)) == []
    assert Conversation.objects.filter(region="US").count() == 600
    assert "from 10.0% to 50.0%" in told(regions=("EU",))[0]
