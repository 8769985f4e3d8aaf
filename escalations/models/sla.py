from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from escalations.enums import PauseEnd, Priority, SlaMetric
from helpninja.common.versions import Versions

# What lies between what the customer wrote and the end of a pause by it, at the most, in the ordinary course.
MESSAGE_ON_ITS_WAY = timedelta(seconds=60)


class SlaPolicyQuerySet(models.QuerySet):
    def in_force(self):
        """Active ones with all that a deadline is made from: two queries however many."""
        return self.filter(active=True).select_related("calendar").prefetch_related("targets").order_by("name")


class SlaPolicy(models.Model):
    """What is promised to whom. Of those that apply to an escalation the most specific judges it, alone.

    ``decisions.deadlines.specificity`` says which one that is.
    """

    name = models.CharField(max_length=80, unique=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    plan = models.ForeignKey(
        "billing.Plan", on_delete=models.PROTECT, null=True, blank=True, help_text="Every plan when empty."
    )
    team = models.ForeignKey(
        "agents.Team", on_delete=models.PROTECT, null=True, blank=True, help_text="Every team when empty."
    )
    topic = models.ForeignKey(
        "Topic", on_delete=models.PROTECT, null=True, blank=True, help_text="Every topic when empty."
    )
    calendar = models.ForeignKey(
        "agents.Calendar",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Its open hours count; when empty, the clock runs day and night.",
    )
    warn_percent = models.PositiveSmallIntegerField(
        "warn at (% of the time)",
        null=True,
        blank=True,
        default=75,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    longest_pause = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="After it the clock runs on although the customer has not answered.",
    )
    most_pauses = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Further ones of the same escalation don't stop the clock."
    )

    objects = SlaPolicyQuerySet.as_manager()
    history = Versions("targets")

    class Meta:
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                *(Coalesce(name, 0, output_field=models.BigIntegerField()) for name in ("plan", "team", "topic")),
                condition=Q(active=True),
                name="escalations_sla_one_policy_each",
                violation_error_message="Another active policy is for the same plan, team and topic.",
            ),
            models.CheckConstraint(
                condition=Q(warn_percent=None) | Q(warn_percent__range=(1, 99)),
                name="escalations_sla_warn_percent",
                violation_error_message="The warning comes after a share of the time between 1 and 99 %.",
            ),
        ]

    def __str__(self):
        return self.name


class SlaTarget(models.Model):
    """Seconds for one metric by priority; an empty one promises nothing."""

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(max_length=20, choices=SlaMetric)
    critical = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    high = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    medium = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    low = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    pauses = models.BooleanField(
        "stops while pending", default=False, help_text="The clock stands still while the customer is waited for."
    )

    class Meta:
        verbose_name = "target"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "metric"],
                name="escalations_sla_target_once",
                violation_error_message="This policy has a target for this metric already.",
            ),
            models.CheckConstraint(
                condition=~Q(critical=0) & ~Q(high=0) & ~Q(medium=0) & ~Q(low=0),
                name="escalations_sla_target_positive",
                violation_error_message="A target is at least one second.",
            ),
        ]

    def __str__(self):
        spans = ", ".join(f"{code} {seconds} s" for code, seconds in self.seconds().items())
        return f"{self.get_metric_display()}: {spans or 'no target'}{', stops while pending' * self.pauses}"

    def clean(self):
        if not self.seconds():
            raise ValidationError("Give a time for at least one priority, or remove the line.")

    def seconds(self) -> dict[str, int]:
        found = {priority.code: getattr(self, priority.code) for priority in Priority}
        return {code: seconds for code, seconds in found.items() if seconds is not None}


class DeadlineQuerySet(models.QuerySet):
    def running(self):
        return self.filter(ended_at=None)

    def to_look_at(self, now):
        """Something has happened on them by now that is not written yet."""
        return self.filter(next_check_at__lt=now)

    def latest_first(self):
        return self.order_by(*Deadline.LATEST_FIRST)


class Deadline(models.Model):
    """One promise to one customer. ``actions.deadlines`` alone writes it.

    ``due_at`` is empty while the clock stands still; ``breached_at`` is the true moment, which is ``due_at``,
    however late it was noticed. ``ended_at``: what it asked for came (``met_at`` when in time), or nobody asks
    any more.
    """

    # Those that run before those that have ended.
    LATEST_FIRST = (F("ended_at").desc(nulls_first=True), "due_at", "-id")

    escalation = models.ForeignKey("Escalation", on_delete=models.CASCADE, related_name="deadlines")
    metric = models.CharField(max_length=20, choices=SlaMetric)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    policy = models.ForeignKey(SlaPolicy, on_delete=models.SET_NULL, null=True, related_name="deadlines")
    policy_version = models.PositiveIntegerField()
    calendar_version = models.ForeignKey(
        "agents.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    terms = models.JSONField(default=dict)
    because = models.JSONField("why this deadline", default=dict)
    started_at = models.DateTimeField()
    target_seconds = models.PositiveIntegerField()
    paused_seconds = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "metric"],
                condition=Q(ended_at=None),
                name="escalations_one_running_deadline",
                violation_error_message="This clock is running already.",
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | Q(breached_at=None, met_at=F("ended_at"), met_at__lte=F("due_at")),
                name="escalations_deadline_met_in_time",
                violation_error_message="A deadline is met in time, or not at all.",
            ),
            models.CheckConstraint(
                condition=Q(breached_at=None) | Q(breached_at=F("due_at")),
                name="escalations_deadline_breached_when_due",
                violation_error_message="A deadline is breached at the moment at which it is due.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(next_check_at=None),
                name="escalations_deadline_ended_unwatched",
                violation_error_message="Nobody looks at a clock that has ended.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="escalations_deadline_check",
            ),
            models.Index(fields=["escalation", "started_at"], name="escalations_deadline_of"),
        ]

    def __str__(self):
        return f"{self.get_metric_display()}: {self.because.get('text', '')}"

    @property
    def state(self) -> str:
        if self.breached_at is not None:
            return "breached"
        if self.met_at is not None:
            return "met"
        if self.ended_at is not None:
            return "called off"
        if self.due_at is None:
            return "paused"
        return "near" if self.warned_at is not None else "running"


class PauseQuerySet(models.QuerySet):
    def although_answered(self):
        """Those during which the customer had already written, for longer than a message is on its way."""
        return self.filter(
            Q(customer_wrote_at__lte=F("started_at")) | Q(customer_wrote_at__lt=F("ended_at") - MESSAGE_ON_ITS_WAY)
        )


class Pause(models.Model):
    """The customer was waited for, from ``started_at`` to ``ended_at``: who began it, why, and what ended it.

    ``customer_wrote_at``: what they had written by then, unanswered: before it began, or while it lasted.
    """

    escalation = models.ForeignKey("Escalation", on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField()
    limit_at = models.DateTimeField("ends by itself at", null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField("length", null=True)
    ended_by = models.CharField(max_length=20, choices=PauseEnd, blank=True)
    actor = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    stops_clock = models.BooleanField(default=False)
    customer_wrote_at = models.DateTimeField("customer had written at", null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"], condition=Q(ended_at=None), name="escalations_one_running_pause"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, seconds=None, ended_by="")
                | Q(ended_at__gte=F("started_at"), seconds__isnull=False) & ~Q(ended_by=""),
                name="escalations_pause_ends_after_start",
                violation_error_message="A pause ends after it begins, with its length and by what it ended.",
            ),
        ]
        indexes = [
            models.Index(fields=["escalation", "started_at"], name="escalations_pause_of"),
            models.Index(fields=["-started_at", "-id"], name="escalations_pause_latest"),
        ]

    def __str__(self):
        return f"{self.actor}: {self.started_at:%Y-%m-%d %H:%M}"
