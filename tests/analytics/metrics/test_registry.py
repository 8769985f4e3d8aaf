"""Each metric against rows counted by hand; ``rows.measured`` also checks the rows behind the number."""

from datetime import timedelta

import pytest

from analytics.metrics.breakdown import breakdown, is_divisible
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.registry import METRICS, measure
from escalations.enums import Author, EventKind, State, Timing
from escalations.models import EscalationEvent
from helpninja.common.values import Value
from helpninja.common.windows import Comparison, Window
from quality.enums import ReviewKind
from quality.models import Review
from tests import factories
from tests.analytics import busy_day
from tests.analytics.rows import (
    END,
    LATER,
    NOON,
    START,
    answered,
    before,
    conversation,
    escalation,
    frame,
    rating,
    resolved,
    value,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("key", METRICS)
def test_empty_has_no_value_but_counts_of_zero(key):
    found = value(key)

    assert (found.n, found.missing) == (0, 0)
    assert found.value in (None, 0)
    assert (found.value == 0) == (METRICS[key].unit.value == "count")


def test_conversations_from_the_first_moment_to_before_the_end():
    for at in (START - MOMENT, START, END - MOMENT, END):
        conversation(at)

    assert value("conversations") == Value(2.0, 2)
    assert before("conversations") == Value(1.0, 1)


def test_conversations_of_unknown_time_belong_to_no_window_and_placed_ones_do():
    conversation(timing=Timing.UNKNOWN)
    conversation(timing=Timing.PLACED)

    assert value("conversations") == Value(1.0, 1)


def test_escalated_conversations_and_rate_count_each_conversation_once():
    twice = conversation()
    resolved(conversation=twice)
    escalation(conversation=twice)
    conversation()
    conversation()
    conversation()

    assert value("escalated_conversations") == Value(1.0, 1)
    assert value("escalation_rate") == Value(0.25, 4, 0, 1)


def test_percentiles_of_times_lie_between_the_times():
    for seconds in (10, 20, 30, 50, 600):
        answered(seconds=seconds)

    assert value("first_response_time_median").value == 30
    assert value("first_response_time_p90").value == pytest.approx(380)  # six tenths of the way from 50 to 600
    assert value("first_response_time_p90").bounds == (30, 600)


def test_escalations_and_those_still_open():
    escalation(START - MOMENT)
    escalation(START)
    resolved()
    escalation(timing=Timing.PLACED, state=State.CANCELLED)
    escalation(timing=Timing.UNKNOWN)

    assert value("escalations") == Value(3.0, 3)
    assert value("still_open") == Value(1.0, 1, missing=1)


def test_first_response_time_belongs_to_the_window_of_the_response():
    answered(START - timedelta(seconds=60), seconds=60)  # at the first moment
    answered(seconds=120)
    answered(END - timedelta(seconds=300), seconds=300)  # at the end: outside
    escalation()  # nobody answered yet
    escalation(timing=Timing.PLACED)

    assert value("first_response_time") == Value(90.0, 2, missing=1)


def test_resolution_time_to_the_first_and_full_to_the_last():
    resolved(after=timedelta(minutes=10), last_resolved_at=NOON + timedelta(minutes=30))
    resolved(after=timedelta(minutes=20))
    reopened = resolved(after=timedelta(minutes=60))
    type(reopened).objects.filter(pk=reopened.pk).update(state=State.WAITING)

    assert value("resolution_time") == Value(1800.0, 3)
    assert value("full_resolution_time") == Value(1500.0, 2)


def test_resolution_rate_counts_open_cancelled_and_reescalated_as_not_resolved():
    resolved()
    resolved()
    escalation()
    escalation(state=State.CANCELLED)
    first = resolved()
    escalation(first.last_resolved_at + DAY, conversation=first.conversation, previous=first)
    escalation(timing=Timing.PLACED, state=State.CANCELLED)

    assert value("resolution_rate") == Value(0.4, 5, 1, 2)


def test_reescalation_within_seven_days_to_the_moment():
    within, too_late, _never = resolved(), resolved(), resolved()
    escalation(within.last_resolved_at + 7 * DAY, previous=within)
    escalation(too_late.last_resolved_at + 7 * DAY + MOMENT, previous=too_late)

    found = value("reescalation_rate")

    assert found == Value(1 / 3, 3, 0, 1)
    assert found.interval[0] < 1 / 3 < found.interval[1]


def test_satisfaction_leaves_out_answers_without_a_rating():
    rating(5)
    rating(4, at=START)
    rating(2)
    rating(1, at=END)
    rating(None, nps=9)

    assert value("csat") == Value(11 / 3, 3, missing=1)
    assert value("csat_satisfied") == Value(2 / 3, 3, 1, 2)
    assert value("csat_perfect") == Value(1 / 3, 3, 1, 1)


def test_survey_response_rate_belongs_to_the_window_of_the_survey():
    rating(5, at=END + DAY, sent=NOON)
    rating(None, at=None, sent=NOON)
    rating(None, at=None, sent=NOON)
    rating(4, at=NOON, sent=START - MOMENT)
    rating(4, at=NOON)  # never asked

    assert value("survey_response_rate") == Value(1 / 3, 3, 0, 1)
    assert before("survey_response_rate") == Value(1.0, 1, 0, 1)


def test_quality_score_is_of_published_reviews_and_no_calibration():
    for at, accuracy in ((START - MOMENT, 20), (START, 10), (END - MOMENT, 25), (END, 25)):
        factories.make_published_review(now=at, accuracy=accuracy, csat=5)
    factories.make_review(now=NOON)
    Review.objects.filter(pk=factories.make_published_review(now=NOON).pk).update(kind=ReviewKind.CALIBRATION)

    assert value("quality_score") == Value(92.5, 2)
    assert before("quality_score") == Value(95.0, 1)


def test_human_responses_are_messages_by_agents():
    talk = escalation().conversation
    for author, at in (
        (Author.AGENT, START),
        (Author.AGENT, END),
        (Author.CUSTOMER, NOON),
        (Author.AI, NOON),
        (Author.AGENT, NOON),
    ):
        factories.make_message(talk, author=author, sent_at=at)

    assert value("human_responses") == Value(2.0, 2)


def test_messages_per_escalation_are_those_after_the_handoff():
    first, second = escalation(), escalation()
    minute = timedelta(minutes=1)
    for of, author, at in (
        (first, Author.CUSTOMER, NOON - minute),
        (first, Author.CUSTOMER, NOON),  # the one that triggered it
        (first, Author.AI, NOON + minute),
        (first, Author.AGENT, NOON + 2 * minute),
        (first, Author.SYSTEM, NOON + 3 * minute),
        (second, Author.CUSTOMER, NOON + minute),
        (second, Author.CUSTOMER, END),
    ):
        factories.make_message(of.conversation, author=author, sent_at=at)
    factories.make_message(conversation(), author=Author.CUSTOMER, sent_at=NOON)

    assert value("messages_per_escalation") == Value(2.0, 2)


def test_a_message_after_two_handoffs_is_counted_once():
    first = resolved()
    escalation(NOON + timedelta(hours=1), conversation=first.conversation, previous=first)
    factories.make_message(first.conversation, author=Author.AGENT, sent_at=NOON + timedelta(hours=2))

    assert value("messages_per_escalation") == Value(0.5, 2)


def test_ai_confidence_leaves_out_the_unknown():
    escalation(ai_confidence=0.2)
    escalation(ai_confidence=0.4, timing=Timing.PLACED)
    escalation(ai_confidence=None)

    found = value("ai_confidence")

    assert (round(found.value, 9), found.n, found.missing) == (0.3, 2, 1)


def test_sla_is_judged_at_the_deadline_and_exactly_at_it_is_met():
    due = NOON + timedelta(seconds=300)
    answered(seconds=300)
    answered(seconds=301)
    escalation()  # unanswered, past its deadline
    cancelled_at(due)  # in time: neither met nor missed
    # While the deadline is still ahead, only the answered ones are judged.
    assert value("sla_attainment", now=due).n == 2
    cancelled_at(due + MOMENT)

    assert value("sla_attainment") == Value(0.25, 4, 0, 1)
    assert value("sla_breaches") == Value(3.0, 3)


def cancelled_at(at):
    of = escalation(state=State.CANCELLED)
    EscalationEvent.objects.create(escalation=of, kind=EventKind.CANCELLED, at=at, version=2, actor="test")


def test_waiting_is_measured_now_whatever_the_window():
    escalation(LATER - timedelta(seconds=100))
    escalation(LATER - timedelta(seconds=400))  # its deadline of 300 s has passed
    escalation(LATER - timedelta(seconds=300))  # is reached this moment: not past it
    escalation(LATER, state=State.ACTIVE)

    assert value("longest_wait") == Value(400.0, 3)
    assert round(value("wait_time").value, 6) == round(800 / 3, 6)
    assert value("backlog") == Value(1.0, 1)


def test_peak_hours_are_read_in_the_window_s_zone():
    for hour in (14, 14, 15, 15, 15, 9):
        escalation(START + timedelta(hours=hour))
    escalation(START + timedelta(hours=9), timing=Timing.PLACED)

    assert value("peak_hours") == Value(14.0, 6, missing=1)
    in_new_york = Window(START, END, "America/New_York")
    assert value("peak_hours", window=in_new_york) == Value(10.0, 6, missing=1)


def test_many_metrics_ask_once(django_assert_num_queries):
    keys = (
        "conversations",
        "escalated_conversations",
        "escalation_rate",
        "resolution_rate",
        "escalations",
        "csat",
    )

    with django_assert_num_queries(2):
        found = measure([METRICS[key] for key in keys], frame())

    assert tuple(found) == keys


class TestFilters:
    def test_each_narrows_conversations_and_escalations_alike(self):
        plan, topic = factories.make_plan("enterprise"), factories.make_topic("billing")
        wanted = conversation(plan=plan, topic=topic, region="EU", channel="e-mail")
        escalation(conversation=wanted)
        escalation()

        for filters in (
            {"plans": (plan.pk,)},
            {"topics": (topic.pk,)},
            {"regions": ("EU",)},
            {"channels": ("e-mail", "whatsapp")},
        ):
            assert value("escalation_rate", **filters) == Value(1.0, 1, 0, 1), filters
            assert value("escalations", **filters) == Value(1.0, 1), filters
            assert value("resolution_rate", **filters) == Value(0.0, 1, 0, 0), filters

    def test_ratings_and_messages_follow_their_escalation(self):
        topic = factories.make_topic("billing")
        of = escalation(topic=topic)
        for rated, score in ((of, 5), (None, 1)):
            rating(score, of=rated)
        factories.make_message(of.conversation, author=Author.AGENT, sent_at=NOON + DAY / 24)
        factories.make_message(escalation().conversation, author=Author.AGENT, sent_at=NOON + DAY / 24)

        assert value("csat", topics=(topic.pk,)) == Value(5.0, 1)
        assert value("human_responses", topics=(topic.pk,)) == Value(1.0, 1)
        assert value("messages_per_escalation", topics=(topic.pk,)) == Value(1.0, 1)

    def test_a_team_has_its_escalations_and_the_untouched_conversations_of_its_topics(self):
        team, topic = factories.make_team(), factories.make_topic("billing")
        topic.team = team
        topic.save()
        conversation(topic=topic)
        escalation(team=team)
        conversation()  # no topic: Support's
        escalation(conversation=conversation(topic=topic))  # went to Support

        ours, support = frozenset({team.pk}), frozenset({factories.support().pk})
        assert value("escalation_rate", teams=ours) == Value(0.5, 2, 0, 1)
        assert value("escalation_rate", teams=support) == Value(0.5, 2, 0, 1)

    def test_no_team_sees_nothing(self):
        escalation()

        assert value("conversations", teams=frozenset()) == Value(0.0, 0)
        assert value("escalations", teams=frozenset()) == Value(0.0, 0)

    def test_one_agent_s_credit(self):
        ours, other = factories.make_agent(), factories.make_agent()
        mine = resolved(resolved_by=ours, first_responder=ours)
        theirs = resolved(resolved_by=other, first_responder=other)
        type(mine).objects.update(first_response_at=NOON, first_response_seconds=0)
        rating(5, of=mine, handler=ours)
        rating(1, of=theirs, handler=other)
        for of, agent in ((mine, ours), (theirs, other), (theirs, other)):
            factories.make_message(of.conversation, author=Author.AGENT, agent=agent, sent_at=NOON + MOMENT)

        for key, expected in {
            "conversations": Value(1.0, 1),
            "escalations": Value(1.0, 1),
            "first_response_time": Value(0.0, 1),
            "resolution_rate": Value(1.0, 1, 0, 1),
            "reescalation_rate": Value(0.0, 1, 0, 0),
            "csat": Value(5.0, 1),
            "human_responses": Value(1.0, 1),
            "messages_per_escalation": Value(1.0, 1),
        }.items():
            assert value(key, agent=ours.pk) == expected, key


def test_last_year_is_counted_apart_from_what_lies_between():
    frame_of = frame(comparison=Comparison.YEAR)
    conversation(NOON)
    conversation(START - timedelta(days=1))
    for _ in range(2):
        conversation(NOON.replace(year=2025))

    found = measure([METRICS["conversations"]], frame_of)["conversations"]

    assert (found.now.n, found.before.n) == (1, 2)


def assert_same(found, alone):
    """But for the order in which the database adds floats up."""
    now, by_itself = found.now, alone.now
    assert (now.n, now.missing, now.hits) == (by_itself.n, by_itself.missing, by_itself.hits), found.metric.key
    assert now.value == by_itself.value or now.value == pytest.approx(by_itself.value), found.metric.key


def test_metrics_asked_together_are_what_they_are_alone():
    busy_day.fill()
    asked = frame(now=busy_day.LONG_AFTER)

    together = measure(METRICS.values(), asked)

    for key, metric in METRICS.items():
        assert_same(together[key], measure([metric], asked)[key])


def test_groups_of_metrics_asked_together_are_what_they_are_alone():
    busy_day.fill()
    asked = frame(now=busy_day.LONG_AFTER)
    keys = [key for key, metric in METRICS.items() if is_divisible(metric, DIMENSIONS["reason"])]

    together = breakdown(keys, ["reason"], asked)

    found = {group.labels: group.measured for group in together.groups}
    for key in keys:
        alone = breakdown([key], ["reason"], asked)
        assert_same(together.total[key], alone.total[key])
        for group in alone.groups:
            assert_same(found[group.labels][key], group.measured[key])
