"""Several reviewers score the same conversation, blind; none of it counts for the agent."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from quality.enums import ReviewState


class CalibrationSessionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def closed(self):
        return self.filter(closed_at__isnull=False)

    def visible_to(self, actor: Actor):
        """For reviewers; supervisors those on work of their own teams. Nobody knows of one on their own work."""
        if actor.is_any(Role.ADMIN):
            return self
        agent = getattr(actor.user, "agent", None)
        others = self.exclude(escalation__resolved_by=agent) if agent is not None else self
        if actor.is_any(Role.QA_REVIEWER):
            return others
        if agent is not None and actor.is_any(Role.SUPERVISOR):
            return others.filter(escalation__team__in=agent.team_ids)
        return self.none()

    def with_progress(self):
        """``asked`` and ``submitted``: how many reviewers."""
        submitted = Q(seats__review__state=ReviewState.SUBMITTED)
        return self.annotate(asked=Count("seats"), submitted=Count("seats", filter=submitted))


class CalibrationSession(models.Model):
    """Open, nobody reads what others said; closed, all of it is shown. ``actions.calibration`` alone closes it."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "cal"))
    escalation = models.ForeignKey(
        "escalations.Escalation",
        on_delete=models.PROTECT,
        related_name="calibrations",
        verbose_name="conversation",
    )
    rubric_version = models.ForeignKey("RubricVersion", on_delete=models.PROTECT, related_name="+", editable=False)
    note = models.CharField("what to look at", max_length=300, blank=True)
    deadline = models.DateTimeField(help_text="It is closed then, and everybody's answers are shown.")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CalibrationSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "calibration"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(closed_at=None), name="quality_calibration_open"),
            models.Index(fields=["-closed_at"], name="quality_calibration_closed"),
        ]

    def __str__(self):
        return f"Calibration on {self.escalation}"

    @property
    def is_open(self):
        return self.closed_at is None


class CalibrationSeatQuerySet(models.QuerySet):
    def to_do(self, user):
        """The user's own of open sessions, not submitted yet."""
        own = self.filter(reviewer=user, session__closed_at=None)
        unfinished = (ReviewState.DRAFT, ReviewState.VOIDED)
        return own.filter(Q(review=None) | Q(review__state__in=unfinished)).order_by("session__deadline", "id")


class CalibrationSeat(models.Model):
    """A reviewer who is asked to take part, with the review once it is begun."""

    session = models.ForeignKey(CalibrationSession, on_delete=models.CASCADE, related_name="seats")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    review = models.OneToOneField(
        "Review",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="calibration_seat",
    )

    objects = CalibrationSeatQuerySet.as_manager()

    class Meta:
        verbose_name = "participant"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "reviewer"],
                name="quality_seat_once",
                violation_error_message="This reviewer takes part already.",
            )
        ]

    def __str__(self):
        return self.reviewer.get_full_name() or self.reviewer.get_username()
