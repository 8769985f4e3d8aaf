from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from escalations.actions.priority import publish, retire
from escalations.admin import shown
from escalations.admin.access import RULE_READERS
from escalations.admin.resources import PriorityAdjustmentResource, PriorityRuleResource
from escalations.models import PriorityAdjustment, PriorityCondition, PriorityRule
from helpninja.common.admin import LEADERS, PolicyTabularInline
from helpninja.common.versioned_admin import VersionedAdmin


class LinesField(forms.CharField):
    """A list of texts, typed one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4, "placeholder": "One a line"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value) or ""
        if "\x00" in text:
            raise ValidationError("Null characters are not allowed.")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial, data):
        try:
            return (initial or []) != self.to_python(data)
        except ValidationError:
            return True


class ConditionForm(forms.ModelForm):
    values = LinesField()

    class Meta:
        model = PriorityCondition
        fields = ("group", "field", "values")


class ConditionFormSet(PolicyTabularInline.formset):  # type: ignore[name-defined]  # a class in an attribute
    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if not any(not self._should_delete_form(form) for form in kept):
            raise ValidationError("A rule needs at least one condition: without one it never applies.")


class ConditionInline(PolicyTabularInline):
    model = PriorityCondition
    editors = LEADERS
    form = ConditionForm
    formset = ConditionFormSet
    fields = ("group", "field", "values")
    hide_title = True
    template_before = "admin/escalations/priority_help.html"

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class PriorityAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS

    def publish(self, row, *, by, now, why=""):
        publish(row=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(rows=rows, by=by, now=now)


@admin.register(PriorityRule)
class PriorityRuleAdmin(PriorityAdmin):
    resource_classes = (PriorityRuleResource,)

    # List
    list_display = ("name", "shown_conditions", "shown_priority", "active", "version")
    list_filter = (("active", BooleanRadioFilter), ("priority", ChoicesDropdownFilter))
    search_fields = ("name",)
    search_help_text = "The first rule in this order that applies decides: drag the rows, then save"
    ordering = ("order", "id")
    ordering_field = "order"
    hide_ordering_field = True

    # Form
    inlines = (ConditionInline,)
    readonly_fields = ("version",)
    fieldsets = ((None, {"fields": (("name", "active"), "priority", ("order", "version"))}),)

    def scope(self, queryset, actor):
        return queryset.prefetch_related("conditions")

    def get_list_display(self, request):
        """Only those who may change the order get its column, by which the rows are dragged."""
        return super().get_list_display(request) if self.has_change_permission(request) else self.list_display

    @display(description="applies when")
    def shown_conditions(self, rule):
        groups: dict[int, list[str]] = {}
        for condition in rule.conditions.all():
            groups.setdefault(condition.group, []).append(spoken(condition))
        return ", or ".join(" and ".join(texts) for _, texts in sorted(groups.items())) or "never"

    @display(description="priority", ordering="priority", label=shown.PRIORITY_COLOURS)
    def shown_priority(self, rule):
        return rule.get_priority_display()


@admin.register(PriorityAdjustment)
class PriorityAdjustmentAdmin(PriorityAdmin):
    resource_classes = (PriorityAdjustmentResource,)

    # List
    list_display = ("shown_name", "shown_levels", "only_up_to", "active", "version")
    list_editable = ("active",)
    list_filter = (("active", BooleanRadioFilter), ("kind", ChoicesDropdownFilter))
    search_fields = ("kind",)
    ordering = ("kind", "threshold", "id")

    # Form
    readonly_fields = ("version",)
    fieldsets = ((None, {"fields": (("kind", "active"), ("levels", "threshold"), ("only_up_to", "version"))}),)

    @display(description="adjustment", ordering="kind")
    def shown_name(self, adjustment):
        return str(adjustment)

    @display(description="levels", ordering="levels")
    def shown_levels(self, adjustment):
        return f"{adjustment.levels:+d}"


def spoken(condition):
    """``Plan pro or agency``; of long lists only the first."""
    more = f" or {len(condition.values) - 3} more" if len(condition.values) > 3 else ""
    return f"{condition.get_field_display()} {' or '.join(f'“{text}”' for text in condition.values[:3])}{more}"
