from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import ExtractHour, TruncDate, TruncMonth

from analytics.actions import rollups
from analytics.marking import OPERATIONS, WATCHES
from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from analytics.metrics.rollups.shape import WATCHED, blocks
from analytics.metrics.sources import CONVERSATIONS, HUMAN_MESSAGES, OPENED, RATED
from analytics.models import Mark
from escalations.enums import Author, State
from escalations.models import Escalation, Topic
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.metrics.rollups.comparing import assert_same, built, folded
from tests.analytics.rows import held, rating

pytestmark = pytest.mark.django_db

START = datetime(2026, 2, 20, 3, 30, tzinfo=UTC)
LATER = datetime(2026, 4, 20, tzinfo=UTC)
ALL = {block.facts.source.key for block in blocks().values()}


def frame(first="2026-02-01", last="2026-04-15", zone="UTC", **filters):
    days = [datetime.fromisoformat(day).date() for day in (first, last)]
    return Frame(Window.of_days(*days, zone), Filters(**filters), LATER)


@pytest.fixture
def world():
    """A case every 19 hours over the end of months and a change of the clocks."""
    agents = [factories.make_agent(), factories.make_agent()]
    topic = factories.make_topic("billing")
    for number in range(30):
        at = START + timedelta(hours=37 * number)
        conversation = factories.make_conversation(
            started_at=at - timedelta(minutes=5),
            region=("emea", "")[number % 2],
            topic=topic if number % 3 else None,
        )
        if number % 4 == 0:
            continue
        escalation = factories.make_escalation(
            opened_at=at,
            conversation=conversation,
            topic=topic if number % 5 else None,
            region=conversation.region,
            reason=("low_ai_confidence", "customer_request")[number % 2],
            first_response_at=at + timedelta(seconds=100 + number),
            first_response_seconds=100 + number,
            first_responder=agents[0],
            ai_confidence=0.1 * (number % 7),
            **({"state": State.RESOLVED, "resolved_at": at + timedelta(hours=1)} if number % 3 else {}),
        )
        held(escalation, agents[number % 2], seconds=60 * number, ended=at + timedelta(minutes=50))
        rating(
            1 + number % 5, at + timedelta(days=1), of=escalation, sent=at + timedelta(hours=2), handler=agents[1]
        )
        for minutes, author in ((1, Author.AGENT), (2, Author.CUSTOMER)):
            factories.make_message(conversation, author=author, sent_at=at + timedelta(minutes=minutes))
    return topic


@pytest.fixture
def kept(world):
    built(LATER)
    Mark.objects.all().delete()
    return world


def test_without_rollups_the_rows_are_counted(world):
    assert_same(frame(), held=set())


def test_rollups_hold_all_that_the_metrics_count(kept):
    assert_same(frame(), held=ALL)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Auckland"])
def test_a_window_of_any_zone(kept, zone):
    assert_same(frame(zone=zone), held=ALL)


def test_a_window_that_begins_and_ends_at_any_moment(kept):
    window = Window(START + timedelta(minutes=17), START + timedelta(days=20, seconds=5), "Europe/Berlin")

    assert_same(Frame(window, Filters(), LATER), held=ALL)


def test_a_window_within_one_hour(kept):
    window = Window(START - timedelta(minutes=10), START + timedelta(minutes=2), "UTC")

    assert_same(Frame(window, Filters(), LATER), held=ALL)


def test_one_filter(kept):
    assert_same(frame(topics=(kept.pk,)), held=ALL)
    assert_same(frame(regions=("emea",)), held=ALL)
    assert_same(frame(teams=frozenset({factories.support().pk})), held=ALL)


def test_an_agent(kept):
    for agent in Escalation.objects.values_list("first_responder", flat=True).distinct():
        assert_same(frame(agent=agent), held=ALL)


def test_two_filters(kept):
    assert_same(frame(topics=(kept.pk,), regions=("emea",)), held=ALL)
    assert_same(frame(teams=frozenset({factories.support().pk}), regions=("",)), held=ALL)


def test_three_filters_and_any_number_of_values(kept):
    gone, support = Topic.objects.exclude(pk=kept.pk).first(), factories.support()
    everything_but_talk = ALL - {HUMAN_MESSAGES.key}

    assert_same(frame(topics=(kept.pk,), regions=("emea",), channels=("web",)), held=ALL)
    assert_same(frame(topics=(kept.pk, gone.pk)), held=everything_but_talk)
    assert_same(frame(teams=frozenset({support.pk}), regions=("emea", "")), held=everything_but_talk)


def test_an_agent_and_another_filter_are_left_to_the_rows(kept):
    agent = Escalation.objects.exclude(first_responder=None).first().first_responder_id

    assert_same(frame(topics=(kept.pk,), agent=agent), held=set())


def test_a_region_named_like_a_pattern_or_like_a_mix(kept):
    for region in ("e%", 'emea", "channel": "web', "e\\ea"):
        factories.make_conversation(started_at=START, region=region)
        folded(LATER)
        assert_same(frame(regions=(region,), channels=("web",)), held=ALL)


def test_talk_of_two_escalations_counts_once_for_what_they_have_in_common(kept):
    conversation = factories.make_conversation(started_at=START, region="emea", topic=kept)
    other = Topic.objects.exclude(pk=kept.pk).first()
    for topic, minutes in ((kept, 0), (other, 30), (kept, 60)):
        factories.make_escalation(
            conversation=conversation,
            topic=topic,
            region="emea",
            opened_at=START + timedelta(minutes=minutes),
            state=State.CANCELLED,
        )
    factories.make_message(conversation, author=Author.AGENT, sent_at=START + timedelta(hours=2))
    folded(LATER)

    assert_same(frame(regions=("emea",), channels=("web",)), held=ALL)
    assert_same(frame(topics=(kept.pk,), regions=("emea",)), held=ALL)
    assert_same(frame(topics=(other.pk,), regions=("emea",)), held=ALL)
    assert_same(frame(topics=(other.pk,), regions=("apac",)), held=ALL)


def test_split_by_reason_hour_and_month(kept):
    in_new_york = frame(zone="America/New_York")
    zone = in_new_york.window.tzinfo
    splits = {
        CONVERSATIONS: {"day": TruncDate("started_at", tzinfo=zone)},
        OPENED: {
            "reason": F("reason"),
            "hour": ExtractHour("opened_at", tzinfo=zone),
            "month": TruncMonth("opened_at", tzinfo=zone),
        },
        RATED: {"reason": F("escalation__reason"), "hour": ExtractHour("rated_at", tzinfo=zone)},
    }

    assert_same(in_new_york, splits, held=ALL)


def test_split_by_the_values_of_a_dimension(kept):
    assert_same(
        frame(), {OPENED: {"topic": F("topic"), "reason": F("reason")}, RATED: {"who": F("handler")}}, held=ALL
    )


def test_split_by_another_dimension_than_those_filtered_by(kept):
    splits = {OPENED: {"topic": F("topic")}, CONVERSATIONS: {"channel": F("channel")}}

    assert_same(frame(regions=("emea",)), splits, held=ALL)
    assert_same(frame(regions=("emea",), topics=(kept.pk,)), splits, held=ALL)


def test_only_questions_about_teams_wait_for_a_topic_that_moved_to_another_team(kept):
    support = factories.support()
    Topic.objects.filter(pk=kept.pk).update(team=factories.make_team())

    assert_same(frame(), held=ALL)
    assert_same(frame(topics=(kept.pk,)), held=ALL)
    assert_same(frame(teams=frozenset({support.pk})), held=set())

    folded(LATER)
    assert_same(frame(teams=frozenset({support.pk})), held=ALL)


def test_another_name_for_a_topic_changes_no_number(kept):
    Topic.objects.filter(pk=kept.pk).update(name="Money")

    assert not rollups.are_behind()


def test_what_was_written_a_moment_ago_is_read_too(kept):
    escalation = Escalation.objects.filter(state=State.RESOLVED).first()
    Escalation.objects.filter(pk=escalation.pk).update(
        last_resolved_at=escalation.last_resolved_at + timedelta(days=3), region="apac"
    )
    factories.make_conversation(started_at=START)

    assert Mark.objects.exists()
    assert_same(frame(), held=ALL)
    assert_same(frame(regions=("apac",)), held=ALL)
    folded(LATER)
    assert not Mark.objects.exists()
    assert_same(frame(), held=ALL)
    assert_same(frame(regions=("apac",)), held=ALL)


def test_all_that_sums_are_counted_from_is_watched():
    watched = {watch.table for watch in WATCHES if len(watch.operations) == len(OPERATIONS)}

    assert watched == WATCHED
