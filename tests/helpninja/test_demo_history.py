"""The demo's history has the guide's figures, and its rows are as the actions would have left them."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Avg, Count, F, Max, OuterRef, Q, Subquery

from agents.enums import Status
from agents.models import Agent, Presence
from analytics.metrics.feedback import Trend, candidates, feedback
from analytics.metrics.filters import Filters
from analytics.metrics.nps import nps
from analytics.metrics.registry import METRICS, measure
from analytics.metrics.tally import Frame
from analytics.models import CommentReading, ReportRun, ReportSchedule
from billing.models import Customer, CustomerEvent, SharedCost
from escalations.decisions.triggers import Facts, Signals, compile_rules, evaluate, fold
from escalations.enums import OPEN_STATES, Author, EventKind, Reason, State
from escalations.models import (
    Conversation,
    Escalation,
    EscalationEvent,
    HandlingInterval,
    Message,
    Rating,
    TriggerRule,
)
from helpninja.common.windows import Window
from helpninja.demo.loading import check_database, load, load_rest
from quality.enums import MISSING_CONTENT, ArticleStatus
from quality.metrics.gaps import effects_of
from quality.models import (
    Article,
    ArticleSearch,
    CalibrationSeat,
    CalibrationSession,
    CoachingPlan,
    GroupingRun,
    Initiative,
    KnowledgeGap,
    Review,
    ReviewAssignment,
    ReviewCycle,
)
from tests.factories import TARGETS

NOW = datetime(2026, 3, 4, 18, 0, 7, 250_000, tzinfo=UTC)  # a Wednesday, 1 PM in New York
START = NOW - timedelta(days=30)
MONTH = Window(START, NOW, "America/New_York")


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """Once for the module; each test rolls back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(NOW)
        load_rest(NOW, give_way=lambda: None)
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.usefixtures("_loaded"), pytest.mark.django_db]


def opened_this_month():
    return Escalation.objects.filter(opened_at__gte=START, opened_at__lt=NOW)


@pytest.fixture
def figures():
    return measure(METRICS.values(), Frame(MONTH, Filters(), NOW))


def test_the_month_has_exactly_the_guides_conversations_and_escalations():
    started = Conversation.objects.filter(started_at__gte=START, started_at__lt=NOW)

    assert started.count() == 2847
    assert started.filter(escalations__isnull=False).distinct().count() == 527
    assert Counter(opened_this_month().values_list("reason", flat=True)) == {
        Reason.LOW_AI_CONFIDENCE: 180,
        Reason.CUSTOMER_REQUEST: 151,
        Reason.TECHNICAL_ISSUE: 102,
        Reason.BILLING_ACCOUNT: 64,
        Reason.CONTENT_GAP: 30,
    }
    assert Counter(opened_this_month().filter(state=State.RESOLVED).values_list("reason", flat=True)) == {
        Reason.LOW_AI_CONFIDENCE: 170,
        Reason.CUSTOMER_REQUEST: 138,
        Reason.TECHNICAL_ISSUE: 84,
        Reason.BILLING_ACCOUNT: 62,
        Reason.CONTENT_GAP: 23,
    }


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("escalation_rate", 0.185),
        ("first_response_time", 4.2 * 60),
        ("resolution_rate", 0.893),
        ("csat", 4.2),
        ("cost_per_resolution", 12.40),
        ("reescalation_rate", 0.031),
        ("human_responses", 1249),
        ("messages_per_escalation", 8.3),
    ],
)
def test_the_overview_is_within_five_percent_of_the_guide(figures, key, expected):
    assert figures[key].now.value == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("key", "change", "tolerance"),
    [
        ("escalation_rate", -0.023, 0.002),
        ("first_response_time", 0.8 * 60, 6),
        ("resolution_rate", -0.012, 0.002),
        ("csat", -0.1, 0.03),
        ("cost_per_resolution", 1.20, 0.1),
        ("reescalation_rate", -0.004, 0.001),
    ],
)
def test_the_changes_against_the_month_before_are_near_the_guides(figures, key, change, tolerance):
    assert figures[key].now.value - figures[key].before.value == pytest.approx(change, abs=tolerance)


def test_the_peak_is_from_2_to_4_pm_in_new_york(figures):
    assert figures["peak_hours"].now.value == 14


@pytest.mark.parametrize(
    ("reason", "resolution_rate", "csat"),
    [
        (Reason.LOW_AI_CONFIDENCE, 0.944, 4.3),
        (Reason.CUSTOMER_REQUEST, 0.914, 4.1),
        (Reason.TECHNICAL_ISSUE, 0.824, 4.0),
        (Reason.BILLING_ACCOUNT, 0.969, 4.4),
        (Reason.CONTENT_GAP, 0.767, 3.8),
    ],
)
def test_each_reason_is_within_five_percent_of_the_guide(reason, resolution_rate, csat):
    found = opened_this_month().filter(reason=reason)
    settled = found.filter(state=State.RESOLVED, followed_by=None).count()

    assert settled / found.count() == pytest.approx(resolution_rate, rel=0.05)
    assert found.aggregate(csat=Avg("rating__csat"))["csat"] == pytest.approx(csat, rel=0.05)


def test_low_confidence_is_031_on_average():
    found = opened_this_month().filter(reason=Reason.LOW_AI_CONFIDENCE)

    assert found.aggregate(mean=Avg("ai_confidence"))["mean"] == pytest.approx(0.31, rel=0.05)


def test_every_figure_of_what_came_after_shows_something():
    history = Frame(Window(NOW - timedelta(days=120), NOW, "America/New_York"), Filters(), NOW)
    keys = ("csat_per_minute", "csat_per_touch", "retained_90", "value_change", "early_churn_risk")

    found = measure([METRICS[key] for key in keys], history)

    assert all(found[key].now.value is not None for key in keys)
    assert found["csat_per_minute"].now.interval[1] < 0 and found["csat_per_touch"].now.interval[1] < 0
    assert found["early_churn_risk"].now.value > 1


def test_the_monthly_value_is_what_the_last_event_says():
    last = CustomerEvent.objects.filter(customer=OuterRef("pk"), monthly_value_after__isnull=False)
    told = Customer.objects.annotate(told=Subquery(last.order_by("-at").values("monthly_value_after")[:1]))

    assert not told.filter(told__isnull=False).exclude(told=F("monthly_value")).exists()
    assert set(CustomerEvent.objects.values_list("kind", flat=True)) >= {"cancelled", "upgraded", "downgraded"}


def test_the_queue_is_the_guides():
    waiting = {
        row.subject: ((NOW - row.opened_at).seconds, row.get_priority_display(), row.plan.name)
        for row in Escalation.objects.waiting()
    }
    handled = {
        row.subject: (row.assignee.name, (NOW - row.opened_at).seconds // 60)
        for row in Escalation.objects.handled()
    }
    resolved = {
        row.subject: (row.resolved_by.name, row.resolution_seconds // 60, (NOW - row.resolved_at).seconds // 60)
        for row in Escalation.objects.resolved_since(NOW - timedelta(hours=1))
    }

    assert len(waiting) == 7
    assert waiting["API integration not working"] == (120, "High", "Enterprise")
    assert waiting["Upgrade plan pricing"] == (300, "Medium", "Pro")
    assert waiting["Cannot log into dashboard"] == (480, "High", "Starter")
    assert handled == {
        "Feature request": ("Sarah M.", 15),
        "Integration help": ("David K.", 23),
        "Custom setup": ("Lisa R.", 31),
        "Data export": ("Tom S.", 42),
    }
    assert resolved == {
        "Password reset": ("Sarah M.", 6, 12),
        "API documentation": ("David K.", 14, 28),
        "Widget setup": ("Lisa R.", 18, 35),
        "Billing update": ("Tom S.", 22, 44),
    }


def test_the_team_is_where_the_guide_has_it():
    status = {agent.name: (agent.status, agent.status_reason) for agent in Agent.objects.all()}

    assert status["Sarah M."] == (Status.AVAILABLE, "")
    assert status["David K."] == status["Lisa R."] == status["Tom S."] == (Status.IN_CONVERSATION, "")
    assert status["Mike P."] == (Status.OFFLINE, "Off shift")
    assert status["Jenny L."] == (Status.ON_BREAK, "Lunch break")
    assert Agent.objects.get(name="Mike P.").status_until == datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
    assert Agent.objects.get(name="Jenny L.").status_until == datetime(2026, 3, 4, 18, 30, tzinfo=UTC)


def test_120_days_are_covered():
    first = Conversation.objects.earliest("started_at").started_at

    assert timedelta(days=119) < NOW - first <= timedelta(days=120)
    assert Conversation.objects.count() == 10_477


def test_events_are_counted_by_versions_without_gap_and_need_no_delivery():
    versions = defaultdict(list)
    for escalation, version in EscalationEvent.objects.order_by("id").values_list("escalation", "version"):
        versions[escalation].append(version)

    assert {pk: found[-1] for pk, found in versions.items()} == dict(
        Escalation.objects.values_list("pk", "version")
    )
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert not EscalationEvent.objects.filter(dispatched=False).exists()


def test_events_come_in_the_order_of_their_times():
    moments = defaultdict(list)
    for escalation, at in EscalationEvent.objects.order_by("id").values_list("escalation", "at"):
        moments[escalation].append(at)

    assert all(found == sorted(found) for found in moments.values())
    assert EscalationEvent.objects.aggregate(last=Max("at"))["last"] <= NOW


def test_handling_is_inside_its_escalation_and_open_only_where_somebody_works():
    rows = HandlingInterval.objects.select_related("escalation")

    assert rows.count() > 2000
    for row in rows.exclude(ended_at=None):
        assert row.seconds == int((row.ended_at - row.started_at).total_seconds()) > 0
        assert row.escalation.opened_at <= row.started_at
        assert row.escalation.last_resolved_at is None or row.ended_at <= row.escalation.last_resolved_at
        assert str(row.hourly_cost) == "20.25"
    working = Escalation.objects.filter(state=State.ACTIVE).values_list("pk", flat=True)
    assert set(rows.filter(ended_at=None).values_list("escalation", flat=True)) == set(working)


def test_what_is_counted_on_the_escalation_is_what_its_events_say():
    def number(*kinds):
        return Count("events", filter=Q(events__kind__in=kinds))

    found = Escalation.objects.annotate(
        taken=number(EventKind.CLAIMED, EventKind.REOPENED),
        moved=number(EventKind.TRANSFERRED, EventKind.TIER_CHANGED),
        repeated=number(EventKind.REPEAT_MARKED),
    )

    assert [(e.claim_count, e.transfer_count, int(e.customer_repeated)) for e in found] == [
        (e.taken, e.moved, e.repeated) for e in found
    ]
    assert {e.transfer_count for e in found} == {0, 1}


def test_first_responses_are_the_first_human_messages():
    first = {}
    messages = Message.objects.filter(author=Author.AGENT).order_by("-sent_at", "-id")
    for conversation, agent, at in messages.values_list("conversation", "agent", "sent_at"):
        first[conversation] = (agent, at)

    for row in Escalation.objects.all():
        answer = (row.first_responder_id, row.first_response_at) if row.first_response_at else None
        assert first.get(row.conversation_id) == answer
        assert row.first_response_due_at == row.opened_at + timedelta(seconds=TARGETS[row.priority])
        if answer:
            assert row.first_response_seconds == int((row.first_response_at - row.opened_at).total_seconds())


def test_the_installed_rules_agree_with_what_was_escalated_and_what_was_not():
    rules = compile_rules(TriggerRule.objects.for_evaluation())
    opened = dict(Escalation.objects.values_list("trigger_message", "trigger_rule"))
    topics = dict(Conversation.objects.values_list("pk", "topic__slug"))
    signals, handed_over = defaultdict(Signals), set()

    for message in Message.objects.order_by("id"):
        if message.conversation_id in handed_over:
            continue
        signals[message.conversation_id] = told = fold(signals[message.conversation_id], message)
        fired = evaluate(rules, Facts(message, told, topics[message.conversation_id]), message.sent_at)
        assert (fired.rule.id if fired else None) == opened.get(message.pk)
        if message.pk in opened:
            handed_over.add(message.conversation_id)
    assert len(handed_over) == Escalation.objects.count()


def test_signals_are_folded_from_the_messages_of_those_that_nobody_was_needed_for():
    for row in Conversation.objects.filter(escalations=None, started_at__gte=NOW - timedelta(days=5)):
        told = Signals()
        for message in row.messages.in_order():
            told = fold(told, message)
        assert row.signals == told.to_json()


def test_repeats_are_linked_and_only_they_are_repeats():
    last: dict[tuple[int, int], Escalation] = {}

    for row in Escalation.objects.order_by("opened_at"):
        before = last.get((row.customer_id, row.topic_id))
        repeats = before is not None and row.opened_at - before.last_resolved_at <= timedelta(days=7)
        assert row.previous_id == (before.pk if repeats else None)
        assert bool(row.reescalation_cause) == repeats
        if row.last_resolved_at:
            last[row.customer_id, row.topic_id] = row


def test_surveys_go_out_at_the_resolution_to_the_credit_of_who_resolved():
    found = Rating.objects.exclude(escalation=None).select_related("escalation")

    assert found.count() == Escalation.objects.filter(state=State.RESOLVED).count()
    for rating in found:
        assert rating.survey_sent_at == rating.escalation.last_resolved_at
        assert rating.handler_id == rating.escalation.resolved_by_id
        assert rating.rated_at is None or rating.survey_sent_at < rating.rated_at <= NOW
    rated = EscalationEvent.objects.filter(kind=EventKind.RATED).values_list("escalation", flat=True)
    assert sorted(rated) == sorted(found.exclude(rated_at=None).values_list("escalation", flat=True))


def test_conversations_end_with_their_escalation_and_nothing_is_said_in_the_future():
    still_open = Conversation.objects.filter(escalations__state__in=OPEN_STATES)

    assert set(Conversation.objects.filter(closed_at=None)) == set(still_open)
    assert not Conversation.objects.filter(closed_at__gt=NOW).exists()
    assert Message.objects.aggregate(last=Max("sent_at"))["last"] <= NOW
    spoken = dict(Message.objects.values_list("conversation").annotate(last=Max("sent_at")).order_by())
    assert spoken == dict(Conversation.objects.values_list("pk", "last_message_at"))


def test_the_ledger_of_presence_ends_with_the_present_status():
    for agent in Agent.objects.filter(presences__isnull=False).distinct():
        rows = list(Presence.objects.filter(agent=agent).order_by("at", "id"))
        assert (rows[-1].status, rows[-1].reason, rows[-1].at) == (
            agent.status,
            agent.status_reason,
            agent.status_since,
        )
        assert all((a.status, a.reason, a.until) != (b.status, b.reason, b.until) for a, b in pairwise(rows))
        assert rows[-1].at <= NOW


@pytest.mark.parametrize(
    "model", [Customer, Conversation, Message, Escalation, HandlingInterval, Rating, SharedCost, Agent, Presence]
)
def test_rows_are_valid(model):
    rows = model.objects.order_by("pk")

    for row in rows[:: max(1, rows.count() // 12)]:
        row.full_clean(validate_unique=False)


def test_names_are_long_and_of_many_scripts():
    names = list(Customer.objects.values_list("name", flat=True))

    assert max(map(len, names)) > 80
    assert {"田中 美咲", "محمد العبدالله", "Александра Вишневская"} <= set(names)


def test_a_loaded_database_is_known_as_such():
    assert check_database() is True


def test_gaps_are_those_of_the_guide_and_the_plan_is_made_of_them():
    asked = KnowledgeGap.objects.live().filter(asked__source__in=MISSING_CONTENT).distinct()

    assert {
        "Advanced API authentication",
        "Custom webhook setup",
        "Enterprise SSO configuration",
        "Data export automation",
        "White-label customization",
    } <= set(asked.values_list("name", flat=True))
    assert Counter(KnowledgeGap.objects.exclude(lane="").values_list("lane", flat=True)) == {
        "priority_1": 4,
        "priority_2": 3,
        "ongoing": 2,
    }
    published = KnowledgeGap.objects.select_related("article").get(article__status=ArticleStatus.PUBLISHED)
    assert effects_of([published], Escalation.objects.all(), NOW)[published.pk].change is not None


def test_reviews_score_as_the_guides_team_does():
    counted = Review.objects.counted().filter(published_at__gte=START)
    means = counted.values_list("agent__user__username").annotate(Avg("total"))

    assert {name: round(float(mean), 1) for name, mean in means} == {
        "sarah": 92.3, "david": 87.1, "lisa": 89.4, "tom": 84.2, "mike": 88.7, "jenny": 86.9,
    }  # fmt: skip
    assert round(float(counted.aggregate(mean=Avg("total"))["mean"]), 1) == 88.1


def test_reviewers_have_something_to_do_this_week():
    drawn = ReviewAssignment.objects.values_list("reviewer__username").annotate(Count("pk"))

    assert dict(drawn) == {"priya": 8, "morgan": 4}


def test_calibrations_were_scored_by_both_and_the_newest_waits_for_the_supervisor():
    closed, still_open = CalibrationSession.objects.closed(), CalibrationSession.objects.open()

    assert {one.submitted for one in closed.with_progress()} == {2}
    assert closed.count() == 4
    assert list(still_open.with_progress().values_list("asked", "submitted")) == [(2, 1)]
    assert not CalibrationSession.objects.filter(escalation__last_resolved_at__gt=F("opened_at")).exists()
    assert list(CalibrationSeat.objects.to_do(User.objects.get(username="morgan"))) == list(
        CalibrationSeat.objects.filter(session__in=still_open, review=None)
    )


REST = (
    Article,
    ArticleSearch,
    Initiative,
    CommentReading,
    Review,
    ReviewCycle,
    CalibrationSession,
    CoachingPlan,
    KnowledgeGap,
    ReportRun,
)


def rest():
    return {model.__name__: model.objects.count() for model in REST}


def test_the_rest_is_written_once():
    before, pieces = rest(), []

    load_rest(NOW, give_way=lambda: pieces.append(1))

    assert rest() == before
    assert pieces == []


def test_what_was_ended_half_way_is_written_to_the_end():
    before = rest()
    Review.objects.of_agent(Agent.objects.get(user__username="mike")).delete()
    ReportRun.objects.filter(schedule__name="Monday's trends").delete()
    ReportSchedule.objects.filter(name="Monday's trends").delete()
    GroupingRun.objects.update(ended_at=None)

    load_rest(NOW, give_way=lambda: None)

    assert rest() == before
    assert not GroupingRun.objects.filter(ended_at=None).exists()


def test_customers_praise_understanding_more_than_before_and_miss_documentation():
    frame = Frame(MONTH, Filters(), NOW)

    found = feedback(frame)

    trends = {one.theme.name: one.trend for one in found.themes}
    assert trends["Agent understood my issue immediately"] is Trend.INCREASING
    assert found.measured["positive_feedback"].now.value == pytest.approx(0.78, abs=0.05)
    assert found.measured["comments"].now.missing == 0
    assert [one.fresh.name for one in candidates(frame, found)] == ["API documentation"]
    assert {one.label.text: round(one.measured["nps"].now.value / 10) for one in nps(frame).reasons} == {
        "Low AI confidence": 5,
        "Customer request": 6,
        "Technical issue": 4,
        "Billing/account": 6,
        "Content gap": 3,
    }
