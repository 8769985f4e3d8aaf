from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.forms import Script
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from billing.models import Plan
from escalations.actions.rules import publish, retire
from escalations.admin import shown
from escalations.admin.access import RULE_READERS
from escalations.admin.resources import TriggerRuleResource
from escalations.enums import ConditionField, Operator
from escalations.forms.trigger import ConditionForm, RuleForm
from escalations.models import Backtest, Escalation, Topic, TriggerCondition, TriggerRule
from escalations.policy import RULE_LEADERS
from escalations.validators import (
    FIELDS,
    NUMBERS,
    PATTERNS,
    WITHOUT_VALUE,
    spoken_condition,
    validate_groups,
)
from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, PolicyTabularInline, ScopedFilter
from helpninja.common.versioned_admin import VersionedAdmin

FIRED_WITHIN = timedelta(days=30)
BACKTESTS_SHOWN = 5
RULE_STATE_COLOURS = {"on": "success", "failing": "danger", "over": "warning", "not yet": "info"}


class ConditionFormSet(PolicyTabularInline.formset):  # type: ignore[name-defined]  # a class in an attribute
    def clean(self):
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form.cleaned_data for form in kept if not self._should_delete_form(form)]
        validate_groups([(data["group"], data["field"]) for data in kept])


class ConditionInline(PolicyTabularInline):
    model = TriggerCondition
    editors = LEADERS
    form = ConditionForm
    formset = ConditionFormSet
    fields = ("group", "field", "argument", "operator", "value")
    hide_title = True
    template_before = "admin/escalations/condition_help.html"

    class Media:
        js = (Script("escalations/conditions.js", defer=True),)

    @property
    def specs(self):
        """For the editor, so that it offers what the validator accepts."""
        known: dict[str, list[str]] = {
            ConditionField.TOPIC: list(Topic.objects.values_list("slug", flat=True)),
            ConditionField.PLAN: list(Plan.objects.values_list("code", flat=True)),
        }
        return {
            "fields": {name: spec_json(spec, known.get(name, [])) for name, spec in FIELDS.items()},
            "operators": {operator.value: {"kind": kind_of(operator)} for operator in Operator},
        }

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


def spec_json(spec, known):
    ends = [f"{end:g}" for end in (spec.lowest, spec.highest) if end is not None]
    return {
        "operators": list(spec.operators),
        "argument": spec.argument,
        "counts": spec.arguments is not None,
        "hint": spec.hint,
        "range": f"{ends[0]} to {ends[1]}" if len(ends) == 2 else "",
        "known": list(known),
    }


def kind_of(operator):
    """Of value that it takes."""
    if operator in NUMBERS:
        return "number"
    if operator in PATTERNS:
        return "pattern"
    return "none" if operator in WITHOUT_VALUE else "texts"


@admin.register(TriggerRule)
class TriggerRuleAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    open_choices = frozenset({"team"})  # which teams there are is no secret to those who route work to them
    resource_classes = (TriggerRuleResource,)

    # List
    list_display = (
        "name",
        "shown_conditions",
        "topic",
        "shown_priority",
        "shown_state",
        "shown_fired",
        "version",
    )
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
    change_form_after_template = "admin/escalations/rule_trials.html"
    readonly_fields = ("version", "shown_error")
    fieldsets = (
        (None, {"fields": (("name", "active"), ("reason", "priority"), "topic", "handoff_message")}),
        (
            "Who should take it",
            {
                "fields": (
                    ("team",),
                    ("required_skill", "preferred_skill"),
                    ("required_level", "preferred_level"),
                ),
                "classes": ("tab",),
            },
        ),
        ("Priority by plan", {"fields": ("priority_by_plan",), "classes": ("tab",)}),
        ("Context", {"fields": ("context",), "classes": ("tab",)}),
        (
            "When",
            {
                "fields": (("valid_from", "valid_to"), ("cooldown_minutes", "order"), "version"),
                "classes": ("tab",),
            },
        ),
    )

    def scope(self, queryset, actor):
        fired = Escalation.objects.visible_to(actor).filter(
            trigger_rule=OuterRef("pk"), opened_at__gte=timezone.now() - FIRED_WITHIN
        )
        count = fired.order_by().values("trigger_rule").annotate(count=Count("pk")).values("count")
        return queryset.annotate(fired=Coalesce(Subquery(count), 0)).prefetch_related("conditions")

    def get_list_display(self, request):
        """Only those who may change the order get its column, by which the rows are dragged."""
        return super().get_list_display(request) if self.has_change_permission(request) else self.list_display

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return (("Failing", {"fields": ("shown_error",)}), *fieldsets) if obj and obj.error else fieldsets

    @display(description="fires when")
    def shown_conditions(self, rule):
        groups: dict[int, list[str]] = {}
        for condition in rule.conditions.all():
            groups.setdefault(condition.group, []).append(spoken(condition))
        return ", or ".join(" and ".join(texts) for _, texts in sorted(groups.items())) or "never"

    @display(description="priority", ordering="priority", label=shown.PRIORITY_COLOURS)
    def shown_priority(self, rule):
        return rule.get_priority_display()

    @display(description="state", ordering="active", label=RULE_STATE_COLOURS)
    def shown_state(self, rule):
        return state_of(rule, timezone.now())

    @display(description="fired in 30 days", ordering="fired")
    def shown_fired(self, rule):
        if not rule.fired:
            return "0"
        since = timezone.localtime() - FIRED_WITHIN
        asked = {
            "trigger_rule__id__exact": rule.pk,
            "opened_at_from_0": f"{since:%Y-%m-%d}",
            "opened_at_from_1": f"{since:%H:%M:%S}",
        }
        url = f"{reverse('admin:escalations_escalation_changelist')}?{urlencode(asked)}"
        return format_html('<a class="hn-link" href="{}">{}</a>', url, rule.fired)

    @display(description="error")
    def shown_error(self, rule):
        since = f"{timezone.localtime(rule.failing_since):%Y-%m-%d %H:%M}"
        return (
            f"{rule.error} (since {since}). Where it fails it is passed over; saving a change takes this mark off."
        )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """With the rule's latest back-tests, and the ways to another."""
        actor = Actor.of_request(request)
        runs = (
            Backtest.objects.visible_to(actor).filter(rule=obj).defer("results")
            if obj
            else Backtest.objects.none()
        )
        context = {**context, "backtests": runs[:BACKTESTS_SHOWN], "may_try": actor.is_any(*RULE_LEADERS)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def publish(self, row, *, by, now, why=""):
        publish(rule=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(rules=rows, by=by, now=now)


def state_of(rule, now):
    """Whether it takes part in deciding, and if not why."""
    if not rule.active:
        return "off"
    if rule.error:
        return "failing"
    if rule.valid_to and rule.valid_to <= now:
        return "over"
    return "not yet" if rule.valid_from and rule.valid_from > now else "on"


def spoken(condition):
    """``AI confidence is below 0.4``; of long lists of texts only the first."""
    value = condition.value
    if not isinstance(value, list) or len(value) <= 3:
        return str(condition)
    first = spoken_condition(condition.field, condition.operator, value[:3], condition.argument)
    return f"{first} and {len(value) - 3} more"
