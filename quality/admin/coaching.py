from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from helpninja.common.actors import Actor
from helpninja.common.admin import (
    ADMINS,
    LEADERS,
    MomentRangeFilter,
    PolicyAdmin,
    PolicyTabularInline,
    ReadOnlyTabularInline,
    ScopedFilter,
)
from quality.enums import PlanState
from quality.models import COACHES, CoachingAction, CoachingGoal, CoachingPlan, CoachingReason
from quality.policy import PlanAction, may_with_plan

STATE_COLOURS = {
    PlanState.PROPOSED.label: "info",
    PlanState.ACTIVE.label: "warning",
    PlanState.DONE.label: "success",
}


class ReasonInline(ReadOnlyTabularInline):
    model = CoachingReason
    fields = ("key", "text", "review")
    tab = True


class ActionInline(PolicyTabularInline):
    model = CoachingAction
    editors = LEADERS
    fields = ("kind", "text", "mentor", "due", "done_at")
    readonly_fields = ("done_at",)
    tab = True


class GoalInline(ReadOnlyTabularInline):
    """Set on the plan's page, where the start is taken from the data."""

    model = CoachingGoal
    fields = ("metric", "key", "target", "due", "start_value", "start_n", "start_at")
    tab = True


@admin.register(CoachingPlan)
class CoachingPlanAdmin(PolicyAdmin):
    """Sessions and their notes are not here: they are for the two and the supervisors, on a page of their own."""

    viewers = LEADERS
    editors = LEADERS
    deleters = ADMINS
    open_choices = frozenset({"coach"})

    # List
    list_display = ("agent", "shown_coach", "shown_state", "opened_at", "shown_done", "next_due", "page")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("agent", ScopedFilter),
        ("opened_at", MomentRangeFilter),
    )
    list_select_related = ("agent", "coach")
    search_fields = ("public_id", "agent__name", "coach__first_name", "coach__last_name", "summary")
    ordering = ("-opened_at", "-id")

    # Form
    inlines = (ActionInline, GoalInline, ReasonInline)
    readonly_fields = ("shown_state", "opened_at", "closed_at", "closed_because", "page")
    fieldsets = (
        (None, {"fields": (("agent", "coach"), "summary", ("shown_state", "page"), ("opened_at", "closed_at"))}),
    )

    def scope(self, queryset, actor):
        undone = Q(actions__done_at=None)
        return queryset.visible_to(actor).annotate(
            done=Count("actions", filter=~undone),
            all=Count("actions"),
            next_due=Min("actions__due", filter=undone),
        )

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_with_plan(Actor.of_request(request), PlanAction.EDIT, obj))

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, "agent") if obj else self.readonly_fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "coach":
            roles = [role.value for role in COACHES]
            kwargs["queryset"] = User.objects.filter(is_active=True, groups__name__in=roles).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.opened_at = timezone.now()
        super().save_model(request, obj, form, change)

    @display(description="coach", ordering="coach__first_name")
    def shown_coach(self, plan):
        return plan.coach.get_full_name() or plan.coach.username

    @display(description="state", ordering="state", label=STATE_COLOURS)
    def shown_state(self, plan):
        return plan.get_state_display()

    @display(description="done", ordering=F("done").asc())
    def shown_done(self, plan):
        return f"{plan.done} of {plan.all}"

    @display(description="next by", ordering="next_due")
    def next_due(self, plan):
        return plan.next_due

    @display(description="page")
    def page(self, plan):
        if not plan.pk:
            return "Its page comes with it: goals, reasons and sessions are set there."
        return format_html(
            '<a class="hn-link" href="{}">Its page</a>', reverse("quality:plan", args=[plan.public_id])
        )
