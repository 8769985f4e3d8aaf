"""How urgent: the base by rules, and what is added to it."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from billing.models import Plan
from escalations.enums import MEASURED_ADJUSTMENTS, AdjustmentKind, Priority, PriorityField
from escalations.models.trigger import Topic
from escalations.validators import validate_priority_values
from helpninja.common.versions import Versions

MOST = Priority.CRITICAL - Priority.LOW


class PriorityRuleQuerySet(models.QuerySet):
    def for_evaluation(self):
        """Active rules in their order, with their conditions: two queries however many rules."""
        return self.filter(active=True).order_by("order", "id").prefetch_related("conditions")


class PriorityRule(models.Model):
    """The base priority of what it applies to. The first rule in order that applies decides."""

    name = models.CharField(max_length=120, unique=True)
    order = models.PositiveIntegerField(default=100, db_index=True)
    active = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PriorityRuleQuerySet.as_manager()
    history = Versions("conditions")

    class Meta:
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class PriorityCondition(models.Model):
    """Holds for any of its values. Conditions of one group must all hold; one group is enough."""

    rule = models.ForeignKey(PriorityRule, on_delete=models.CASCADE, related_name="conditions")
    group = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    field = models.CharField(max_length=20, choices=PriorityField)
    values = models.JSONField(help_text='Such as ["pro", "agency"].')

    class Meta:
        ordering = ["group", "id"]

    def __str__(self):
        return f"{self.get_field_display()} is one of {', '.join(map(str, self.values))}"

    def clean(self):
        if self.field not in PriorityField.values:
            return
        validate_priority_values(self.field, self.values)
        unknown = set(self.values) - self._known()
        if unknown:
            raise ValidationError({"values": f"Unknown {self.field}: {', '.join(sorted(unknown))}."})

    def _known(self):
        """What there is to choose from: plans and topics; of the others anything may come."""
        match self.field:
            case PriorityField.PLAN:
                return set(Plan.objects.values_list("code", flat=True))
            case PriorityField.TOPIC:
                return set(Topic.objects.values_list("slug", flat=True))
        return set(self.values)


class PriorityAdjustment(models.Model):
    """Levels added to the base, whatever the base and the other adjustments are."""

    kind = models.CharField(max_length=20, choices=AdjustmentKind)
    active = models.BooleanField(default=True)
    levels = models.SmallIntegerField(
        default=1,
        validators=[MinValueValidator(-MOST), MaxValueValidator(MOST)],
        help_text="1 raises by one level, -1 lowers by one.",
    )
    threshold = models.FloatField(
        null=True,
        blank=True,
        help_text="Wait: applies from so many minutes on. Load: above so many waiting per available agent.",
    )
    only_up_to = models.PositiveSmallIntegerField(
        choices=Priority,
        null=True,
        blank=True,
        help_text="What lowers leaves alone a base above this level.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = Versions()

    class Meta:
        ordering = ["kind", "threshold", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "threshold"],
                name="escalations_adjustment_once",
                violation_error_message="There is an adjustment with this threshold already.",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(threshold=None),
                name="escalations_adjustment_once_without",
                violation_error_message="There is such an adjustment already.",
            ),
            models.CheckConstraint(
                condition=Q(levels__range=(-MOST, MOST)) & ~Q(levels=0),
                name="escalations_adjustment_levels",
                violation_error_message=f"It raises or lowers by 1 to {MOST} levels.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MEASURED_ADJUSTMENTS, threshold__isnull=False, threshold__gte=0)
                | (~Q(kind__in=MEASURED_ADJUSTMENTS) & Q(threshold=None)),
                name="escalations_adjustment_threshold",
                violation_error_message="Waiting and load need a threshold of 0 or more, the others none.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AdjustmentKind.WAIT) | Q(levels__gt=0),
                name="escalations_adjustment_wait_raises",
                violation_error_message="Waiting only raises.",
            ),
            models.CheckConstraint(
                condition=Q(only_up_to=None) | Q(levels__lt=0),
                name="escalations_adjustment_spares",
                violation_error_message="Only what lowers can be limited to bases up to a level.",
            ),
        ]

    def __str__(self):
        match self.kind:
            case AdjustmentKind.WAIT:
                return f"Waiting for {self.threshold or 0:g} min"
            case AdjustmentKind.LOAD:
                return f"More than {self.threshold or 0:g} waiting per available agent"
        return self.get_kind_display()


class PriorityRevision(models.Model):
    """One row that counts the changes of rules and adjustments, as TriggerRevision does for triggers."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self):
        return str(self.number)
