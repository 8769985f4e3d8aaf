"""Calibrations: set up here, followed and read on their own pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from helpninja.common.admin import NOBODY, MomentRangeFilter, PolicyAdmin, PolicyTabularInline
from quality.admin.review_cycle import ReviewerFieldMixin
from quality.forms.calibration import CalibrationForm, SeatFormSet
from quality.models import CalibrationSeat, CalibrationSession
from quality.policy import READERS

STATE_COLOURS = {"Open": "warning", "Closed": "success"}


class SeatInline(ReviewerFieldMixin, PolicyTabularInline):
    model = CalibrationSeat
    editors = frozenset(READERS)
    formset = SeatFormSet
    fields = ("reviewer",)
    verbose_name_plural = "participants"
    hide_title = True

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 3

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request) and (obj is None or obj.is_open)

    def has_change_permission(self, request, obj=None):
        """A seat is taken by one person: others get seats of their own."""
        return super().has_change_permission(request) and obj is None

    def has_delete_permission(self, request, obj=None):
        return False


class OpenFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return (("open", "Open"), ("closed", "Closed"))

    def queryset(self, request, queryset):
        match self.value():
            case "open":
                return queryset.open()
            case "closed":
                return queryset.closed()
        return queryset


@admin.register(CalibrationSession)
class CalibrationSessionAdmin(PolicyAdmin):
    viewers = editors = frozenset(READERS)
    deleters = NOBODY

    # List
    list_display = ("escalation", "rubric_version", "deadline", "shown_state", "shown_progress", "shown_page")
    list_filter = (OpenFilter, ("deadline", MomentRangeFilter))
    list_select_related = ("escalation", "rubric_version__rubric")
    search_fields = ("public_id", "escalation__public_id", "escalation__subject")

    # Form
    form = CalibrationForm
    inlines = (SeatInline,)
    autocomplete_fields = ("escalation",)

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).with_progress()

    def get_fields(self, request, obj=None):
        if obj is None:
            return ("escalation", "rubric", "note", "deadline")
        return (("escalation", "rubric_version"), "note", "deadline", ("opened_at", "closed_at"))

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        fixed = ("escalation", "rubric_version", "opened_at", "closed_at")
        return fixed if obj.is_open else (*fixed, "note", "deadline")

    @display(description="state", ordering="closed_at", label=STATE_COLOURS)
    def shown_state(self, session):
        return "Open" if session.is_open else "Closed"

    @display(description="submitted")
    def shown_progress(self, session):
        return f"{session.submitted} of {session.asked}"

    @display(description="page")
    def shown_page(self, session):
        url = reverse("quality:calibration", args=[session.public_id])
        return format_html('<a class="hn-link" href="{}">{}</a>', url, "Open" if session.is_open else "Result")
