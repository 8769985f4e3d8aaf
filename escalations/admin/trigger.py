from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from billing.models import Plan
from escalations.actions.rules import publish, retire
from escalations.admin import shown
from escalations.admin.access import RULE_READERS
from escalations.admin.resources import TriggerRuleResource
from escalations.enums import ContextKind, Operator
from escalations.models import TriggerCondition, TriggerRule
from escalations.validators import NUMBERS, validate_priority_by_plan
from helpninja.common.admin import LEADERS, PolicyTabularInline, ScopedFilter
from helpninja.common.versioned_admin import VersionedAdmin


class TypedField(forms.CharField):
    """Browsers send other line ends than were given to them, which is no change."""

    def to_python(self, value):
        return "\n".join((super().to_python(value) or "").splitlines())


class ConditionForm(forms.ModelForm):
    """``value`` is typed as people write it: a number, or one text a line."""

    value = TypedField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "placeholder": "0.4, or one text a line"}),
        max_length=50_000,
    )

    class Meta:
        model = TriggerCondition
        fields = ("group", "field", "operator", "value")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        value = self.instance.value
        if value is not None:
            self.initial["value"] = "\n".join(map(str, value)) if isinstance(value, list) else str(value)

    def clean(self):
        data = super().clean() or self.cleaned_data
        if {"field", "operator", "value"} <= data.keys():
            data["value"] = typed_value(data["operator"], data["value"])
        return data


def typed_value(operator, text):
    """What was typed, as the rule keeps it; text that is no number stays text for the validator to refuse."""
    if operator not in NUMBERS:
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


class ConditionFormSet(PolicyTabularInline.formset):  # type: ignore[name-defined]  # a class in an attribute
    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if not any(not self._should_delete_form(form) for form in kept):
            raise ValidationError("A rule needs at least one condition: without one it never fires.")


class ConditionInline(PolicyTabularInline):
    model = TriggerCondition
    editors = LEADERS
    form = ConditionForm
    formset = ConditionFormSet
    fields = ("group", "field", "operator", "value")
    hide_title = True
    template_before = "admin/escalations/condition_help.html"

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class RuleForm(forms.ModelForm):
    context = forms.MultipleChoiceField(
        label="Context to show",
        choices=ContextKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="What the agent sees beside the transcript.",
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
            "preferred_level",
            "required_level",
            "context",
            "valid_from",
            "valid_to",
            "order",
        )

    def clean_priority_by_plan(self):
        value = self.cleaned_data["priority_by_plan"] or {}
        validate_priority_by_plan(value, set(Plan.objects.values_list("code", flat=True)))
        return value


@admin.register(TriggerRule)
class TriggerRuleAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    open_choices = frozenset({"team"})  # which teams there are is no secret to those who route work to them
    resource_classes = (TriggerRuleResource,)

    # List
    list_display = ("name", "shown_conditions", "reason", "topic", "shown_priority", "active", "version")
    list_filter = (
        ("active", BooleanRadioFilter),
        ("reason", ChoicesDropdownFilter),
        ("topic", ScopedFilter),
    )
    list_select_related = ("topic",)
    search_fields = ("name", "handoff_message")
    search_help_text = "The first rule in this order that fires decides: drag the rows, then save"
    ordering = ("order", "id")
    ordering_field = "order"
    hide_ordering_field = True

    # Form
    form = RuleForm
    inlines = (ConditionInline,)
    readonly_fields = ("version",)
    fieldsets = (
        (None, {"fields": (("name", "active"), ("reason", "priority"), "topic", "handoff_message")}),
        (
            "Who should take it",
            {"fields": (("team", "preferred_skill"), ("preferred_level", "required_level")), "classes": ("tab",)},
        ),
        (
            "More",
            {
                "fields": ("context", "priority_by_plan", ("valid_from", "valid_to"), ("order", "version")),
                "classes": ("tab",),
            },
        ),
    )

    def scope(self, queryset, actor):
        return queryset.prefetch_related("conditions")

    def get_list_display(self, request):
        """Only those who may change the order get its column, by which the rows are dragged."""
        return super().get_list_display(request) if self.has_change_permission(request) else self.list_display

    @display(description="fires when")
    def shown_conditions(self, rule):
        groups: dict[int, list[str]] = {}
        for condition in rule.conditions.all():
            groups.setdefault(condition.group, []).append(spoken(condition))
        return ", or ".join(" and ".join(texts) for _, texts in sorted(groups.items())) or "never"

    @display(description="priority", ordering="priority", label=shown.PRIORITY_COLOURS)
    def shown_priority(self, rule):
        return rule.get_priority_display()

    def publish(self, row, *, by, now, why=""):
        publish(rule=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(rules=rows, by=by, now=now)


def spoken(condition):
    """``AI confidence is below 0.4``; of long lists of texts only the first."""
    value = condition.value
    if isinstance(value, list):
        more = f" and {len(value) - 3} more" if len(value) > 3 else ""
        value = ", ".join(f"“{text}”" for text in value[:3]) + more
    field = condition.get_field_display().removesuffix(" (this answer)")
    return f"{field} {Operator(condition.operator).label} {value}"
