"""Programmes that are to make escalations of one kind rarer, and what they are measured against."""

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from escalations.enums import Reason
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from quality.enums import ENDED, InitiativeStatus, TargetKind


class InitiativeQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Figures: all for admins and analysts; for supervisors those of their teams and of everybody."""
        if actor.is_any(Role.ADMIN, Role.ANALYST):
            return self
        if actor.is_any(Role.SUPERVISOR):
            return self.exclude(self._of_others(actor) & ~self._of_own(actor) & ~Q(owner=actor.user))
        return self.none()

    def led_by(self, actor: Actor):
        """Who changes it: admins all, supervisors what is of their teams alone, and what they own."""
        if actor.is_any(Role.ADMIN):
            return self
        if actor.is_any(Role.SUPERVISOR):
            return self.filter((self._of_own(actor) & ~self._of_others(actor)) | Q(owner=actor.user))
        return self.none()

    def _of_own(self, actor: Actor) -> Q:
        return Q(models.Exists(_teams_of_it().filter(team__in=_own_teams(actor))))

    def _of_others(self, actor: Actor) -> Q:
        return Q(models.Exists(_teams_of_it().exclude(team__in=_own_teams(actor))))


def _teams_of_it() -> models.QuerySet:
    return Initiative.teams.through.objects.filter(initiative=models.OuterRef("pk"))


def _own_teams(actor: Actor) -> frozenset[int]:
    agent = getattr(actor.user, "agent", None)
    return agent.team_ids if agent is not None else frozenset()


class Initiative(models.Model):
    """``actions.initiatives`` alone writes ``status`` and, when it starts, the state that it starts from.

    ``baseline_*`` are counts of the half-open window [baseline_from, baseline_to), taken once: the escalations
    that the target means, all escalations of its teams, and all conversations. They never change afterwards.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "ini"))
    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)
    teams = models.ManyToManyField(
        "agents.Team", blank=True, related_name="initiatives", help_text="Whose escalations; all when empty."
    )
    reason = models.CharField(max_length=30, choices=Reason, blank=True)
    topic = models.ForeignKey(
        "escalations.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="initiatives"
    )
    trigger_rule = models.ForeignKey(
        "escalations.TriggerRule", on_delete=models.PROTECT, null=True, blank=True, related_name="initiatives"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="initiatives"
    )
    cost = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="Of all of it, in US dollars."
    )
    starts_on = models.DateField("planned start")
    ends_on = models.DateField("planned end", help_text="By then the whole effect is expected.")
    target_kind = models.CharField("target in", max_length=10, choices=TargetKind, default=TargetKind.SHARE)
    target_value = models.DecimalField("target", max_digits=7, decimal_places=1, validators=[MinValueValidator(0)])
    expected_fewer = models.PositiveIntegerField(
        "expected effect",
        validators=[MinValueValidator(1)],
        help_text="Fewer escalations in 30 days, once it is complete.",
    )
    baseline_days = models.PositiveSmallIntegerField(
        "days of the baseline",
        default=30,
        validators=[MinValueValidator(7)],
        help_text="So many days before the start say how things were.",
    )

    status = models.CharField(
        max_length=10, choices=InitiativeStatus, default=InitiativeStatus.PLANNED, editable=False, db_index=True
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    baseline_from = models.DateTimeField(null=True, blank=True, editable=False)
    baseline_to = models.DateTimeField(null=True, blank=True, editable=False)
    baseline_targeted = models.PositiveIntegerField(null=True, blank=True, editable=False)
    baseline_escalations = models.PositiveIntegerField(null=True, blank=True, editable=False)
    baseline_conversations = models.PositiveIntegerField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") | Q(topic__isnull=False) | Q(trigger_rule__isnull=False),
                name="quality_initiative_target",
                violation_error_message="Say which escalations it means: a reason, a topic or a trigger rule.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="quality_initiative_period",
                violation_error_message="The planned end must come after the planned start.",
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0),
                name="quality_initiative_cost_positive",
                violation_error_message="The cost can't be negative.",
            ),
            models.CheckConstraint(
                condition=Q(target_kind=TargetKind.COUNT) | Q(target_value__lte=100),
                name="quality_initiative_percent",
                violation_error_message="A target in percent is at most 100.",
            ),
            models.CheckConstraint(
                condition=Q(
                    started_at=None,
                    baseline_from=None,
                    baseline_to=None,
                    baseline_targeted=None,
                    baseline_escalations=None,
                    baseline_conversations=None,
                )
                | Q(
                    started_at__isnull=False,
                    baseline_from__isnull=False,
                    baseline_to__isnull=False,
                    baseline_targeted__isnull=False,
                    baseline_escalations__isnull=False,
                    baseline_from__lt=F("baseline_to"),
                    baseline_targeted__lte=F("baseline_escalations"),
                    baseline_conversations__isnull=False,
                ),
                name="quality_initiative_baseline",
                violation_error_message="What has started has the whole state that it started from.",
            ),
            models.CheckConstraint(
                condition=Q(status=InitiativeStatus.PLANNED, started_at=None, ended_at=None)
                | Q(status=InitiativeStatus.RUNNING, started_at__isnull=False, ended_at=None)
                | Q(status=InitiativeStatus.DONE, started_at__isnull=False, ended_at__isnull=False)
                | Q(status=InitiativeStatus.ABANDONED, ended_at__isnull=False),
                name="quality_initiative_status_times",
                violation_error_message="The status does not fit the times of start and end.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    @property
    def target_parts(self) -> list[str]:
        """Which escalations it means, in words: all parts must hold."""
        reason = self.get_reason_display() if self.reason else ""
        return [part for part in (reason, *map(str, filter(None, (self.topic, self.trigger_rule)))) if part]

    def clean(self):
        if self.target_kind == TargetKind.REDUCTION and not self.target_value:
            raise ValidationError({"target_value": "A reduction is more than 0 percent."})


class InitiativeStep(models.Model):
    """One line of what is done for it."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "step"))
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="initiative_steps"
    )
    due = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = [F("due").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="quality_step_done",
                violation_error_message="A step that is done says when and by whom.",
            )
        ]

    def __str__(self):
        return self.text
