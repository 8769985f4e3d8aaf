"""Scored conversations: what the reviewer said, each version of it, and what the agent answered."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from helpninja.common.windows import Window
from quality.enums import CriterionKind, DisputeState, RemarkKind, ReviewChange, ReviewKind, ReviewState, Verdict
from quality.models.rubric import ScoreBand


class RootCause(models.Model):
    """Why conversations go badly: a word that reviewers and improvers share."""

    name = models.CharField(max_length=80, unique=True)
    active = models.BooleanField(default=True, help_text="Offered to reviewers.")
    gaps = models.ManyToManyField("quality.KnowledgeGap", blank=True, related_name="root_causes", editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class ReviewQuerySet(models.QuerySet):
    def counted(self):
        """What every score is made of: published, and neither calibration nor a review of a review."""
        return self.filter(kind=ReviewKind.SCORED, state=ReviewState.PUBLISHED)

    def of_agent(self, agent):
        return self.filter(agent=agent)

    def within(self, window: Window):
        """By the moment of publication."""
        return self.filter(published_at__gte=window.start, published_at__lt=window.end)

    def with_band(self):
        """``band_name``: of the best band that the total reaches."""
        reached = ScoreBand.objects.filter(least__lte=OuterRef("total")).order_by("-least")
        return self.annotate(band_name=Subquery(reached.values("name")[:1]))

    def for_page(self):
        """With all that its page asks for."""
        return self.select_related(
            "agent__user",
            "reviewer",
            "rubric_version__rubric",
            "escalation__conversation",
            "escalation__customer",
            "escalation__topic",
            "escalation__plan",
            "escalation__team",
        )

    def visible_to(self, actor: Actor):
        """What the actor may know of. Agents: what was published about them, and nothing else.

        A second or calibrating reviewer's work is not the reviewed agent's to see, whatever their other roles.
        """
        rows = self.revealed_to(actor)
        if actor.is_any(Role.ADMIN):
            return rows
        agent = getattr(actor.user, "agent", None)
        if agent is None:
            return rows if actor.is_any(Role.QA_REVIEWER) else self.none()
        of_oneself = Q(agent=agent, kind=ReviewKind.SCORED, state=ReviewState.PUBLISHED)
        if actor.is_any(Role.QA_REVIEWER):
            return rows.filter(of_oneself | ~Q(agent=agent))
        if actor.is_any(Role.SUPERVISOR):
            return rows.filter(of_oneself | (~Q(agent=agent) & Q(escalation__team__in=agent.team_ids)))
        if actor.is_any(Role.AGENT, Role.SENIOR_AGENT):
            return rows.filter(of_oneself)
        return self.none()

    def revealed_to(self, actor: Actor):
        """Without what others say in open calibrations: reviewers score blind, and nobody reads it before."""
        is_revealed = ~Q(kind=ReviewKind.CALIBRATION) | Q(calibration_seat__session__closed_at__isnull=False)
        return self.filter(is_revealed | Q(reviewer=getattr(actor.user, "pk", None)))


class Review(models.Model):
    """One reviewer's judgement of one escalation's conversation. ``actions.reviews`` alone writes it.

    ``version`` counts its changes; ``total`` is of 100, None while nothing is scored.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "rev"))
    kind = models.CharField(max_length=12, choices=ReviewKind, default=ReviewKind.SCORED)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    escalation = models.ForeignKey("escalations.Escalation", on_delete=models.PROTECT, related_name="reviews")
    agent = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, related_name="reviews", help_text="Whose work it judges."
    )
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    rubric_version = models.ForeignKey("RubricVersion", on_delete=models.PROTECT, related_name="reviews")
    of_review = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="second_reviews"
    )
    version = models.PositiveIntegerField(default=1)
    total = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    auto_failed = models.BooleanField(default=False)
    summary = models.TextField(blank=True)
    root_causes = models.ManyToManyField(RootCause, blank=True, related_name="reviews")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "reviewer"],
                condition=Q(kind=ReviewKind.SCORED) & ~Q(state=ReviewState.VOIDED),
                name="quality_review_once",
                violation_error_message="This reviewer has reviewed it already.",
            ),
            models.CheckConstraint(
                condition=Q(kind=ReviewKind.SECOND, of_review__isnull=False)
                | (~Q(kind=ReviewKind.SECOND) & Q(of_review=None)),
                name="quality_review_of_review",
                violation_error_message="A review of a review, and no other, names the review.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.PUBLISHED) | Q(published_at__isnull=False, total__isnull=False),
                name="quality_review_published",
                violation_error_message="A published review has its time and a total.",
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__range=(0, 100)),
                name="quality_review_total",
                violation_error_message="A total is 0 to 100.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["published_at", "agent", "total"],
                condition=Q(kind=ReviewKind.SCORED, state=ReviewState.PUBLISHED),
                name="quality_review_counted",
            ),
            models.Index(fields=["reviewer", "state"], name="quality_review_reviewer"),
        ]

    def __str__(self):
        return f"Review of {self.agent} in {self.escalation}"

    @property
    def is_revealed(self):
        """Whether others than its reviewer may read it: what is said in a calibration, once that is closed."""
        if self.kind != ReviewKind.CALIBRATION:
            return True
        seat = getattr(self, "calibration_seat", None)
        return seat is not None and not seat.session.is_open


class Answer(models.Model):
    """What the reviewer said of one criterion. ``points`` are of ``of_points``, the criterion's own scale.

    ``score`` and ``possible`` are what it gave to the total, of what it could have given; what lies between is
    lost. ``measured_points`` and ``evidence`` are what the data says, ``overruled`` why the reviewer disagrees.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    key = models.SlugField(max_length=60)
    category = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=CriterionKind)
    order = models.PositiveSmallIntegerField(default=1)
    band = models.CharField(max_length=80, blank=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    of_points = models.DecimalField(max_digits=6, decimal_places=2)
    na = models.BooleanField("N/A", default=False)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    text = models.TextField(blank=True)
    note = models.TextField(blank=True)
    measured_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    overruled = models.CharField("overruled because", max_length=300, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    possible = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "key"],
                name="quality_answer_once",
                violation_error_message="The review has an answer to this criterion already.",
            ),
            models.CheckConstraint(
                condition=Q(points=None) | Q(na=False, points__gte=0, points__lte=models.F("of_points")),
                name="quality_answer_points",
                violation_error_message="Points are of the criterion's scale, and none where it is N/A.",
            ),
            models.CheckConstraint(
                condition=Q(score=None, possible=None) | Q(score__isnull=False, possible__isnull=False),
                name="quality_answer_score_and_possible",
                violation_error_message="A score says of how much it is.",
            ),
        ]
        indexes = [models.Index(fields=["key", "score", "possible"], name="quality_answer_key")]

    def __str__(self):
        return f"{self.name}: {'N/A' if self.na else self.band or self.verdict or self.text or self.points}"


class Remark(models.Model):
    """A reviewer's note, at a message or of the whole."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="remarks")
    message = models.ForeignKey(
        "escalations.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=RemarkKind)
    key = models.SlugField("criterion", max_length=60, blank=True)
    text = models.CharField(max_length=1000)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}"


class ReviewVersion(models.Model):
    """What a review said at one of its steps. Append-only."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=ReviewChange)
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    content = models.JSONField(help_text="Total, answers, remarks, summary and root causes.")

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.get_what_display()} by {self.actor}"


class Dispute(models.Model):
    """The agent's answer to a published review; ``actions.disputes`` alone writes it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="disputes")
    agent = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, related_name="disputes")
    key = models.SlugField("criterion", max_length=60, blank=True, help_text="Empty: the review as a whole.")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=DisputeState, default=DisputeState.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decision = models.TextField(blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(state=DisputeState.OPEN),
                name="quality_dispute_one_open",
                violation_error_message="This review has an open dispute already.",
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN, decided_at=None, decided_by="")
                | (~Q(state=DisputeState.OPEN) & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="quality_dispute_decision",
                violation_error_message="Who decided a dispute, and when, are said together.",
            ),
        ]

    def __str__(self):
        return f"Dispute by {self.agent} of {self.review_id}"
