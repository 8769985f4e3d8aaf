"""Schedules of reports, the log of what was sent, and what people want done about it."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from analytics.actions import report_schedules
from analytics.enums import ReportFormat, RunState
from analytics.models import ActionItem, ReportRun, ReportSchedule
from analytics.policy import REPORT_READERS
from helpninja.common.actors import Actor
from helpninja.common.admin import NOBODY, MachineWrittenAdmin, MomentRangeFilter, PolicyAdmin
from quality.policy import name_of

READERS = frozenset(REPORT_READERS)
STATE_COLOURS = {
    RunState.WAITING.label: "info",
    RunState.SENT.label: "success",
    RunState.FAILED.label: "danger",
}


class ScheduleForm(forms.ModelForm):
    """Attachments are ticked; none of them sends the mail alone."""

    formats = forms.MultipleChoiceField(
        choices=ReportFormat,
        required=False,
        initial=[ReportFormat.PDF],
        label="Attached as",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


@admin.register(ReportSchedule)
class ReportScheduleAdmin(PolicyAdmin):
    """Each belongs to whoever made it: of a supervisor's it holds the figures of their teams."""

    viewers = editors = READERS
    audited_by_actions = True
    form = ScheduleForm

    # List
    list_display = ("name", "kind", "shown_rhythm", "shown_owner", "active", "next_at", "shown_sent")
    list_filter = (("kind", ChoicesDropdownFilter), ("active", BooleanRadioFilter))
    list_select_related = ("owner",)
    search_fields = ("name", "recipients")

    # Form
    readonly_fields = ("shown_owner", "next_at")
    fieldsets = (
        (None, {"fields": (("name", "kind"), ("recipients", "formats"))}),
        ("When", {"fields": (("at", "weekday"), ("time_zone", "running"), ("active", "next_at"), "shown_owner")}),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor)

    def save_model(self, request, obj, form, change):
        report_schedules.keep(schedule=obj, by=Actor.of_request(request), now=timezone.now())

    def delete_model(self, request, obj):
        report_schedules.remove(schedules=[obj], by=Actor.of_request(request), now=timezone.now())

    def delete_queryset(self, request, queryset):
        report_schedules.remove(schedules=queryset, by=Actor.of_request(request), now=timezone.now())

    @display(description="when")
    def shown_rhythm(self, schedule):
        return schedule.rhythm

    @display(description="owner", ordering="owner__first_name")
    def shown_owner(self, schedule):
        return name_of(schedule.owner) if schedule.owner_id else "You: it will hold the figures that you see."

    @display(description="sent")
    def shown_sent(self, schedule):
        return format_html(
            '<a class="hn-link" href="{}?schedule__id__exact={}">Log</a>',
            reverse("admin:analytics_reportrun_changelist"),
            schedule.pk,
        )


@admin.register(ReportRun)
class ReportRunAdmin(MachineWrittenAdmin):
    """What was sent or is to be, as the machine keeps it."""

    viewers = READERS

    # List
    list_display = (
        "due_at",
        "shown_title",
        "shown_recipients",
        "shown_state",
        "attempts",
        "sent_at",
        "shown_error",
    )
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("due_at", MomentRangeFilter),
    )
    allowed_lookups = ("schedule__id__exact",)
    search_fields = ("public_id", "title", "recipients", "requested_by")

    # Form
    fields = (
        ("public_id", "shown_state"),
        ("shown_title", "kind"),
        ("due_at", "time_zone"),
        ("schedule", "requested_by"),
        ("shown_recipients", "shown_formats"),
        ("attempts", "next_attempt_at", "sent_at"),
        "error",
        ("seen_at", "seen_by"),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).defer("document").select_related("schedule")

    @display(description="report", ordering="title")
    def shown_title(self, run):
        url = reverse("analytics:report-run", args=[run.public_id])
        return format_html('<a class="hn-link" href="{}">{}</a>', url, run)

    @display(description="to")
    def shown_recipients(self, run):
        return ", ".join(run.addresses)

    @display(description="attached as")
    def shown_formats(self, run):
        return ", ".join(ReportFormat(one).label for one in run.formats) or None

    @display(description="state", ordering="state", label=STATE_COLOURS)
    def shown_state(self, run):
        return run.get_state_display()

    @display(description="error")
    def shown_error(self, run):
        return run.error or None


@admin.register(ActionItem)
class ActionItemAdmin(PolicyAdmin):
    """They are added to a report and ticked off there; here they are found again."""

    viewers = READERS
    editors = NOBODY

    # List
    list_display = ("text", "kind", "first_day", "team", "shown_owner", "due", "done_at", "done_by")
    list_filter = (("kind", ChoicesDropdownFilter),)
    list_select_related = ("owner", "team")
    search_fields = ("public_id", "text", "added_by")
    ordering = ("-first_day", "id")

    # Form
    fields = (
        ("text", "team"),
        ("kind", "first_day"),
        ("shown_owner", "due"),
        ("added_by", "created_at"),
        ("done_at", "done_by"),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor)

    @display(description="owner", ordering="owner__first_name")
    def shown_owner(self, item):
        return name_of(item.owner) or None
