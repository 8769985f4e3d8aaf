"""Rows for tests, each valid as it comes; give what the test is about, and nothing else."""

import itertools
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import Group, User
from django.utils import timezone

from agents.models import Agent, Team
from billing.enums import EventKind as BillingKind
from billing.models import Customer, CustomerEvent, Plan
from escalations.actions.deadlines.clocks import Clocks
from escalations.actions.deadlines.steps import terms_for
from escalations.enums import (
    CLOSED_STATES,
    OWNED_STATES,
    Author,
    Priority,
    Reason,
    ResolutionQuality,
    SlaMetric,
    State,
    Timing,
)
from escalations.models import Conversation, Escalation, Message, Rating, Topic
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.models import ApiKey
from helpninja.common.roles import Role, Scope
from quality.actions import articles, reviews
from quality.actions.review_answers import Draft, Said
from quality.actions.rubrics import rubric_for
from quality.enums import ArticleStatus, ReviewCycleState, ReviewKind
from quality.models import Article, CalibrationSession, Review, ReviewAssignment, ReviewCycle

# Seconds to the first response, as the installed policy has them.
TARGETS = {Priority.CRITICAL: 60, Priority.HIGH: 180, Priority.MEDIUM: 300, Priority.LOW: 600}

_count = itertools.count(1)


def make_user(role: Role | None = None, **fields) -> User:
    n = next(_count)
    user = User.objects.create_user(
        **{"username": f"user{n}", "email": f"user{n}@example.com", "password": None, "is_staff": True, **fields}
    )
    if role is not None:
        user.groups.add(Group.objects.get(name=role.value))
    return user


def support() -> Team:
    return Team.objects.get(slug="support")


def make_team(name: str | None = None) -> Team:
    name = name or f"Team {next(_count)}"
    return Team.objects.create(name=name, slug=name.lower().replace(" ", "-"))


def make_agent(
    name: str | None = None, *, role: Role = Role.AGENT, teams: list[Team] | None = None, **fields
) -> Agent:
    """With a user of that role, in the team Support unless said otherwise."""
    user = fields.pop("user", None) or make_user(role)
    agent = Agent.objects.create(user=user, name=name or f"Agent {next(_count)}", **fields)
    agent.teams.set(teams if teams is not None else [support()])
    return agent


def make_plan(code: str = "pro") -> Plan:
    return Plan.objects.get(code=code)


def make_customer(name: str | None = None, *, plan: str = "pro", **fields) -> Customer:
    n = next(_count)
    fields = {"external_id": f"customer-{n}", "email": f"customer{n}@example.com", **fields}
    return Customer.objects.create(name=name or f"Customer {n}", plan=make_plan(plan), **fields)


def make_customer_event(
    customer: Customer | None = None, kind: str = BillingKind.RENEWED, **fields
) -> CustomerEvent:
    fields = {"source": "billing", "external_id": f"event-{next(_count)}", "at": timezone.now(), **fields}
    return CustomerEvent.objects.create(customer=customer or make_customer(), kind=kind, **fields)


def make_topic(slug: str = "billing") -> Topic:
    return Topic.objects.get(slug=slug)


def make_conversation(**fields) -> Conversation:
    n = next(_count)
    if "customer" not in fields:
        fields["customer"] = make_customer()
    customer = fields["customer"]
    fields = {
        "source": "chat",
        "external_id": f"conversation-{n}",
        "subject": f"Question {n}",
        "plan": customer.plan if customer else None,
        **fields,
    }
    return Conversation.objects.create(**fields)


def make_message(
    conversation: Conversation, text: str = "Hello", *, author: str = Author.CUSTOMER, **fields
) -> Message:
    fields = {"sent_at": timezone.now(), **fields}
    return Message.objects.create(conversation=conversation, text=text, author=author, **fields)


def make_escalation(*, state: str = State.WAITING, assignee: Agent | None = None, **fields) -> Escalation:
    """A row as the actions would leave it, without its events; an owned state needs an ``assignee``."""
    conversation = fields.pop("conversation", None) or make_conversation()
    opened_at = fields.pop("opened_at", None) or timezone.now()
    priority = fields.pop("priority", Priority.MEDIUM)
    if state in OWNED_STATES and assignee is None:
        assignee = make_agent()
    if state == State.RESOLVED:
        fields.setdefault("resolved_at", opened_at + timedelta(minutes=10))
        fields.setdefault("last_resolved_at", fields["resolved_at"])
        fields.setdefault("resolution_seconds", int((fields["resolved_at"] - opened_at).total_seconds()))
        fields.setdefault("full_resolution_seconds", int((fields["last_resolved_at"] - opened_at).total_seconds()))
    defaults = {
        "team": support(),
        "customer": conversation.customer,
        "plan": conversation.plan,
        "region": conversation.region,
        "channel": conversation.channel,
        "topic": conversation.topic,
        "reason": Reason.LOW_AI_CONFIDENCE,
        "subject": conversation.subject,
        "first_response_due_at": opened_at + timedelta(seconds=TARGETS[priority]),
    }
    escalation = Escalation.objects.create(
        conversation=conversation,
        state=state,
        assignee=assignee,
        priority=priority,
        opened_at=opened_at,
        **{**defaults, **fields},
    )
    if state not in CLOSED_STATES and escalation.first_response_due_at and not escalation.first_response_at:
        _watch_first_response(escalation)
    return escalation


def _watch_first_response(escalation: Escalation) -> None:
    """The deadline that the opening sets, unless the test says when it is due."""
    if escalation.timing != Timing.MEASURED:
        return
    due_at, clocks = escalation.first_response_due_at, Clocks(escalation, [])
    clocks.start(
        SlaMetric.FIRST_RESPONSE, terms_for(escalation).get(SlaMetric.FIRST_RESPONSE), escalation.opened_at
    )
    for deadline in clocks.deadlines:
        deadline.due_at = due_at
    clocks.store(escalation.opened_at)


def make_key(*scopes: Scope, source: str = "chat", name: str | None = None) -> str:
    """A saved key's full text, for ``Authorization: Bearer``."""
    key, text = ApiKey.issue(name=name or f"key {next(_count)}", scopes=[str(s) for s in scopes], source=source)
    key.save()
    return text


def make_reviewer(name: str = "Quinn Reyes") -> User:
    first, last = name.split(" ", 1)
    return make_user(Role.QA_REVIEWER, first_name=first, last_name=last)


def make_resolved(agent: Agent | None = None, *, csat: int | None = None, **fields) -> Escalation:
    """What an agent resolved: answered after 100 seconds, at once; rated where ``csat`` says so."""
    agent = agent or make_agent()
    opened_at = fields.pop("opened_at", None) or timezone.now() - timedelta(hours=1)
    seconds = fields.pop("first_response_seconds", 100)
    escalation = make_escalation(
        state=State.RESOLVED,
        opened_at=opened_at,
        first_response_seconds=seconds,
        first_response_at=None if seconds is None else opened_at + timedelta(seconds=seconds),
        **{"resolved_by": agent, "quality": ResolutionQuality.IMMEDIATE, **fields},
    )
    if csat is not None:
        Rating.objects.create(
            conversation=escalation.conversation,
            escalation=escalation,
            handler=agent,
            rated_at=escalation.last_resolved_at,
            csat=csat,
        )
    return escalation


def make_review(
    agent: Agent | None = None, *, reviewer: User | None = None, accuracy: float | None = 25, now=None, **fields
) -> Review:
    """A draft by the installed rubric of something that the agent resolved; ``fields`` are the escalation's."""
    now = now or timezone.now()
    reviewer = reviewer or make_reviewer()
    by = Actor.of_user(reviewer)
    review = reviews.start_review(escalation=make_resolved(agent, **fields), reviewer=reviewer, by=by, now=now)
    return review if accuracy is None else answer(review, accuracy, now=now)


def answer(review: Review, accuracy: float = 25, *, now=None, **said) -> Review:
    """The draft with what the data says, and the technical accuracy; ``said``: others by their keys."""
    given = {one.key: Said(band=one.band, na=one.na) for one in review.answers.all()}
    given["technical_accuracy"] = Said(points=Decimal(str(accuracy)))
    draft, by = Draft({**given, **said}), Actor.of_user(review.reviewer)
    return reviews.save_draft(review=review, version=review.version, draft=draft, by=by, now=now or timezone.now())


def make_published_review(agent: Agent | None = None, *, now=None, **fields) -> Review:
    """As ``make_review``, submitted and published."""
    now = now or timezone.now()
    review = make_review(agent, now=now, **fields)
    by = Actor.of_user(review.reviewer)
    review = reviews.submit(review=review, by=by, now=now)
    return reviews.publish(review=review, by=by, now=now)


def make_article(
    title: str | None = None, body: str = "Some help.", *, status: str = ArticleStatus.PUBLISHED, **fields
) -> Article:
    now = timezone.now()
    article = articles.start_article(
        title=title or f"Article {next(_count)}", body=body, by=SYSTEM, now=now, **fields
    )
    return (
        article if status == ArticleStatus.DRAFT else articles.move(article=article, to=status, by=SYSTEM, now=now)
    )


def make_cycle(*reviewers: User, quota: int = 20, **fields) -> ReviewCycle:
    """Planned, for the team Support, of what was resolved in the last week; drawn once there is a ``drawn_at``."""
    now = timezone.now()
    if "drawn_at" in fields:
        fields.setdefault("state", ReviewCycleState.RUNNING)
    fields = {"name": "Weekly", "start": now - timedelta(days=7), "end": now, "seed": "s", **fields}
    cycle = ReviewCycle.objects.create(**fields)
    cycle.teams.add(support())
    for reviewer in reviewers:
        cycle.reviewers.create(reviewer=reviewer, quota=quota)
    return cycle


def make_assignment(
    reviewer: User | None = None,
    *,
    cycle: ReviewCycle | None = None,
    escalation: Escalation | None = None,
    of_review: Review | None = None,
    due_at=None,
    **fields,
) -> ReviewAssignment:
    """Open, due in a week; ``fields`` are the cycle's."""
    now = timezone.now()
    reviewer = reviewer or make_reviewer()
    escalation = escalation or make_resolved()
    return ReviewAssignment.objects.create(
        cycle=cycle or make_cycle(reviewer, drawn_at=now, **fields),
        kind=ReviewKind.SECOND if of_review else ReviewKind.SCORED,
        escalation=escalation,
        agent=escalation.resolved_by,
        reviewer=reviewer,
        of_review=of_review,
        assigned_at=now,
        due_at=due_at or now + timedelta(days=7),
    )


def make_calibration(*reviewers: User, escalation: Escalation | None = None, **fields) -> CalibrationSession:
    """Open for three days, by the installed rubric; two reviewers unless some are given."""
    escalation = escalation or make_resolved()
    fields = {"deadline": timezone.now() + timedelta(days=3), "rubric_version": rubric_for(escalation), **fields}
    session = CalibrationSession.objects.create(escalation=escalation, **fields)
    for reviewer in reviewers or (make_reviewer("Quinn Reyes"), make_reviewer("Robin Vale")):
        session.seats.create(reviewer=reviewer)
    return session
