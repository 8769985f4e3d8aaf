"""Review cycles and their assignments: set up here, drawn and followed on the cycle's page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from agents.models import Team
from helpninja.common.actors import Actor
from helpninja.common.admin import (
    NOBODY,
    MachineWrittenAdmin,
    MomentRangeFilter,
    Policy,
    PolicyAdmin,
    PolicyTabularInline,
    ScopedFilter,
)
from helpninja.common.exchange import AuditedExportMixin
from helpninja.common.roles import Role
from quality.actions.assignments import pass_on, took_part
from quality.admin.resources import AssignmentResource
from quality.enums import AssignmentState, ReviewCycleState
from quality.models import CycleReviewer, ReviewAssignment, ReviewCycle
from quality.policy import READERS, REVIEWERS, name_of

CYCLE_COLOURS = {
    ReviewCycleState.PLANNED.label: "info",
    ReviewCycleState.RUNNING.label: "warning",
    ReviewCycleState.CLOSED.label: "success",
}
ASSIGNMENT_COLOURS = {
    AssignmentState.OPEN.label: "info",
    AssignmentState.STARTED.label: "warning",
    AssignmentState.DONE.label: "success",
}


def reviewers():
    """Who may be asked to review."""
    roles = [role.value for role in REVIEWERS]
    return (
        User.objects.filter(is_active=True, groups__name__in=roles).order_by("first_name", "username").distinct()
    )


class ReviewerFieldMixin(Policy):
    """Offers reviewers, by name."""

    def get_field_queryset(self, db, db_field, request):
        if db_field.name == "reviewer":
            return reviewers()
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "reviewer" and field is not None:
            field.label_from_instance = name_of
            field.choices = list(field.choices)  # read once for all rows of the form
        return field


class CycleReviewerInline(ReviewerFieldMixin, PolicyTabularInline):
    model = CycleReviewer
    editors = frozenset(READERS)
    fields = ("reviewer", "quota")
    verbose_name, verbose_name_plural = "reviewer", "reviewers"
    hide_title = True

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request) and not is_drawn(obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


def is_drawn(cycle: ReviewCycle | None) -> bool:
    return cycle is not None and cycle.state != ReviewCycleState.PLANNED


@admin.register(ReviewCycle)
class ReviewCycleAdmin(PolicyAdmin):
    viewers = editors = frozenset(READERS)

    # List
    list_display = (
        "name", "kind", "start", "end", "method", "recurrence", "shown_state", "shown_progress", "shown_page",
    )  # fmt: skip
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("method", ChoicesDropdownFilter),
        ("recurrence", ChoicesDropdownFilter),
    )
    search_fields = ("name", "public_id")

    # Form
    change_form_outer_before_template = "admin/quality/review_cycle_links.html"
    inlines = (CycleReviewerInline,)
    fieldsets = (
        (None, {"fields": (("name", "kind"), "start", "end", ("recurrence", "rubric"), "teams")}),
        ("What is drawn", {"fields": (("method", "seed"), ("per_agent", "days_to_review"))}),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).with_progress()

    def get_field_queryset(self, db, db_field, request):
        """Supervisors set up cycles of their own teams."""
        if db_field.name != "teams":
            return super().get_field_queryset(db, db_field, request)
        actor = Actor.of_request(request)
        agent = getattr(request.user, "agent", None)
        if actor.is_any(Role.QA_REVIEWER, Role.ADMIN):
            return Team.objects.all()
        return Team.objects.filter(pk__in=agent.team_ids if agent else ())

    def get_changeform_initial_data(self, request):
        """This week, from Monday to Monday."""
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        monday = today - timedelta(days=today.weekday())
        week = {"start": monday, "end": monday + timedelta(days=7)}
        return {**week, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request, obj=None):
        """What was drawn stays as it was asked for."""
        return ("kind", "start", "end", "rubric", "teams", "method", "seed", "per_agent") if is_drawn(obj) else ()

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request) and not is_drawn(obj)

    def get_deleted_objects(self, objs, request):
        """In a list of some, those that were drawn stop it."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed, [*protected, *(str(one) for one in objs if is_drawn(one))]

    @display(description="state", ordering="state", label=CYCLE_COLOURS)
    def shown_state(self, cycle):
        return cycle.get_state_display()

    @display(description="reviewed")
    def shown_progress(self, cycle):
        return f"{cycle.done} of {cycle.assigned}" if is_drawn(cycle) else None

    @display(description="page")
    def shown_page(self, cycle):
        url = reverse("quality:review-cycle", args=[cycle.public_id])
        return format_html('<a class="hn-link" href="{}">{}</a>', url, "Progress" if is_drawn(cycle) else "Draw")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["page_url"] = reverse("quality:review-cycle", args=[obj.public_id]) if obj else None
        context["is_drawn"] = is_drawn(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


class AssignmentStateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return AssignmentState.choices

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() in AssignmentState.values else queryset


class AssignmentForm(forms.ModelForm):
    class Meta:
        model = ReviewAssignment
        fields = ("reviewer",)

    def clean_reviewer(self) -> Any:
        reviewer = self.cleaned_data["reviewer"]
        if reviewer.pk != self.instance.reviewer_id:
            if self.instance.state != AssignmentState.OPEN:
                raise ValidationError("Only what nobody has begun can be passed on.")
            if took_part(self.instance, reviewer):
                raise ValidationError("Nobody reviews what they took part in.")
        return reviewer


@admin.register(ReviewAssignment)
class ReviewAssignmentAdmin(AuditedExportMixin, ExportMixin, ReviewerFieldMixin, MachineWrittenAdmin):
    """Drawn by their cycles; an open one can be passed on to another reviewer."""

    viewers = editors = frozenset(READERS)
    adders = deleters = NOBODY
    audited_by_actions = True
    resource_classes = (AssignmentResource,)

    # List
    list_display = ("escalation", "agent", "shown_reviewer", "cycle", "shown_state", "due_at", "shown_because")
    list_filter = (
        AssignmentStateFilter,
        ("cycle", ScopedFilter),
        ("agent", ScopedFilter),
        ("due_at", MomentRangeFilter),
    )
    list_select_related = ("escalation", "agent", "reviewer", "cycle")
    search_fields = ("public_id", "escalation__public_id", "agent__name", "reviewer__first_name")

    # Form
    form = AssignmentForm
    fields = (
        "reviewer",
        ("escalation", "agent"),
        ("cycle", "kind", "shown_state"),
        "shown_because",
        ("assigned_at", "due_at"),
        ("skipped_at", "skip_reason"),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).with_review()

    def get_readonly_fields(self, request, obj=None):
        names = [name for line in self.fields for name in (line if isinstance(line, tuple) else (line,))]
        return [name for name in names if name != "reviewer"]

    def save_model(self, request, obj, form, change):
        if "reviewer" in form.changed_data:
            by, now = Actor.of_request(request), timezone.now()
            pass_on(assignment=obj, to=form.cleaned_data["reviewer"], by=by, now=now)

    @display(description="reviewer", ordering="reviewer__first_name")
    def shown_reviewer(self, assignment):
        return name_of(assignment.reviewer)

    @display(description="state", label=ASSIGNMENT_COLOURS)
    def shown_state(self, assignment):
        return AssignmentState(assignment.state).label

    @display(description="risks")
    def shown_because(self, assignment):
        return ", ".join(assignment.because.get("risks", ())) or None
