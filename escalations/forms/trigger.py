"""A trigger rule and its conditions, as people type them."""

from django import forms
from django.template.loader import render_to_string
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from billing.models import Plan
from escalations.enums import ContextKind, Priority
from escalations.models import TriggerCondition, TriggerRule
from escalations.validators import NUMBERS, PATTERNS, WITHOUT_VALUE, validate_priority_by_plan


class TypedField(forms.CharField):
    """Browsers send other line ends than were given to them, which is no change."""

    def to_python(self, value):
        return "\n".join((super().to_python(value) or "").splitlines())


class ConditionForm(forms.ModelForm):
    """``value`` is typed as people write it: a number, a pattern, or one text a line."""

    value = TypedField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 1, "class": "hn-value"}), max_length=50_000, required=False
    )

    class Meta:
        model = TriggerCondition
        fields = ("group", "field", "argument", "operator", "value")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        value = self.instance.value
        if value is not None:
            self.initial["value"] = "\n".join(map(str, value)) if isinstance(value, list) else str(value)

    def clean(self):
        data = super().clean() or self.cleaned_data
        if {"operator", "value"} <= data.keys():
            data["value"] = typed_value(data["operator"], data["value"])
        return data


def typed_value(operator, text):
    """What was typed, as the rule keeps it; text that is no number stays text for the validator to refuse."""
    if operator in WITHOUT_VALUE:
        return text.strip() or None
    if operator in PATTERNS:
        return text
    if operator not in NUMBERS:
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


class PriorityByPlanWidget(forms.Widget):
    """A choice for each plan. Its name is the field's with the plan's code."""

    plans: list[tuple[str, str]] = []

    def value_from_datadict(self, data, files, name):
        chosen = {code: data.get(f"{name}_{code}") for code, _ in self.plans}
        return {code: priority for code, priority in chosen.items() if priority}

    def value_omitted_from_data(self, data, files, name):
        return not any(f"{name}_{code}" in data for code, _ in self.plans)

    def render(self, name, value, attrs=None, renderer=None):
        choices = [("", "As the rule's"), *((priority.code, priority.label) for priority in reversed(Priority))]
        select, value = UnfoldAdminSelectWidget(choices=choices), value or {}
        names = [(f"{name}_{code}", code, label) for code, label in self.plans]
        lines = [
            (f"id_{one}", label, select.render(one, value.get(code, ""), {"id": f"id_{one}"}))
            for one, code, label in names
        ]
        return render_to_string("admin/escalations/priority_by_plan.html", {"lines": lines})


class PriorityByPlanField(forms.Field):
    widget = PriorityByPlanWidget

    def has_changed(self, initial, data):
        return (initial or {}) != (data or {})


class RuleForm(forms.ModelForm):
    context = forms.MultipleChoiceField(
        label="Context to show",
        choices=ContextKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="What the agent sees beside the transcript.",
    )
    priority_by_plan = PriorityByPlanField(
        label="Priority by plan", required=False, help_text="Of the customers of some plans, where it differs."
    )

    class Meta:
        model = TriggerRule
        fields = (
            "name",
            "active",
            "reason",
            "topic",
            "priority",
            "priority_by_plan",
            "handoff_message",
            "team",
            "preferred_skill",
            "required_skill",
            "preferred_level",
            "required_level",
            "context",
            "cooldown_minutes",
            "valid_from",
            "valid_to",
            "order",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "priority_by_plan" in self.fields:
            self.fields["priority_by_plan"].widget.plans = list(Plan.objects.values_list("code", "name"))

    def clean_priority_by_plan(self):
        value = self.cleaned_data["priority_by_plan"] or {}
        validate_priority_by_plan(value, set(Plan.objects.values_list("code", flat=True)))
        return value
