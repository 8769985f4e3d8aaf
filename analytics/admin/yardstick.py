"""Targets and the industry's values."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.contrib.filters.admin import BooleanRadioFilter, RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from analytics.actions import targets
from analytics.admin.resources import TargetResource
from analytics.metrics.registry import METRICS
from analytics.metrics.targets import aim_of, check_number, check_target, whole
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text
from analytics.models import Benchmark, Target
from helpninja.common.admin import PolicyAdmin
from helpninja.common.roles import Role
from helpninja.common.versioned_admin import VersionedAdmin

UNIT_HELP = "In the metric's own unit: rates from 0 to 1, times in seconds, money in US dollars."


def metric_choices():
    """Of the metrics that can have a target: an hour of the day can't."""
    return [(key, metric.label) for key, metric in METRICS.items() if metric.unit is not Unit.HOUR]


class YardstickForm(forms.ModelForm):
    """A metric and a value that its unit can have."""

    metric = forms.ChoiceField(choices=metric_choices, widget=UnfoldAdminSelectWidget)

    def clean(self):
        data = super().clean() or {}
        metric, value = METRICS.get(data.get("metric", "")), data.get("value")
        if metric and value is not None:
            add_errors(self, check_number, "value", value, metric)
        return data


def add_errors(form, check, *args):
    """What ``check`` raises becomes errors of the form; fields that it names get theirs."""
    try:
        check(*args)
    except ValidationError as error:
        form.add_error(None, error)


class TargetForm(YardstickForm):
    """A whole target: its value, the other end of a range, and what is excellent."""

    def _post_clean(self):
        """Once the row says all of it, whether the metric can have such a target."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if not self.errors:
            add_errors(self, check_target, self.instance)


class YardstickAdmin(PolicyAdmin):
    """What figures are held against: targets of our own, benchmarks of others."""

    viewers = frozenset({Role.SUPERVISOR, Role.ANALYST, Role.ADMIN})
    editors = frozenset({Role.ANALYST, Role.ADMIN})
    form = YardstickForm

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "value" in form.base_fields:
            form.base_fields["value"].help_text = UNIT_HELP
        return form

    @display(description="metric", ordering="metric")
    def shown_metric(self, row):
        return METRICS[row.metric].label if row.metric in METRICS else row.metric


@admin.register(Target)
class TargetAdmin(YardstickAdmin, VersionedAdmin):
    """In versions, of all, of a team, of a topic or of each person."""

    open_choices = frozenset({"team", "topic"})  # that there are teams and topics is no secret
    resource_classes = (TargetResource,)
    form = TargetForm

    # List
    list_display = ("shown_metric", "of_whom", "topic", "shown_target", "shown_excellent", "valid_from")
    list_filter = (("per_person", BooleanRadioFilter), ("valid_from", RangeDateFilter))
    list_select_related = ("team", "topic")
    search_fields = ("metric",)
    search_help_text = "Of several the most specific one holds, and of those the latest"

    # Form
    fieldsets = (
        (None, {"fields": ("metric", ("value", "up_to"), ("excellent", "valid_from"))}),
        ("Of whose figures", {"fields": ("per_person", ("team", "topic"))}),
    )

    @display(description="of", ordering="team__name")
    def of_whom(self, target):
        everybody = "each person" if target.per_person else "all"
        return f"{target.team}, each person" if target.team and target.per_person else target.team or everybody

    @display(description="target", ordering="value")
    def shown_target(self, target):
        return aim_of(METRICS[target.metric], target).text if target.metric in METRICS else target.value

    @display(description="excellent from", ordering="excellent")
    def shown_excellent(self, target):
        if target.excellent is None or target.metric not in METRICS:
            return target.excellent
        return whole(number_text(target.excellent, METRICS[target.metric].unit))

    # Actions
    def publish(self, row, *, by, now, why=""):
        targets.publish(target=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        targets.retire(targets=rows, by=by, now=now)


@admin.register(Benchmark)
class BenchmarkAdmin(YardstickAdmin):
    """The industry's values, with where they come from."""

    # List
    list_display = ("shown_metric", "shown_value", "source", "as_of")
    search_fields = ("metric", "source")

    # Form
    fieldsets = ((None, {"fields": (("metric", "value"), ("source", "as_of"))}),)

    @display(description="industry", ordering="value")
    def shown_value(self, row):
        return number_text(row.value, METRICS[row.metric].unit) if row.metric in METRICS else row.value
