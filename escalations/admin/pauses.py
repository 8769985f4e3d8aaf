from django.contrib import admin
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
)
from unfold.decorators import display

from escalations.admin import shown
from escalations.admin.dispatch import OfVisibleWorkAdmin
from escalations.admin.resources import PauseResource
from escalations.models import Pause
from helpninja.common.admin import MomentRangeFilter, ScopedFilter
from helpninja.common.exchange import AuditedExportMixin


class AnsweredFilter(DropdownFilter):
    """Whether the clock stood still although nobody waited for the customer any more."""

    title = "customer had already written"
    parameter_name = "answered"

    def lookups(self, request, model_admin):
        return (("yes", "Yes"), ("no", "No"))

    def queryset(self, request, queryset):
        answered = queryset.model.objects.although_answered().values("pk")
        match self.value():
            case "yes":
                return queryset.filter(pk__in=answered)
            case "no":
                return queryset.exclude(pk__in=answered)
        return queryset


@admin.register(Pause)
class PauseAdmin(AuditedExportMixin, ExportMixin, OfVisibleWorkAdmin):
    """Who let clocks stand still, for how long, and whether the customer was really waited for."""

    resource_classes = (PauseResource,)

    # List
    list_display = (
        "started_at",
        "escalation",
        "actor",
        "reason",
        "shown_length",
        "shown_end",
        "stops_clock",
        "customer_wrote_at",
    )
    list_filter = (
        AnsweredFilter,
        ("ended_by", ChoicesDropdownFilter),
        ("stops_clock", BooleanRadioFilter),
        ("escalation__team", ScopedFilter),
        ("started_at", MomentRangeFilter),
    )
    list_select_related = ("escalation",)
    search_fields = ("actor", "reason", "escalation__public_id")
    search_help_text = "Search who paused, why, or the escalation's public id"

    # Form
    fields = (
        ("escalation", "actor"),
        "reason",
        ("started_at", "ended_at", "limit_at"),
        ("shown_length", "shown_end", "stops_clock"),
        "customer_wrote_at",
    )
    readonly_fields = ("shown_length", "shown_end")

    @display(description="length", ordering="seconds")
    def shown_length(self, pause):
        return shown.duration(pause.seconds)

    @display(description="ended by", ordering="ended_by")
    def shown_end(self, pause):
        return pause.get_ended_by_display() or "lasts"
