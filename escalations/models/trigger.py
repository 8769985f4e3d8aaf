from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from agents.enums import Level
from escalations.enums import ConditionField, ContextKind, Operator, Priority, Reason
from escalations.validators import (
    HANDOFF_FIELDS,
    spoken_condition,
    validate_condition,
    validate_groups,
    validate_handoff_message,
)
from escalations.validators.conditions import MAX_ARGUMENT_LENGTH
from helpninja.common.validators import validate_string_list
from helpninja.common.versions import Versions

HANDOFF_HELP = f"What the customer reads. It may name {', '.join(f'{{{name}}}' for name in HANDOFF_FIELDS)}."


class Topic(models.Model):
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    team = models.ForeignKey(
        "agents.Team",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="topics",
        help_text="Who works on it; Support when empty.",
    )
    skill = models.ForeignKey(
        "agents.Skill",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="topics",
        help_text="What it takes to work on it: routing prefers those who have it.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class TriggerRuleQuerySet(models.QuerySet):
    def for_evaluation(self):
        """Active rules in their order, with all that compiling reads: two queries however many rules."""
        return (
            self.filter(active=True)
            .order_by("order", "id")
            .select_related("topic", "preferred_skill", "required_skill", "team")
            .prefetch_related("conditions")
        )


class TriggerRule(models.Model):
    """When it fires, the conversation goes to a person. The first rule in order that fires decides."""

    name = models.CharField(max_length=120, unique=True)
    order = models.PositiveIntegerField(default=100, db_index=True)
    active = models.BooleanField(default=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    reason = models.CharField(max_length=30, choices=Reason)
    topic = models.ForeignKey(
        Topic,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Otherwise the conversation's own topic.",
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.MEDIUM)
    priority_by_plan = models.JSONField(
        default=dict, blank=True, help_text='Plans that differ, such as {"enterprise": "high"}.'
    )
    handoff_message = models.CharField(
        max_length=500, blank=True, validators=[validate_handoff_message], help_text=HANDOFF_HELP
    )
    preferred_level = models.PositiveSmallIntegerField(choices=Level, null=True, blank=True)
    required_level = models.PositiveSmallIntegerField(choices=Level, null=True, blank=True)
    preferred_skill = models.ForeignKey(
        "agents.Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    required_skill = models.ForeignKey(
        "agents.Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey("agents.Team", on_delete=models.PROTECT, null=True, blank=True)
    context = models.JSONField(
        "context to show", default=list, blank=True, validators=[validate_string_list],
        help_text=f"Of {', '.join(ContextKind.values)}.",
    )  # fmt: skip

    cooldown_minutes = models.PositiveIntegerField(
        "cool-down in minutes",
        default=0,
        help_text="So long it stays quiet after an escalation of the same conversation has ended.",
    )

    error = models.CharField(max_length=300, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TriggerRuleQuerySet.as_manager()
    history = Versions("conditions", without=("error", "failing_since"))

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")),
                name="escalations_trigger_period",
                violation_error_message="The rule must end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(error="", failing_since=None) | (~Q(error="") & Q(failing_since__isnull=False)),
                name="escalations_trigger_failing",
                violation_error_message="A failing rule has both its error and the time since when.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean_parts(self):
        validate_groups(self.conditions.values_list("group", "field"))


class TriggerCondition(models.Model):
    """Conditions of one group must all hold; the rule fires when one of its groups holds."""

    rule = models.ForeignKey(TriggerRule, on_delete=models.CASCADE, related_name="conditions")
    group = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    field = models.CharField(max_length=30, choices=ConditionField)
    argument = models.CharField(
        "of what", max_length=MAX_ARGUMENT_LENGTH, blank=True, help_text="An attribute's name, or how many."
    )
    operator = models.CharField(max_length=30, choices=Operator)
    value = models.JSONField(
        null=True, blank=True, help_text='A number, or a list of texts such as ["refund", "chargeback"].'
    )

    class Meta:
        ordering = ["group", "id"]

    def __str__(self):
        return spoken_condition(self.field, self.operator, self.value, self.argument)

    def clean(self):
        if self.field in ConditionField.values and self.operator in Operator.values:
            validate_condition(self.field, self.operator, self.value, self.argument)


class TriggerRevision(models.Model):
    """One row that counts the changes of the rules: whoever has compiled revision n need not look again."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self):
        return str(self.number)
