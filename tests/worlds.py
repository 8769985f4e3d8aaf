"""One valid row of every kind that the pages show, all of the team Support."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from agents.enums import Level, Weekday
from agents.models import (
    AgentSkill,
    Calendar,
    CapacityByLevel,
    OnCall,
    Presence,
    Scorecard,
    Shift,
    ShiftException,
    Skill,
    TimeOff,
)
from analytics.actions import report_schedules
from analytics.actions.export_rows import kept_filters
from analytics.enums import ExportState, ExportSubject, ReportKind, RunState
from analytics.metrics.filters import Filters
from analytics.metrics.reports.document import Document
from analytics.models import (
    ActionItem,
    Benchmark,
    Export,
    FeedbackTheme,
    Reconciliation,
    ReportRun,
    ReportSchedule,
    SavedView,
    Target,
)
from billing.enums import CostKind
from billing.models import SharedCost
from escalations.actions.routing import decide_for
from escalations.enums import AlertKind, Author, EventKind, OfferOutcome, Reason, State
from escalations.models import (
    Alert,
    Backtest,
    EscalationEvent,
    HandlingInterval,
    Note,
    Offer,
    Pause,
    PriorityAdjustment,
    PriorityRule,
    Rating,
    RoutingPolicy,
    RoutingWeights,
    SlaPolicy,
    TriggerRule,
    WebhookDelivery,
    WebhookEndpoint,
)
from escalations.models.webhook import DeliveryState
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.models import ApiKey, AuditEntry, Heartbeat
from helpninja.common.roles import Role
from quality.actions import coaching
from quality.actions.article_issues import raise_issue
from quality.actions.article_use import keep_search
from quality.actions.disputes import open_dispute
from quality.enums import ArticleStatus, CoachingKind, GapStatus, IssueKind, Phase
from quality.models import (
    CoachingAnswer,
    CycleTemplate,
    GroupingRun,
    ImprovementCycle,
    Initiative,
    KnowledgeGap,
    NearDuplicate,
    RootCause,
    Rubric,
    ScoreBand,
)
from tests import factories

START, END = "2026-03-09T00:00:00+00:00", "2026-03-10T00:00:00+00:00"


@dataclass(frozen=True)
class World:
    agent: Any
    escalation: Any  # held by the agent
    colleagues: Any  # held by another agent of the team
    waiting: Any
    resolved: Any
    conversation: Any  # of the held escalation
    unescalated: Any
    elsewhere: Any  # a conversation of another chat platform
    customer: Any
    stranger: Any  # a customer of no team
    customer_event: Any  # of the customer
    strange_event: Any  # of the stranger
    rule: Any
    backtest: Any  # of the team Support
    priority_rule: Any
    sla_policy: Any
    pause: Any
    adjustment: Any
    decision: Any
    policy: Any
    calendar: Any  # with a feed
    offer: Any
    alert: Any
    endpoint: Any
    delivery: Any
    presence: Any
    shift: Any
    changed_hours: Any
    time_off: Any
    on_call: Any
    capacity: Any
    scorecard: Any
    coaching_plan: Any  # of the agent, with an action and a goal
    coaching_action: Any
    weights: Any
    key: Any
    audit: Any
    cost: Any
    skill: Any
    role: Any
    improvement_template: Any
    improvement_cycle: Any  # of the team Support
    cycle_task: Any  # the agent's
    others_task: Any
    initiative: Any  # of the team Support, planned
    initiative_step: Any
    article: Any  # published, for customers and agents
    draft: Any  # the agent's own
    article_issue: Any  # of the published one
    article_search: Any
    review: Any  # published, of the agent
    review_draft: Any  # of the agent
    dispute: Any  # of that review
    rubric: Any
    score_band: Any
    root_cause: Any
    gap: Any  # asked in the resolved escalation
    dismissed_gap: Any
    planned_cycle: Any
    review_cycle: Any  # running, with the assignment
    assignment: Any
    calibration: Any  # open
    duplicate: Any  # a pair of articles
    target: Any
    schedule: Any  # the analyst's report
    report: Any  # sent by it
    failed_report: Any
    action_item: Any  # of the team Support
    benchmark: Any
    theme: Any  # of feedback
    rating: Any  # of the resolved escalation, with a comment
    saved_view: Any
    export: Any  # an admin's, ready
    reconciliation: Any


def _reports(now: datetime) -> dict[str, Any]:
    """An analyst's, so that supervisors don't know of them; the item is everybody's of the team Support."""
    owner = factories.make_user(Role.ANALYST)
    schedule = ReportSchedule(name="Daily", kind=ReportKind.DAILY, recipients="a@example.com", at=time(18))
    report_schedules.keep(schedule=schedule, by=Actor.of_user(owner), now=now)
    run = {"schedule": schedule, "owner": owner, "kind": ReportKind.DAILY, "recipients": "a@example.com"}
    document = Document("daily", "Daily", "Mar 9, 2026", "Mar 8, 2026", START, END, "UTC", "All teams", END, False)
    sent = {"document": document.to_json(), "sent_at": now, "state": RunState.SENT}
    return {
        "schedule": schedule,
        "report": ReportRun.objects.create(**run, **sent, title="Daily", due_at=now),
        "failed_report": ReportRun.objects.create(
            **run, due_at=now - timedelta(days=1), state=RunState.FAILED, error="refused", attempts=5
        ),
        "action_item": ActionItem.objects.create(
            kind=ReportKind.DAILY, first_day=now.date(), text="Call them", team=factories.support()
        ),
    }


def make_world() -> World:
    now = timezone.now()
    agent = factories.make_agent("Sarah Mitchell")
    AgentSkill.objects.create(agent=agent, skill=Skill.objects.get(slug="billing"), level=5)
    planned = factories.make_agent("Jenny Lawson")
    customer = factories.make_customer("Acme Corp", phone="+1 555 0142", region="US")
    stranger = factories.make_customer("Nobody's")
    conversation = factories.make_conversation(customer=customer, topic=factories.make_topic())
    message = factories.make_message(conversation, "I want my money back")
    factories.make_message(conversation, "I can't do that.", author=Author.AI, ai_confidence=0.31, ai_failed=True)
    escalation = factories.make_escalation(
        state=State.ACTIVE,
        assignee=agent,
        conversation=conversation,
        because={
            "text": "Low AI confidence: AI confidence 0.31 is below 0.4",
            "rule": {"id": 1, "name": "Low AI confidence", "version": 1},
            "conditions": [
                {
                    "field": "ai_confidence",
                    "operator": "below",
                    "value": 0.4,
                    "actual": 0.31,
                    "text": "AI confidence 0.31 is below 0.4",
                }
            ],
        },
        opened_at=now - timedelta(minutes=20),
    )
    event = EscalationEvent.objects.create(
        escalation=escalation, kind=EventKind.OPENED, at=now, version=1, actor="chat", message=message
    )
    HandlingInterval.objects.create(escalation=escalation, agent=agent, started_at=now)
    Note.objects.create(escalation=escalation, author=agent.name, text="Called twice", at=now)
    resolved = factories.make_escalation(state=State.RESOLVED, opened_at=now - timedelta(hours=1))
    rating = Rating.objects.create(
        conversation=resolved.conversation,
        escalation=resolved,
        handler=agent,
        rated_at=now,
        csat=5,
        comment="Very helpful",
    )
    endpoint = WebhookEndpoint.objects.create(name="CRM", url="https://crm.example.com/hook")
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event=event, state=DeliveryState.DEAD, next_attempt_at=None
    )
    key, _ = ApiKey.issue(name="Chat platform", scopes=["ingest"], source="chat")
    key.save()
    Heartbeat.objects.create(name=Heartbeat.JOBS, at=now)
    rule = TriggerRule.objects.get(name="Low AI confidence")
    article = factories.make_article("Ask for a refund", "Refunds take five days.")
    assignment = factories.make_assignment(escalation=factories.make_resolved(planned))
    return World(
        agent=agent,
        **_reports(now),
        target=Target.objects.get(metric="csat", team=None),
        benchmark=Benchmark.objects.get(metric="csat"),
        reconciliation=Reconciliation.objects.create(
            first=timezone.now().date(), last=timezone.now().date(), compared=9
        ),
        saved_view=SavedView.objects.get(name="Geography: regions"),
        export=make_export(now),
        escalation=escalation,
        colleagues=factories.make_escalation(state=State.ACTIVE),
        waiting=factories.make_escalation(),
        resolved=resolved,
        conversation=conversation,
        unescalated=factories.make_conversation(),
        elsewhere=factories.make_conversation(source="other"),
        customer=customer,
        stranger=stranger,
        customer_event=factories.make_customer_event(customer),
        strange_event=factories.make_customer_event(stranger),
        decision=decide_for(escalation=escalation, by=SYSTEM, now=now),
        policy=RoutingPolicy.objects.get(),
        offer=Offer.objects.create(
            escalation=resolved,
            version=2,
            agent=agent,
            actor="helpNINJA",
            offered_at=now,
            expires_at=now + timedelta(seconds=60),
            outcome=OfferOutcome.ACCEPTED,
            ended_at=now,
        ),
        alert=Alert.objects.create(
            escalation=resolved, kind=AlertKind.ASKED, text="Please look at this one.", raised_at=now
        ),
        rule=rule,
        backtest=make_backtest(rule, now),
        calendar=make_calendar(),
        priority_rule=PriorityRule.objects.get(name="Account access"),
        sla_policy=SlaPolicy.objects.get(name="Standard"),
        pause=Pause.objects.create(
            escalation=escalation, started_at=now, ended_at=now, seconds=0, ended_by="resumed", actor=agent.name
        ),
        adjustment=PriorityAdjustment.objects.get(kind="repeat"),
        endpoint=endpoint,
        delivery=delivery,
        scorecard=Scorecard.objects.create(agent=agent, computed_at=now),
        weights=RoutingWeights.objects.get(),
        presence=Presence.objects.create(agent=agent, status="available", actor=agent.name),
        shift=Shift.objects.create(agent=planned, weekday=Weekday.MONDAY, start=time(9), end=time(17)),
        changed_hours=ShiftException.objects.create(agent=planned, date=date(2026, 12, 24)),
        time_off=TimeOff.objects.create(agent=planned, first_day=date(2026, 12, 28), last_day=date(2026, 12, 31)),
        on_call=OnCall.objects.create(agent=planned, first_day=date(2026, 12, 5), last_day=date(2026, 12, 6)),
        capacity=CapacityByLevel.objects.get(level=Level.AGENT),
        key=key,
        audit=AuditEntry.objects.create(actor="Ada", action="rule.published", object_type="rule", object_id="1"),
        cost=SharedCost.objects.create(month=date(2026, 1, 1), kind=CostKind.TRAINING, name="Course", amount=400),
        skill=Skill.objects.get(slug="billing"),
        role=Group.objects.get(name="Agent"),
        **make_improvement(agent, now),
        **make_coaching(agent, now),
        article=article,
        draft=factories.make_article("Refunds by hand", status=ArticleStatus.DRAFT, owner=agent),
        article_issue=raise_issue(article=article, kind=IssueKind.OUTDATED, note="", by=SYSTEM, now=now),
        article_search=keep_search(text="refund", hits=1, by=SYSTEM, now=now),
        review=(review := factories.make_published_review(agent, now=now)),
        review_draft=factories.make_review(agent, now=now),
        dispute=open_dispute(review=review, agent=agent, key="", text="I see it otherwise.", by=SYSTEM, now=now),
        rubric=Rubric.objects.get(),
        score_band=ScoreBand.objects.first(),
        root_cause=RootCause.objects.first(),
        **make_gaps(resolved, now),
        planned_cycle=factories.make_cycle(),
        review_cycle=assignment.cycle,
        assignment=assignment,
        calibration=factories.make_calibration(escalation=assignment.escalation),
        theme=FeedbackTheme.objects.first(),
        rating=rating,
    )


def make_export(now: datetime) -> Export:
    return Export.objects.create(
        subject=ExportSubject.ESCALATIONS,
        owner=factories.make_user(Role.ADMIN),
        requested_by="Alex",
        requested_at=now,
        start=START,
        end=END,
        time_zone="UTC",
        filters=kept_filters(Filters()),
        state=ExportState.DONE,
        finished_at=now,
        expires_at=now + timedelta(days=7),
    )


def make_improvement(agent: Any, now: datetime) -> dict[str, Any]:
    """A month's cycle with one task of the agent and one of nobody, and an initiative with a step."""
    support, month = factories.support(), now.date().replace(day=1)
    cycle = ImprovementCycle.objects.create(month=month, team=support)
    initiative = Initiative.objects.create(
        name="Fewer billing questions",
        reason=Reason.BILLING_ACCOUNT,
        starts_on=month,
        ends_on=month + timedelta(days=60),
        target_value=8,
        expected_fewer=20,
    )
    initiative.teams.add(support)
    return {
        "improvement_template": CycleTemplate.objects.get(),
        "improvement_cycle": cycle,
        "cycle_task": cycle.tasks.create(phase=Phase.WEEK_1, title="Ask", owner=agent.user, due=month),
        "others_task": cycle.tasks.create(phase=Phase.WEEK_1, title="Listen", due=month),
        "initiative": initiative,
        "initiative_step": initiative.steps.create(text="Write it down"),
    }


def make_gaps(escalation: Any, now: datetime) -> dict[str, Any]:
    """One with a question of the escalation, and one that was dismissed."""
    GroupingRun.objects.create(requested_by="helpNINJA", started_at=now, ended_at=now, questions=2, new_gaps=1)
    gap = KnowledgeGap.objects.create(name="Rotating API keys", terms=["API", "keys"], last_asked_at=now)
    gap.asked.create(
        source="noted",
        conversation=escalation.conversation,
        escalation=escalation,
        text="How do I rotate API keys?",
        note="API keys",
        at=now,
    )
    dismissed = KnowledgeGap.objects.create(
        name="Discounts", status=GapStatus.DISMISSED, because="Sales answers that.", kept=True
    )
    first, second = factories.make_article("Refunds"), factories.make_article("Refund")
    pair = NearDuplicate.objects.create(first=first, second=second, likeness=0.9, found_at=now)
    return {"gap": gap, "dismissed_gap": dismissed, "duplicate": pair}


def make_calendar() -> Calendar:
    calendar = Calendar.objects.get(name="Office hours")
    calendar.feeds.create(name="Company holidays", url="http://127.0.0.1/holidays.ics")
    return calendar


def make_backtest(rule: TriggerRule, now: datetime) -> Backtest:
    """Waiting for its job."""
    start = now - timedelta(days=7)
    backtest = Backtest.objects.create(
        rule=rule,
        rule_version=rule.version,
        tested={"reason": rule.reason, "topic": None, "order": rule.order, "conditions": []},
        start=start,
        end=now,
        time_zone="UTC",
        requested_by="Morgan",
        requested_at=now,
    )
    backtest.teams.add(factories.support())
    return backtest


def make_coaching(agent: Any, now: datetime) -> dict[str, Any]:
    """A plan with something to do, a reason and a session, coached by a supervisor who is nobody else here."""
    coach = factories.make_user(Role.SUPERVISOR)
    by = Actor.of_user(coach)
    plan = coaching.open_plan(agent=agent, coach=coach, by=by, now=now)
    coaching.add_reason(plan=plan, key="technical_accuracy", by=by)
    coaching.note_session(plan=plan, notes="Talked about APIs", by=by, now=now)
    CoachingAnswer.objects.create(agent=agent, key="topic:1", text="Shadow", because="Low", at=now, actor="Ada")
    due = now.date() + timedelta(days=30)
    coaching.set_goal(plan=plan, metric="quality", target=90, due=due, by=by, now=now)
    action = coaching.add_action(plan=plan, kind=CoachingKind.TRAINING, text="APIs", by=by)
    return {"coaching_plan": plan, "coaching_action": action}
