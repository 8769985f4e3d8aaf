"""How candidates are weighed, and each choice with all that it was made from."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from escalations.enums import RoutingFactor
from escalations.validators import validate_weights
from helpninja.common.versions import Versions


def _percent(default: int) -> models.PositiveSmallIntegerField:
    most = MaxValueValidator(100)
    return models.PositiveSmallIntegerField(default=default, validators=[most], help_text="Percent.")


class RoutingWeightsQuerySet(models.QuerySet):
    def for_team(self, team_id):
        """The team's own row, otherwise the one for all teams, otherwise None."""
        return self.filter(Q(team=team_id) | Q(team=None)).order_by(F("team").asc(nulls_last=True)).first()


class RoutingWeights(models.Model):
    """Percent of each factor in a routing score; the row without a team is for all that have none of their own."""

    team = models.OneToOneField(
        "agents.Team",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="routing_weights",
        help_text="Empty: for every team without weights of its own.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    specialization = _percent(35)
    workload = _percent(25)
    customer = _percent(20)
    performance = _percent(15)
    availability = _percent(5)

    history = Versions()
    objects = RoutingWeightsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "routing weights"
        ordering = [F("team").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                Coalesce("team", Value(0)),
                name="escalations_weights_one_a_team",
                violation_error_message="There are weights for this already.",
            ),
            models.CheckConstraint(
                condition=Q(
                    specialization=100 - F("workload") - F("customer") - F("performance") - F("availability")
                ),
                name="escalations_weights_sum",
                violation_error_message="The five weights must add up to 100.",
            ),
        ]

    def __str__(self):
        return str(self.team or "All teams")

    def clean(self):
        validate_weights({factor.value: getattr(self, factor.value) for factor in RoutingFactor})


class RoutingDecision(models.Model):
    """Who should take an escalation, as it was decided; ``decisions.routing.replay`` decides it again.

    ``inputs`` is all that was known, ``candidates`` (best first) and ``exclusions`` all that followed from it.
    Written once, never changed.
    """

    escalation = models.ForeignKey("Escalation", on_delete=models.CASCADE, related_name="routing_decisions")
    decided_at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    choice = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    backup = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    score = models.FloatField(null=True, blank=True)
    backup_score = models.FloatField(null=True, blank=True)
    weights = models.JSONField()
    candidates = models.JSONField()
    exclusions = models.JSONField()
    inputs = models.JSONField()
    because = models.JSONField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["escalation", "-id"], name="escalations_routing_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice=None, score=None) | Q(choice__isnull=False, score__range=(0, 1)),
                name="escalations_routing_choice_score",
                violation_error_message="A choice has its score, between 0 and 1.",
            ),
            models.CheckConstraint(
                condition=Q(backup=None, backup_score=None)
                | Q(backup__isnull=False, choice__isnull=False, backup_score__lte=F("score")),
                name="escalations_routing_backup_second",
                violation_error_message="A backup scores no more than the choice.",
            ),
        ]

    def __str__(self):
        return self.because.get("text", "")

    @property
    def tie_break(self) -> str:
        """What set the choice before an equal; empty where the score did."""
        return self.because["tie_break"]

    @property
    def failed(self) -> dict[str, int]:
        """How many agents failed each requirement."""
        return self.because["failed"]
