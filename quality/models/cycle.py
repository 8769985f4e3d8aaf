"""Whose work is reviewed when, by whom, and how it was chosen."""

import secrets
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When

from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from quality.enums import (
    AssignmentState,
    Recurrence,
    ReviewCycleState,
    ReviewKind,
    ReviewState,
    SamplingMethod,
)
from quality.models.review import Review

QUOTA = (MinValueValidator(1), MaxValueValidator(200))
DRAWN_KINDS = [(ReviewKind.SCORED.value, "Conversations"), (ReviewKind.SECOND.value, "Published reviews")]


class ReviewCycleQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """For reviewers; supervisors know of those that are of their own teams alone, agents of none."""
        if actor.is_any(Role.ADMIN, Role.QA_REVIEWER):
            return self
        agent = getattr(actor.user, "agent", None)
        if agent is None or not actor.is_any(Role.SUPERVISOR):
            return self.none()
        elsewhere = ReviewCycle.teams.through.objects.exclude(team__in=agent.team_ids).values("reviewcycle")
        return self.exclude(pk__in=elsewhere)

    def with_progress(self):
        """``assigned`` and ``done``: how many; those that were skipped count as neither."""
        kept = ReviewAssignment.objects.filter(cycle=OuterRef("pk"), skipped_at=None).order_by()
        done = kept.with_review().filter(state=AssignmentState.DONE)
        return self.annotate(assigned=_count(kept), done=_count(done))


def _count(rows):
    counted = rows.values("cycle").annotate(count=Count("pk")).values("count")
    return models.functions.Coalesce(Subquery(counted), 0)


class ReviewCycle(models.Model):
    """Drawn are escalations resolved in ``[start, end)``. ``actions.review_cycles`` alone writes the state.

    ``not_drawn``: by the codes of ``decisions.sampling.Left``, the ids of those that were not, as they were found.
    Of the kind "review of a review" published reviews of such escalations are drawn instead.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "rcy"))
    name = models.CharField(max_length=80)
    kind = models.CharField("reviewed are", max_length=12, choices=DRAWN_KINDS, default=ReviewKind.SCORED)
    rubric = models.ForeignKey(
        "Rubric",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cycles",
        help_text="Empty: the one that is for each conversation.",
    )
    teams = models.ManyToManyField("agents.Team", related_name="review_cycles")
    start = models.DateTimeField("resolved from")
    end = models.DateTimeField("resolved before")
    recurrence = models.CharField(
        max_length=10,
        choices=Recurrence,
        default=Recurrence.ONCE,
        help_text="A recurring one is drawn when its time is over, and the next one is made.",
    )
    method = models.CharField("drawn", max_length=12, choices=SamplingMethod, default=SamplingMethod.RANDOM)
    seed = models.CharField(
        max_length=32,
        default=partial(secrets.token_hex, 4),
        help_text="The same seed draws the same among the same conversations.",
    )
    per_agent = models.PositiveSmallIntegerField(
        "reviews of each agent", default=5, validators=QUOTA, help_text="As many as there are, up to this."
    )
    days_to_review = models.PositiveSmallIntegerField(
        default=7, validators=QUOTA, help_text="Reviews are due so many days after the draw."
    )
    state = models.CharField(
        max_length=10, choices=ReviewCycleState, default=ReviewCycleState.PLANNED, editable=False
    )
    drawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    not_drawn = models.JSONField(default=dict, blank=True, editable=False)
    previous = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="next"
    )

    objects = ReviewCycleQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="quality_cycle_window",
                violation_error_message="The time must end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewCycleState.PLANNED, drawn_at=None, closed_at=None)
                | Q(state=ReviewCycleState.RUNNING, drawn_at__isnull=False, closed_at=None)
                | Q(state=ReviewCycleState.CLOSED, drawn_at__isnull=False, closed_at__isnull=False),
                name="quality_cycle_state",
                violation_error_message="A cycle says when it was drawn and closed once it was, and not before.",
            ),
        ]
        indexes = [models.Index(fields=["state", "end"], name="quality_cycle_due")]

    def __str__(self):
        return f"{self.name} {self.start:%Y-%m-%d}"

    def clean(self):
        if self.start and self.end and self.end <= self.start:
            raise ValidationError({"end": "The time must end after it begins."})


class CycleReviewer(models.Model):
    """Who reviews in a cycle, and how much at most."""

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="reviewers")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quota = models.PositiveSmallIntegerField("reviews at most", default=20, validators=QUOTA)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "reviewer"],
                name="quality_cyclereviewer_once",
                violation_error_message="This reviewer is in the cycle already.",
            )
        ]

    def __str__(self):
        return f"{self.reviewer.get_full_name() or self.reviewer.get_username()}, up to {self.quota}"


class ReviewAssignmentQuerySet(models.QuerySet):
    def of_reviewer(self, user):
        return self.filter(reviewer=user)

    def visible_to(self, actor: Actor):
        """One's own, and those of the cycles that one may know of; never who is to judge one's own work."""
        user = getattr(actor.user, "pk", None)
        cycles = ReviewCycle.objects.visible_to(actor).values("pk")
        return self.filter(Q(cycle__in=cycles) | Q(reviewer=user)).exclude(agent__user=user)

    def with_review(self):
        """``review_public_id``, and ``state``: an assignment is what became of its review, never written down.

        The review is the reviewer's own of the conversation, begun here or not.
        """
        reviews = Review.objects.filter(
            Q(kind=ReviewKind.SCORED) | Q(of_review=OuterRef("of_review")),
            kind=OuterRef("kind"),
            escalation=OuterRef("escalation"),
            reviewer=OuterRef("reviewer"),
        ).order_by("-pk")
        annotated = self.annotate(
            review_state=Subquery(reviews.values("state")[:1]),
            review_public_id=Subquery(reviews.values("public_id")[:1]),
        )
        return annotated.annotate(
            state=Case(
                When(skipped_at__isnull=False, then=Value(AssignmentState.SKIPPED)),
                When(review_state=None, then=Value(AssignmentState.OPEN)),
                When(review_state=ReviewState.DRAFT, then=Value(AssignmentState.STARTED)),
                default=Value(AssignmentState.DONE),
            )
        )

    def to_do(self):
        return self.with_review().filter(state__in=(AssignmentState.OPEN, AssignmentState.STARTED))


class ReviewAssignment(models.Model):
    """A conversation that a reviewer is asked to review, or, with ``of_review``, another's review of it.

    ``because`` says how it came to be drawn: method, weight and risks.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "asg"))
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=12, choices=ReviewKind, default=ReviewKind.SCORED)
    escalation = models.ForeignKey(
        "escalations.Escalation", on_delete=models.PROTECT, related_name="review_assignments"
    )
    agent = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_assignments"
    )
    of_review = models.ForeignKey(Review, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    because = models.JSONField(default=dict, blank=True)
    assigned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    skipped_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(max_length=200, blank=True)

    objects = ReviewAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "escalation"],
                condition=Q(of_review=None),
                name="quality_assignment_once",
                violation_error_message="The cycle has this conversation already.",
            ),
            models.UniqueConstraint(
                fields=["cycle", "of_review"],
                name="quality_assignment_of_review_once",
                violation_error_message="The cycle has this review already.",
            ),
            models.CheckConstraint(
                condition=Q(skipped_at=None, skip_reason="") | (Q(skipped_at__isnull=False) & ~Q(skip_reason="")),
                name="quality_assignment_skip",
                violation_error_message="What is skipped says why.",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "due_at"], name="quality_assignment_reviewer")]

    def __str__(self):
        return f"{self.escalation} for {self.reviewer.get_full_name() or self.reviewer.get_username()}"
