from functools import partial

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from helpninja.common.validators import validate_time_zone


class BacktestState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED_STATES = (BacktestState.QUEUED, BacktestState.RUNNING)


class BacktestQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=UNFINISHED_STATES)

    def visible_to(self, actor: Actor):
        """Its figures are of all its teams together, so whoever reads them belongs to all of them."""
        if actor.is_any(Role.ADMIN):
            return self
        agent = getattr(actor.user, "agent", None)
        if agent is None or not actor.is_any(Role.SENIOR_AGENT, Role.SUPERVISOR):
            return self.none()
        elsewhere = Backtest.teams.through.objects.exclude(team__in=agent.team_ids).values("backtest")
        return self.exclude(pk__in=elsewhere)


class Backtest(models.Model):
    """One replay of a rule, as it then was or with an edit, on the conversations started in ``[start, end)``.

    ``tested`` says what was replayed: the rule's reason, topic and conditions. ``teams`` bound whose work was
    looked at. ``attempt`` counts the jobs that took it up: only the latest may write.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "bt"))
    rule = models.ForeignKey("TriggerRule", on_delete=models.CASCADE, related_name="backtests")
    rule_version = models.PositiveIntegerField()
    is_edit = models.BooleanField(
        "an edit", default=False, help_text="Not what the version says, but a change of it."
    )
    tested = models.JSONField(default=dict)
    start = models.DateTimeField()
    end = models.DateTimeField()
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    teams = models.ManyToManyField("agents.Team", related_name="+")

    state = models.CharField(max_length=10, choices=BacktestState, default=BacktestState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField("conversations", null=True, blank=True)
    done = models.PositiveIntegerField("conversations replayed", default=0)
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField(default=timezone.now)
    progress_at = models.DateTimeField(null=True, blank=True, help_text="When its job last gave a sign of life.")
    finished_at = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    objects = BacktestQuerySet.as_manager()

    class Meta:
        verbose_name = "back-test"
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="escalations_backtest_window",
                violation_error_message="The window must end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED_STATES, finished_at=None)
                | (~Q(state__in=UNFINISHED_STATES) & Q(finished_at__isnull=False)),
                name="escalations_backtest_finished",
                violation_error_message="Only a back-test that is over says when it ended.",
            ),
            models.CheckConstraint(
                condition=Q(state=BacktestState.DONE, results__isnull=False)
                | (~Q(state=BacktestState.DONE) & Q(results__isnull=True)),
                name="escalations_backtest_results",
                violation_error_message="A back-test that is done has its results, no other has any.",
            ),
        ]
        indexes = [
            models.Index(fields=["rule", "-requested_at"], name="escalations_backtest_rule"),
            models.Index(
                fields=["progress_at"],
                condition=Q(state__in=UNFINISHED_STATES),
                name="escalations_backtest_open",
            ),
        ]

    def __str__(self):
        return f"{self.rule} {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED_STATES

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0
