"""Targets and the industry's values."""

from django import forms
from django.contrib import admin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from analytics.metrics.registry import METRICS
from analytics.metrics.targets import aim_of
from analytics.metrics.units import Unit
from analytics.metrics.wording import number_text
from analytics.models import Benchmark, Target
from helpninja.common.admin import PolicyAdmin
from helpninja.common.roles import Role

UNIT_HELP = "In the metric's own unit: rates from 0 to 1, times in seconds, money in US dollars."


def metric_choices():
    return [(key, metric.label) for key, metric in METRICS.items() if metric.unit is not Unit.HOUR]


class YardstickForm(forms.ModelForm):
    metric = forms.ChoiceField(choices=metric_choices, widget=UnfoldAdminSelectWidget)

    def clean(self):
        data = super().clean() or {}
        metric, value = METRICS.get(data.get("metric", "")), data.get("value")
        if metric and metric.unit is Unit.NET:
            if value is not None and abs(value) > 100:
                self.add_error("value", "A net score is between -100 and 100.")
        elif metric and value is not None and value < 0:
            self.add_error("value", "Give a number that is not negative.")
        elif metric and value is not None and metric.unit is Unit.RATE and value > 1:
            self.add_error("value", "A rate is between 0 and 1: 85% is 0.85.")
        return data


class YardstickAdmin(PolicyAdmin):
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
class TargetAdmin(YardstickAdmin):
    # List
    list_display = ("shown_metric", "shown_target")
    search_fields = ("metric",)

    # Form
    fieldsets = ((None, {"fields": (("metric", "value"),)}),)

    @display(description="target", ordering="value")
    def shown_target(self, target):
        return aim_of(METRICS[target.metric], target.value).text if target.metric in METRICS else target.value


@admin.register(Benchmark)
class BenchmarkAdmin(YardstickAdmin):
    # List
    list_display = ("shown_metric", "shown_value", "source", "as_of")
    search_fields = ("metric", "source")

    # Form
    fieldsets = ((None, {"fields": (("metric", "value"), ("source", "as_of"))}),)

    @display(description="industry", ordering="value")
    def shown_value(self, row):
        return number_text(row.value, METRICS[row.metric].unit) if row.metric in METRICS else row.value
