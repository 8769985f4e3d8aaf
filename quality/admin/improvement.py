"""The monthly improvement process: templates, cycles and their tasks."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateFilter,
)
from unfold.decorators import display

from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, PolicyAdmin, PolicyTabularInline, ScopedFilter
from helpninja.common.exchange import AuditedExportMixin
from helpninja.common.roles import Role
from quality.actions.improvement import fill, today_at
from quality.admin.led import LedAdmin, OwnersMixin
from quality.admin.resources import CycleTaskResource
from quality.enums import CycleState
from quality.models import CycleTask, CycleTemplate, ImprovementCycle, TemplateTask
from quality.policy import CYCLE_READERS, name_of

READERS = LEADERS | {Role.QA_REVIEWER}
STATE_COLOURS = {CycleState.OPEN.label: "info"}


class TemplateTaskInline(OwnersMixin, PolicyTabularInline):
    model = TemplateTask
    editors = LEADERS
    owner_roles = CYCLE_READERS
    fields = ("phase", "title", "repeats", "working_day", "page", "owner")
    hide_title = True
    verbose_name, verbose_name_plural = "task", "tasks"


@admin.register(CycleTemplate)
class CycleTemplateAdmin(OwnersMixin, PolicyAdmin):
    viewers = READERS
    editors = LEADERS
    owner_roles = (Role.SUPERVISOR, Role.ADMIN)

    # List
    list_display = ("name", "recurring", "team", "shown_owner")
    list_filter = (("recurring", BooleanRadioFilter),)
    list_select_related = ("team", "owner")
    search_fields = ("name",)

    # Form
    inlines = (TemplateTaskInline,)
    fieldsets = ((None, {"fields": ("name", "recurring", ("team", "owner"))}),)

    @display(description="owner", ordering="owner__first_name")
    def shown_owner(self, template):
        return name_of(template.owner) or None


@admin.register(ImprovementCycle)
class ImprovementCycleAdmin(LedAdmin):
    viewers = READERS
    editors = LEADERS
    owner_roles = (Role.SUPERVISOR, Role.ADMIN)

    # List
    list_display = ("shown_month", "team", "shown_owner", "shown_progress", "shown_overdue", "shown_state", "page")
    list_filter = (("state", ChoicesDropdownFilter), ("team", ScopedFilter), ("month", RangeDateFilter))
    list_select_related = ("team", "owner")
    search_fields = ("public_id", "team__name", "went_well", "to_improve", "next_actions")
    ordering = ("-month", "team__name", "id")

    # Form
    readonly_fields = ("shown_state", "page")
    fieldsets = (
        (None, {"fields": (("month", "team"), ("template", "owner"), ("shown_state", "page"))}),
        ("Retrospective", {"fields": ("went_well", "to_improve", "next_actions")}),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).with_progress(today_at(timezone.now()))

    def get_readonly_fields(self, request, obj=None):
        """The tasks follow from month, team and template when it is made."""
        return (*self.readonly_fields, "month", "team", "template") if obj else self.readonly_fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Supervisors name their team: what is of everybody is made by admins."""
        form = super().get_form(request, obj, change, **kwargs)
        if "team" in form.base_fields:
            form.base_fields["team"].required = not Actor.of_request(request).is_any(Role.ADMIN)
        return form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            fill(cycle=obj, by=Actor.of_request(request), now=timezone.now())

    @display(description="month", ordering="month")
    def shown_month(self, cycle):
        return f"{cycle.month:%B %Y}"

    @display(description="owner", ordering="owner__first_name")
    def shown_owner(self, cycle):
        return name_of(cycle.owner) or None

    @display(description="done", ordering="done")
    def shown_progress(self, cycle):
        return f"{cycle.done} of {cycle.total}"

    @display(description="overdue", ordering="overdue")
    def shown_overdue(self, cycle):
        return cycle.overdue

    @display(description="state", ordering="state", label=STATE_COLOURS)
    def shown_state(self, cycle):
        return cycle.get_state_display()

    @display(description="page")
    def page(self, cycle):
        if not cycle.pk:
            return "Its tasks are made when it is saved."
        url = reverse("quality:cycle", args=[cycle.public_id])
        return format_html('<a class="hn-link" href="{}">Its tasks</a>', url)


class DoneFilter(DropdownFilter):
    title = "done"
    parameter_name = "is"

    def lookups(self, request, model_admin):
        return (("done", "Done"), ("open", "Open"), ("overdue", "Overdue"))

    def queryset(self, request, queryset):
        match self.value():
            case "done":
                return queryset.filter(done_at__isnull=False)
            case "open":
                return queryset.filter(done_at=None)
            case "overdue":
                return queryset.filter(done_at=None, due__lt=today_at(timezone.now()))
        return queryset


@admin.register(CycleTask)
class CycleTaskAdmin(AuditedExportMixin, ExportMixin, LedAdmin):
    """For giving out and moving tasks; they are ticked off on the page of their cycle."""

    viewers = READERS
    editors = LEADERS
    owner_roles = CYCLE_READERS
    resource_classes = (CycleTaskResource,)

    # List
    list_display = ("title", "cycle", "phase", "shown_owner", "due", "done_at", "done_by")
    list_filter = (
        DoneFilter,
        ("cycle", ScopedFilter),
        ("phase", ChoicesDropdownFilter),
        ("due", RangeDateFilter),
    )
    list_select_related = ("cycle__team", "owner")
    search_fields = ("public_id", "title", "note", "owner__first_name", "owner__last_name")
    ordering = ("-cycle__month", "due", "id")

    # Form
    autocomplete_fields = ("gap",)
    readonly_fields = ("done_at", "done_by")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("cycle", "phase"),
                    "title",
                    ("owner", "due"),
                    ("page", "repeats"),
                    ("initiative", "gap"),
                    "note",
                    ("done_at", "done_by"),
                )
            },
        ),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor)

    def led(self, queryset, actor):
        return queryset.filter(cycle__in=ImprovementCycle.objects.led_by(actor))

    def get_field_queryset(self, db, db_field, request):
        if db_field.name == "cycle":
            return ImprovementCycle.objects.led_by(Actor.of_request(request)).select_related("team")
        return super().get_field_queryset(db, db_field, request)

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, "cycle") if obj else self.readonly_fields

    @display(description="owner", ordering="owner__first_name")
    def shown_owner(self, task):
        return name_of(task.owner) or None
