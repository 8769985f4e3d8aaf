"""Whatever happens, in whatever order, folded or not: rollups say what the rows say."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.db.models.functions import ExtractHour, TruncDate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics.actions import rollups
from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from analytics.metrics.sources import CONVERSATIONS, OPENED, RESPONDED
from analytics.models import Mark
from billing.models import Plan
from escalations.enums import OPEN_STATES, Author, Reason, State, Timing
from escalations.models import Conversation, Escalation, HandlingInterval, Message, Rating, Topic
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.metrics.rollups.comparing import assert_same, built, folded
from tests.analytics.rows import held

pytestmark = pytest.mark.django_db

# Over the end of a month and a change of the clocks in New York.
FIRST = datetime(2026, 2, 26, 20, tzinfo=UTC)
NOW = FIRST + timedelta(days=16)
MINUTES = st.integers(0, 14 * 24 * 60)
NARROWED = [
    "",
    "topic",
    "plan",
    "region",
    "team",
    "agent",
    "topic and team",
    "plan and region",
    "topic, team and region",
    "both teams",
    "topics and a plan",
]
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"])


def at(minutes):
    return FIRST + timedelta(minutes=minutes)


class Work:
    """Does what happens at work, by numbers: which case, which topic, when."""

    def __init__(self):
        self.agents = [factories.make_agent(), factories.make_agent()]
        self.topics = [*Topic.objects.order_by("pk")[:2], None]
        self.teams = [factories.support(), factories.make_team()]
        self.plans = [Plan.objects.first(), None]

    def start(self, n, minutes):
        factories.make_conversation(
            started_at=at(minutes), topic=self.topics[n % 3], plan=self.plans[n % 2], region=("", "emea")[n % 2]
        )

    def escalate(self, n, minutes):
        conversation = self._one(Conversation.objects.exclude(escalations__state__in=OPEN_STATES), n)
        if conversation:
            factories.make_escalation(
                conversation=conversation,
                opened_at=at(minutes),
                topic=self.topics[n % 3],
                team=self.teams[n % 2],
                plan=conversation.plan,
                region=conversation.region,
                reason=Reason.values[n % 5],
                ai_confidence=(n % 10) / 10 if n % 4 else None,
                previous=self._one(Escalation.objects.exclude(last_resolved_at=None), n),
                timing=(Timing.MEASURED, Timing.MEASURED, Timing.PLACED)[n % 3],
            )

    def answer(self, n, minutes):
        if escalation := self._one(Escalation.objects.filter(first_response_at=None), n):
            escalation.first_response_at = escalation.opened_at + timedelta(seconds=minutes)
            escalation.first_response_seconds = minutes
            escalation.first_responder = self.agents[n % 2]
            escalation.save()

    def resolve(self, n, minutes):
        if escalation := self._one(Escalation.objects.all(), n):
            when = max(at(minutes), escalation.last_resolved_at or escalation.opened_at)
            seconds = int((when - escalation.opened_at).total_seconds())
            Escalation.objects.filter(pk=escalation.pk).update(
                state=State.RESOLVED,
                assignee=None,
                resolved_by=self.agents[n % 2],
                resolved_at=escalation.resolved_at or when,
                resolution_seconds=escalation.resolution_seconds or seconds,
                last_resolved_at=when,
                full_resolution_seconds=seconds,
            )

    def transfer(self, n, minutes):
        if escalation := self._one(Escalation.objects.all(), n):
            escalation.team, escalation.topic = self.teams[minutes % 2], self.topics[minutes % 3]
            escalation.transfer_count += 1
            escalation.save()

    def handle(self, n, minutes):
        if escalation := self._one(Escalation.objects.all(), n):
            cost = "40.10" if n % 5 else None
            held(escalation, self.agents[n % 2], seconds=60 * n, ended=at(minutes), hourly_cost=cost)

    def rate(self, n, minutes):
        if conversation := self._one(Conversation.objects.filter(ratings=None), n):
            Rating.objects.create(
                conversation=conversation,
                escalation=conversation.escalations.first() if n % 3 else None,
                handler=self.agents[n % 2],
                survey_sent_at=at(minutes),
                rated_at=at(minutes + n) if n % 2 else None,
                csat=1 + n % 5 if n % 2 else None,
            )

    def say(self, n, minutes):
        if conversation := self._one(Conversation.objects.all(), n):
            author = (Author.AGENT, Author.CUSTOMER, Author.SYSTEM)[n % 3]
            factories.make_message(conversation, author=author, sent_at=at(minutes))

    def move(self, n, minutes):
        """A conversation turns out to have begun at another time, about something else."""
        if conversation := self._one(Conversation.objects.all(), n):
            Conversation.objects.filter(pk=conversation.pk).update(
                started_at=at(minutes), topic=self.topics[minutes % 3], region=("", "apac")[n % 2]
            )

    def regroup(self, n, minutes):
        if topic := self._one(Topic.objects.all(), n):
            topic.team = self.teams[minutes % 2]
            topic.save()

    def forget(self, n, minutes):
        for model in (Rating, HandlingInterval, Message)[n % 3 :][:1]:
            if row := self._one(model.objects.all(), n):
                row.delete()

    def fold(self, n, minutes):
        rollups.fold(now=NOW)

    def fold_and_die(self, n, minutes):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            rollups.fold(now=NOW)
            raise ZeroDivisionError

    def rebuild(self, n, minutes):
        day = at(minutes).date()
        rollups.rebuild(first=day, last=day + timedelta(days=n % 3))

    def _one(self, rows, n):
        rows = list(rows.order_by("pk"))
        return rows[n % len(rows)] if rows else None


DEEDS = [name for name in vars(Work) if not name.startswith("_")]


@st.composite
def frames(draw):
    start = draw(st.integers(-2000, 14 * 24 * 60))
    length = draw(st.integers(1, 10 * 24 * 60))
    return start, length, draw(ZONES), draw(st.sampled_from(NARROWED))


def frame_of(work, start, length, zone, narrow):
    filters = {
        "": {},
        "topic": {"topics": (work.topics[0].pk,)},
        "plan": {"plans": (work.plans[0].pk,)},
        "region": {"regions": ("emea",)},
        "team": {"teams": frozenset({work.teams[1].pk})},
        "agent": {"agent": work.agents[0].pk},
        "topic and team": {"topics": (work.topics[1].pk,), "teams": frozenset({work.teams[0].pk})},
        "plan and region": {"plans": (work.plans[0].pk,), "regions": ("emea",)},
        "topic, team and region": {
            "topics": (work.topics[0].pk,),
            "teams": frozenset({work.teams[0].pk}),
            "regions": ("emea",),
        },
        "both teams": {"teams": frozenset(team.pk for team in work.teams)},
        "topics and a plan": {
            "topics": tuple(topic.pk for topic in work.topics[:2]),
            "plans": (work.plans[0].pk,),
        },
    }[narrow]
    return Frame(Window(at(start), at(start + length), zone), Filters(**filters), NOW)


@given(
    st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30), MINUTES), min_size=5, max_size=40),
    st.lists(frames(), min_size=1, max_size=3),
)
# Shrinking would take longer than reading the example.
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_rollups_say_what_the_rows_say(deeds, asked):
    with transaction.atomic():
        work = Work()
        built(NOW)
        for deed, n, minutes in deeds:
            getattr(work, deed)(n, minutes)
        for one in asked:
            assert_same(frame_of(work, *one))
        folded(NOW)
        assert not Mark.objects.exists()
        for one in asked:
            frame = frame_of(work, *one)
            zone = frame.window.tzinfo
            assert_same(
                frame,
                {
                    CONVERSATIONS: {"day": TruncDate("started_at", tzinfo=zone)},
                    OPENED: {"reason": F("reason"), "hour": ExtractHour("opened_at", tzinfo=zone)},
                    RESPONDED: {"topic": F("topic")},
                },
            )
        transaction.set_rollback(True)
