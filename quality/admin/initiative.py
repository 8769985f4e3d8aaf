from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, PolicyTabularInline, ScopedFilter
from helpninja.common.exchange import AuditedExportMixin
from helpninja.common.roles import Role
from quality.admin.led import LedAdmin, OwnersMixin
from quality.admin.resources import InitiativeResource
from quality.enums import InitiativeStatus
from quality.models import Initiative, InitiativeStep
from quality.policy import INITIATIVE_READERS, name_of

STATUS_COLOURS = {
    InitiativeStatus.PLANNED.label: "info",
    InitiativeStatus.RUNNING.label: "warning",
    InitiativeStatus.DONE.label: "success",
}
# What its effect is measured by: once it has started, nobody moves the posts.
MEASURED_BY = (
    "teams",
    "reason",
    "topic",
    "trigger_rule",
    "target_kind",
    "target_value",
    "expected_fewer",
    "baseline_days",
)


class StepInline(OwnersMixin, PolicyTabularInline):
    model = InitiativeStep
    editors = LEADERS
    owner_roles = INITIATIVE_READERS
    fields = ("text", "owner", "due", "shown_done")
    readonly_fields = ("shown_done",)
    hide_title = True
    verbose_name, verbose_name_plural = "step", "what is done"

    @display(description="done")
    def shown_done(self, step):
        return f"{step.done_at:%Y-%m-%d}, {step.done_by}" if step.done_at else None


@admin.register(Initiative)
class InitiativeAdmin(AuditedExportMixin, ExportMixin, LedAdmin):
    viewers = frozenset(INITIATIVE_READERS)
    editors = LEADERS
    owner_roles = INITIATIVE_READERS
    open_choices = frozenset({"topic", "trigger_rule"})  # supervisors see both lists
    resource_classes = (InitiativeResource,)

    # List
    list_display = (
        "name",
        "shown_status",
        "shown_target",
        "shown_owner",
        "starts_on",
        "ends_on",
        "expected_fewer",
        "shown_page",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("reason", ChoicesDropdownFilter),
        ("topic", ScopedFilter),
        ("teams", ScopedFilter),
        ("starts_on", RangeDateFilter),
    )
    list_select_related = ("topic", "trigger_rule", "owner")
    search_fields = ("name", "description")

    # Form
    inlines = (StepInline,)
    readonly_fields = ("shown_status", "shown_page", "shown_start")
    fieldsets = (
        (None, {"fields": (("name", "owner"), "description", ("shown_status", "shown_page"))}),
        ("Which escalations", {"fields": ("teams", ("reason", "topic", "trigger_rule"))}),
        (
            "What is expected",
            {
                "fields": (
                    ("target_kind", "target_value"),
                    ("expected_fewer", "cost"),
                    ("starts_on", "ends_on"),
                    ("baseline_days", "shown_start"),
                )
            },
        ),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).prefetch_related("teams")

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *(MEASURED_BY if obj and obj.started_at else ()))

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Supervisors name their teams: what is of everybody is made by admins."""
        form = super().get_form(request, obj, change, **kwargs)
        if "teams" in form.base_fields and not Actor.of_request(request).is_any(Role.ADMIN):
            form.base_fields["teams"].required = obj is None or obj.teams.exists()
        return form

    def has_delete_permission(self, request, obj=None):
        """What has started is abandoned, not deleted: its figures stay."""
        is_planned = obj is None or obj.status == InitiativeStatus.PLANNED
        return is_planned and super().has_delete_permission(request, obj)

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, initiative):
        return initiative.get_status_display()

    @display(description="escalations")
    def shown_target(self, initiative):
        return ", ".join(initiative.target_parts)

    @display(description="owner", ordering="owner__first_name")
    def shown_owner(self, initiative):
        return name_of(initiative.owner) or None

    @display(description="figures")
    def shown_page(self, initiative):
        if not initiative.pk:
            return "Save it, then start it from its page."
        url = reverse("quality:initiative", args=[initiative.public_id])
        return format_html('<a class="hn-link" href="{}">Its page</a>', url)

    @display(description="state at the start")
    def shown_start(self, initiative):
        if not initiative.started_at:
            return "Counted when it starts, and never changed afterwards."
        return (
            f"{initiative.baseline_targeted} of {initiative.baseline_escalations} escalations in "
            f"{initiative.baseline_conversations} conversations, {initiative.baseline_from:%Y-%m-%d} to "
            f"{initiative.baseline_to:%Y-%m-%d}"
        )
