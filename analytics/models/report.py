"""Reports that are sent: when and to whom, what was sent, and what people want done about it."""

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, validate_email
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agents.enums import Weekday
from analytics.enums import ReportFormat, ReportKind, RunState
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role, Scope
from helpninja.common.validators import validate_time_zone

MOST_RECIPIENTS = 50


def validate_recipients(value: str) -> None:
    """Addresses parted by blanks or lines. Raises ValidationError that names the wrong one."""
    addresses = value.split()
    if len(addresses) > MOST_RECIPIENTS:
        raise ValidationError(f"A report goes to at most {MOST_RECIPIENTS} addresses.")
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError(f"“{address}” is no e-mail address.") from error


def validate_formats(value: object) -> None:
    """A list of report formats, or an empty one. Raises ValidationError."""
    if not isinstance(value, list) or not set(value) <= set(ReportFormat.values):
        raise ValidationError(f"Give a list of {', '.join(ReportFormat.values)}.")


class OwnedQuerySet(models.QuerySet):
    """Of reports with an owner, whose sight limits their figures."""

    def visible_to(self, actor: Actor):
        """Supervisors see their own; who sees all figures sees all."""
        if actor.is_any(Role.ADMIN, Role.ANALYST) or actor.has_scope(Scope.ANALYTICS_READ):
            return self
        return self.filter(owner=actor.user) if actor.is_any(Role.SUPERVISOR) else self.none()


class ScheduleQuerySet(OwnedQuerySet):
    """Schedules whose time has come are due."""

    def due(self, now):
        return self.filter(active=True, next_at__lte=now)


class ReportSchedule(models.Model):
    """``next_at`` is the next occurrence; ``actions.report_runs`` alone moves it on, each time with a run."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=ReportKind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="report_schedules",
        editable=False,
        help_text="Whose figures it holds: of a supervisor those of their teams.",
    )
    recipients = models.TextField(validators=[validate_recipients], help_text="E-mail addresses, one a line.")
    formats = models.JSONField(
        default=partial(list, (ReportFormat.PDF.value,)), blank=True, validators=[validate_formats]
    )
    time_zone = models.CharField(
        max_length=60,
        default="America/New_York",
        validators=[validate_time_zone],
        help_text="Of its days and times.",
    )
    at = models.TimeField("time of day", help_text="When the clocks of its zone show this.")
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday,
        default=Weekday.MONDAY,
        validators=[MaxValueValidator(Weekday.SUNDAY)],
        help_text="Of weekly ones. Daily ones come each day, executive ones on each quarter's first.",
    )
    running = models.BooleanField(
        "of the period that runs",
        default=False,
        help_text="Up to then; otherwise of the last whole day, week or quarter.",
    )
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField("next", null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active=False) | Q(next_at__isnull=False),
                name="analytics_schedule_next",
                violation_error_message="An active schedule says when it is due next.",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(active=True), name="analytics_schedule_due"),
        ]

    def __str__(self):
        return self.name

    @property
    def addresses(self) -> list[str]:
        return list(dict.fromkeys(self.recipients.split()))

    @property
    def rhythm(self) -> str:
        """``daily at 18:00``, ``Mondays at 07:00``, ``on each quarter's first day at 08:00``."""
        days = {
            ReportKind.DAILY: "daily",
            ReportKind.WEEKLY: f"{Weekday(self.weekday).label}s",
            ReportKind.EXECUTIVE: "on each quarter's first day",
        }
        return f"{days[ReportKind(self.kind)]} at {self.at:%H:%M}, {self.time_zone}"

    def clean(self):
        if not (self.recipients or "").split():
            raise ValidationError({"recipients": "Give at least one address."})


class RunQuerySet(OwnedQuerySet):
    """Runs to be sent, and those whose failure nobody has seen to."""

    def due(self, now):
        return self.filter(state=RunState.WAITING, next_attempt_at__lte=now)

    def alarming(self):
        """Failed for good, and nobody has said that they know."""
        return self.filter(state=RunState.FAILED, seen_at=None)

    def newest_first(self):
        return self.order_by("-due_at", "-id")


class ReportRun(models.Model):
    """One report to be sent, or sent. ``document`` is frozen when it is first made, and never made again.

    ``due_at`` is the schedule's occurrence, or when somebody asked for it. The rest repeats the schedule as it
    was then, so that the log stays true.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "rep"))
    schedule = models.ForeignKey(
        ReportSchedule, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="report_runs")
    requested_by = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=ReportKind)
    time_zone = models.CharField(max_length=60)
    running = models.BooleanField(default=False)
    recipients = models.TextField()
    formats = models.JSONField(default=list)
    due_at = models.DateTimeField()
    document = models.JSONField(null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.CharField(max_length=200, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "sent report"
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "due_at"],
                name="analytics_run_once",
                violation_error_message="This occurrence has its report already.",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.WAITING, next_attempt_at__isnull=False, sent_at=None)
                | Q(state=RunState.SENT, next_attempt_at=None, sent_at__isnull=False, document__isnull=False)
                | Q(state=RunState.FAILED, next_attempt_at=None, sent_at=None) & ~Q(error=""),
                name="analytics_run_state",
                violation_error_message="What was sent says when and what, what failed says why.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="analytics_run_due",
            ),
            models.Index(F("due_at").desc(), F("id").desc(), name="analytics_run_newest"),
        ]

    def __str__(self):
        return self.title or f"{self.get_kind_display()}, due {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def addresses(self) -> list[str]:
        return self.recipients.split()


class ActionItemQuerySet(models.QuerySet):
    """Items belong to a team, or to everybody."""

    def visible_to(self, actor: Actor):
        """Those of everybody, and those of the own teams; all for who sees all figures."""
        if actor.is_any(Role.ADMIN, Role.ANALYST):
            return self
        agent = getattr(actor.user, "agent", None)
        if agent is None or not actor.is_any(Role.SUPERVISOR):
            return self.none()
        return self.of_teams(agent.team_ids)

    def of_teams(self, teams):
        """``teams`` None: of all."""
        return self if teams is None else self.filter(Q(team=None) | Q(team__in=teams))

    def in_report(self, kind, first, before):
        """What was added to the report that begins on ``first``, and what is still open from earlier ones.

        ``before``: open at that moment.
        """
        still_open = Q(done_at=None) | Q(done_at__gte=before)
        return self.filter(Q(first_day=first) | Q(first_day__lt=first) & still_open, kind=kind)


class ActionItem(models.Model):
    """What somebody wants done after reading a report: ``kind`` and ``first_day`` say which."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "item"))
    kind = models.CharField("report", max_length=20, choices=ReportKind)
    first_day = models.DateField("of the report from")
    team = models.ForeignKey(
        "agents.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Everybody's when empty.",
    )
    text = models.CharField("what", max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="report_items"
    )
    due = models.DateField(null=True, blank=True)
    added_by = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.CharField(max_length=200, blank=True, editable=False)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = [F("due").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="analytics_item_done",
                violation_error_message="What is done says when and by whom.",
            )
        ]
        indexes = [models.Index(fields=["kind", "first_day"], name="analytics_item_report")]

    def __str__(self):
        return self.text
