"""When people work, as their supervisors plan it: each row in versions, with CSV."""

from django.contrib import admin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from agents.actions import planning
from agents.admin.resources import OnCallResource, ShiftExceptionResource, ShiftResource, TimeOffResource
from agents.models import CapacityByLevel, OnCall, Shift, ShiftBreak, ShiftException, TimeOff
from agents.policy import known_agents
from helpninja.common.admin import ADMINS, LEADERS, NOBODY, PolicyAdmin, PolicyTabularInline, ScopedFilter
from helpninja.common.versioned_admin import VersionedAdmin

AGENT_FILTER = ("agent", ScopedFilter)


class PlanAdmin(VersionedAdmin):
    """Of the agents whom the actor looks after."""

    viewers = editors = LEADERS

    # List
    list_select_related = ("agent",)

    # Form
    autocomplete_fields = ("agent",)

    def scope(self, queryset, actor):
        return queryset.filter(agent__in=known_agents(actor))

    # Actions
    def publish(self, row, *, by, now, why=""):
        planning.publish(row=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        planning.retire(rows=rows, by=by, now=now)


class ShiftBreakInline(PolicyTabularInline):
    model = ShiftBreak
    editors = LEADERS
    fields = ("start", "minutes")


@admin.register(Shift)
class ShiftAdmin(PlanAdmin):
    resource_classes = (ShiftResource,)

    # List
    list_display = ("agent", "weekday", "hours", "breaks_taken", "valid_from", "valid_to")
    list_filter = (AGENT_FILTER, ("weekday", ChoicesDropdownFilter))
    search_fields = ("agent__name",)

    # Form
    inlines = (ShiftBreakInline,)
    fieldsets = ((None, {"fields": (("agent", "weekday"), ("start", "end"), ("valid_from", "valid_to"))}),)

    def scope(self, queryset, actor):
        return super().scope(queryset, actor).prefetch_related("breaks")

    @display(description="hours", ordering="start")
    def hours(self, shift):
        return f"{shift.start:%H:%M} to {shift.end:%H:%M}" + (" (next day)" if shift.end <= shift.start else "")

    @display(description="breaks")
    def breaks_taken(self, shift):
        return "; ".join(map(str, shift.breaks.all())) or None


@admin.register(ShiftException)
class ShiftExceptionAdmin(PlanAdmin):
    resource_classes = (ShiftExceptionResource,)

    # List
    list_display = ("agent", "date", "change", "hours", "reason")
    list_filter = (AGENT_FILTER, ("change", ChoicesDropdownFilter), ("date", RangeDateFilter))
    search_fields = ("agent__name", "reason")

    # Form
    fieldsets = ((None, {"fields": (("agent", "date"), "change", ("start", "end"), "reason")}),)

    @display(description="hours", ordering="start")
    def hours(self, exception):
        return f"{exception.start:%H:%M} to {exception.end:%H:%M}" if exception.start else "the whole day"


class PeriodAdmin(PlanAdmin):
    search_fields = ("agent__name", "note")

    @display(description="when", ordering="first_day")
    def when(self, period):
        return str(period)


@admin.register(TimeOff)
class TimeOffAdmin(PeriodAdmin):
    resource_classes = (TimeOffResource,)

    # List
    list_display = ("agent", "when", "kind", "approved", "note")
    list_filter = (
        AGENT_FILTER,
        ("approved", BooleanRadioFilter),
        ("kind", ChoicesDropdownFilter),
        ("first_day", RangeDateFilter),
    )

    # Form
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("agent", "kind"),
                    ("first_day", "last_day"),
                    ("from_time", "until_time"),
                    "approved",
                    "note",
                )
            },
        ),
    )


@admin.register(OnCall)
class OnCallAdmin(PeriodAdmin):
    resource_classes = (OnCallResource,)

    # List
    list_display = ("agent", "when", "note")
    list_filter = (AGENT_FILTER, ("first_day", RangeDateFilter))

    # Form
    fieldsets = ((None, {"fields": ("agent", ("first_day", "last_day"), ("from_time", "until_time"), "note")}),)


@admin.register(CapacityByLevel)
class CapacityByLevelAdmin(PolicyAdmin):
    """One row a level, made by the installation."""

    viewers = editors = LEADERS
    adders, deleters = ADMINS, NOBODY

    # List
    list_display = ("level", "capacity")

    # Form
    fields = ("level", "capacity")

    def get_readonly_fields(self, request, obj=None):
        return ("level",) if obj else ()
