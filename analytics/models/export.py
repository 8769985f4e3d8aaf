"""Rows that somebody takes away: what was asked for, and what has been written of it."""

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from analytics.enums import ExportState, ExportSubject
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from helpninja.common.validators import validate_time_zone
from helpninja.common.windows import Window, window_text

UNFINISHED_STATES = (ExportState.QUEUED, ExportState.RUNNING)


class ExportQuerySet(models.QuerySet):
    """Of people their own, of keys what the key asked for."""

    def unfinished(self):
        return self.filter(state__in=UNFINISHED_STATES)

    def owned_by(self, actor: Actor):
        return self.filter(key=actor.key) if actor.key is not None else self.filter(owner=actor.user)

    def visible_to(self, actor: Actor):
        """One's own; admins see all."""
        return self if actor.is_any(Role.ADMIN) else self.owned_by(actor)


class Export(models.Model):
    """A row for each escalation or conversation that a metric counts in ``[start, end)``, as of ``requested_at``.

    ``filters`` are those of the figures, and bound whose work it holds. ``columns`` (key, title, whether they are
    of moments) are set when its writing begins; ``done`` of the ``total`` rows are in its parts. ``attempt``
    counts the jobs that took it up: only the latest may write.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "exp"))
    subject = models.CharField("rows", max_length=20, choices=ExportSubject)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="exports"
    )
    key = models.ForeignKey(
        "common.ApiKey", on_delete=models.CASCADE, null=True, blank=True, related_name="exports"
    )
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    filters = models.JSONField(default=dict)
    filters_text = models.CharField(max_length=500, blank=True)

    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    columns = models.JSONField(default=list)
    attempt = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    progress_at = models.DateTimeField(null=True, blank=True, help_text="When its job last gave a sign of life.")
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When it is removed.")
    error = models.CharField(max_length=500, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="analytics_export_window",
                violation_error_message="The window must end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(owner=None, key__isnull=False) | Q(owner__isnull=False, key=None),
                name="analytics_export_of_one",
                violation_error_message="An export is a person's or a key's.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED_STATES, finished_at=None, expires_at=None)
                | (~Q(state__in=UNFINISHED_STATES) & Q(finished_at__isnull=False, expires_at__isnull=False)),
                name="analytics_export_finished",
                violation_error_message="Only an export that is over says when it ended and how long it is kept.",
            ),
            models.CheckConstraint(
                condition=(Q(state=ExportState.FAILED) & ~Q(error=""))
                | (~Q(state=ExportState.FAILED) & Q(error="")),
                name="analytics_export_error",
                violation_error_message="What failed says why.",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-requested_at"], name="analytics_export_owner"),
            models.Index(fields=["expires_at"], name="analytics_export_expires"),
            models.Index(
                fields=["progress_at"], condition=Q(state__in=UNFINISHED_STATES), name="analytics_export_open"
            ),
        ]

    def __str__(self):
        return f"{self.get_subject_display()} {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"

    @property
    def window(self) -> Window:
        return Window(self.start, self.end, self.time_zone)

    @property
    def window_text(self) -> str:
        return window_text(self.window)

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED_STATES

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class ExportPart(models.Model):
    """Some of an export's rows, in the order of their ids up to ``last_id``, which whoever goes on begins behind.

    It is in the database so that web and worker need no disk in common. ``content``: a JSON array a line,
    deflated. What belongs to no row is the last part, without a ``last_id``.
    """

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    last_id = models.BigIntegerField(null=True, blank=True)
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="analytics_exportpart_number"),
        ]

    def __str__(self):
        return f"{self.export_id}: part {self.number}"
