"""Coaching: what an agent and a coach agreed on, why, how it is measured, and what they talked about."""

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from agents.models import Agent
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from quality.enums import OPEN_PLAN_STATES, CoachingKind, GoalMetric, PlanState

# Who may coach: those who may review.
COACHES = (Role.SUPERVISOR, Role.QA_REVIEWER)


class CoachingPlanQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN_PLAN_STATES)

    def visible_to(self, actor: Actor):
        """The agent, the coach, the supervisors of the agent's teams, and admins."""
        if actor.is_any(Role.ADMIN):
            return self
        agent = getattr(actor.user, "agent", None)
        seen = Q(coach=actor.user) if actor.is_any(*COACHES) else Q(pk__in=())
        if agent is not None and actor.is_any(Role.AGENT, Role.SENIOR_AGENT, *COACHES):
            seen |= Q(agent=agent)
        if agent is not None and actor.is_any(Role.SUPERVISOR):
            seen |= Q(agent__in=Agent.objects.in_teams(agent.team_ids))
        return self.filter(seen)


class CoachingPlan(models.Model):
    """``actions.coaching`` alone moves its state."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "coa"))
    agent = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, related_name="coaching_plans")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coached_plans")
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.PROPOSED, editable=False)
    summary = models.TextField(blank=True, help_text="What it is for, in a sentence or two. The agent reads it.")
    opened_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_because = models.CharField(max_length=300, blank=True, editable=False)

    objects = CoachingPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=Q(state__in=OPEN_PLAN_STATES),
                name="quality_coachingplan_one_open",
                violation_error_message="This agent has an open coaching plan already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_PLAN_STATES, closed_at=None)
                | (~Q(state__in=OPEN_PLAN_STATES) & Q(closed_at__isnull=False)),
                name="quality_coachingplan_closed",
                violation_error_message="A plan that is done or dropped says when, and no other does.",
            ),
        ]

    def __str__(self):
        return f"Coaching plan for {self.agent}"

    def clean(self):
        if self.agent_id and self.coach_id and self.agent.user_id == self.coach_id:
            raise ValidationError({"coach": "Nobody coaches themselves."})

    @property
    def is_open(self):
        return self.state in OPEN_PLAN_STATES


class CoachingReason(models.Model):
    """Why there is a plan: a review, a criterion, or words."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, related_name="reasons")
    review = models.ForeignKey("Review", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.SlugField("criterion", max_length=60, blank=True)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "reason"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False) | ~Q(key="") | ~Q(text=""),
                name="quality_coachingreason_says_something",
                violation_error_message="A reason names a review or a criterion, or says why in words.",
            ),
            models.UniqueConstraint(
                fields=["plan", "review"],
                name="quality_coachingreason_review_once",
                violation_error_message="This review is a reason of the plan already.",
            ),
        ]

    def __str__(self):
        return self.text or self.key or str(self.review)


class CoachingAction(models.Model):
    """Something to do, by a day; done when and by whom."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=10, choices=CoachingKind)
    text = models.CharField("what", max_length=300)
    mentor = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="With whom; a mentoring pair needs one.",
    )  # fmt: skip
    due = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "action"
        ordering = [models.F("due").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=CoachingKind.MENTORING) | Q(mentor__isnull=False),
                name="quality_coachingaction_pair",
                violation_error_message="A mentoring pair needs a mentor.",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="quality_coachingaction_done",
                violation_error_message="When it was done and by whom are said together.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}"


class CoachingGoal(models.Model):
    """``start_value`` of ``start_n`` rows is what the data said when it was set. What it is now is not stored."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, related_name="goals")
    metric = models.CharField(max_length=15, choices=GoalMetric)
    key = models.SlugField("criterion", max_length=60, blank=True)
    target = models.FloatField()
    due = models.DateField()
    start_value = models.FloatField(null=True, editable=False)
    start_n = models.PositiveIntegerField(default=0, editable=False)
    start_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "goal"
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "metric", "key"],
                name="quality_coachinggoal_once",
                violation_error_message="The plan has a goal of this kind already.",
            ),
            models.CheckConstraint(
                condition=(Q(metric=GoalMetric.CRITERION) & ~Q(key=""))
                | (~Q(metric=GoalMetric.CRITERION) & Q(key="")),
                name="quality_coachinggoal_criterion",
                violation_error_message="A goal of one criterion, and no other, names it.",
            ),
            models.CheckConstraint(
                condition=Q(start_value=None, start_n=0) | Q(start_value__isnull=False, start_n__gt=0),
                name="quality_coachinggoal_start",
                violation_error_message="A start value stands beside the number of rows that it is of.",
            ),
        ]

    def __str__(self):
        return f"{self.get_metric_display()}: {self.target:g}"


class CoachingSession(models.Model):
    """Its notes are for the agent, the coach and the agent's supervisors alone: not even admins read them."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, related_name="sessions")
    at = models.DateTimeField()
    author = models.CharField(max_length=200)
    notes = models.TextField(max_length=10_000)

    class Meta:
        verbose_name = "session"
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"Session of {self.plan} on {self.at:%Y-%m-%d}"


class CoachingAnswer(models.Model):
    """What became of a suggestion, so that it doesn't come back at once. ``plan`` took it up where accepted."""

    agent = models.ForeignKey("agents.Agent", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100, help_text="What it was about, such as criterion:technical_accuracy.")
    text = models.CharField(max_length=300)
    because = models.CharField(max_length=300)
    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)

    class Meta:
        verbose_name = "answer to a suggestion"
        verbose_name_plural = "answers to suggestions"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["agent", "at"], name="quality_coachinganswer_agent")]

    def __str__(self):
        return f"{'Accepted' if self.plan_id else 'Dropped'}: {self.text}"
