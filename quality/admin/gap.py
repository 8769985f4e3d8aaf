"""Knowledge gaps: found by machine, named, joined, parted and planned by people."""

from datetime import timedelta

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export import fields
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from helpninja.common.actors import Actor
from helpninja.common.admin import ReadOnlyTabularInline, ScopedFilter, dialog_done
from helpninja.common.errors import Conflict
from helpninja.common.exchange import ActorResource, AuditedExportMixin
from helpninja.common.jobs import enqueue
from quality.actions.grouping import give_up, start_grouping
from quality.admin.gap_decisions import GapDecisions
from quality.enums import GapStatus
from quality.models import GapQuestion, GroupingRun, KnowledgeGap
from quality.models.gap import RANKED
from quality.policy import GAP_EDITORS
from quality.tasks import group_questions

DAYS, WINDOWS = 30, (7, 30, 90)
STATUS_COLOURS = {
    GapStatus.OPEN.label: "warning",
    GapStatus.PLANNED.label: "info",
    GapStatus.DISMISSED.label: "danger",
}


class WindowFilter(DropdownFilter):
    """Of which days the figures are; ``get_queryset`` reads it. Every gap is listed whatever it says."""

    title = "figures of the last"
    parameter_name = "days"

    def lookups(self, request, model_admin):
        return [(str(days), f"{days} days") for days in WINDOWS]

    def queryset(self, request, queryset):
        return queryset


class StatusFilter(DropdownFilter):
    """Open and planned ones unless something else is asked for."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [*GapStatus.choices, ("all", "All")]

    def queryset(self, request, queryset):
        match self.value():
            case None:
                return queryset.live()
            case "all":
                return queryset
        return queryset.filter(status=self.value())


class KnowledgeGapResource(ActorResource):
    """The figures are of the list's window."""

    topic = fields.Field("topic__name", "topic")
    owner = fields.Field("owner__name", "owner")
    article = fields.Field("article__public_id", "article")
    escalations = fields.Field("escalations", "escalations")
    missing = fields.Field("missing", "for missing content")
    questions = fields.Field("questions", "questions")
    each = fields.Field("each", "cost of each (USD)")
    cost = fields.Field("cost", "cost (USD)")

    class Meta:
        model = KnowledgeGap
        fields = (
            "public_id",
            "name",
            "status",
            "topic",
            "lane",
            "owner",
            "due",
            "article",
            "escalations",
            "missing",
            "questions",
            "each",
            "cost",
            "last_asked_at",
        )


class QuestionInline(ReadOnlyTabularInline):
    model = GapQuestion
    verbose_name_plural = "questions, the most typical first"
    fields = ("text", "note", "source", "at", "shown_escalation", "shown_placing")
    per_page = 20

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).select_related("escalation").typical_first()

    @display(description="escalation")
    def shown_escalation(self, question):
        if question.escalation is None:
            return None
        url = reverse("admin:escalations_escalation_change", args=[question.escalation_id])
        return format_html('<a class="hn-link" href="{}">{}</a>', url, question.escalation.public_id)

    @display(description="put here by")
    def shown_placing(self, question):
        return "a person" if question.pinned else "its meaning"


@admin.register(KnowledgeGap)
class KnowledgeGapAdmin(AuditedExportMixin, ExportMixin, GapDecisions):
    viewers = frozenset(GAP_EDITORS)
    resource_classes = (KnowledgeGapResource,)

    # List
    list_display = (
        "name",
        "shown_status",
        "topic",
        "shown_escalations",
        "shown_missing",
        "shown_each",
        "shown_cost",
        "newest",
        "shown_answered",
    )
    list_filter = (
        StatusFilter,
        WindowFilter,
        ("topic", ScopedFilter),
        ("lane", ChoicesDropdownFilter),
        ("owner", ScopedFilter),
    )
    list_select_related = ("topic", "answered_by")
    search_fields = ("name", "public_id")
    search_help_text = "Ranked by escalations x cost of handling one, of what you may see"

    # Form
    inlines = (QuestionInline,)
    fieldsets = (
        (None, {"fields": (("name", "shown_status"), ("topic", "last_asked_at"), "shown_terms")}),
        (
            "The last 30 days",
            {"fields": (("shown_escalations", "shown_missing", "shown_questions"), ("shown_each", "shown_cost"))},
        ),
        ("Plan", {"fields": (("lane", "owner", "due"), ("article", "shown_answered"))}),
        ("Decided", {"fields": (("because", "merged_into"),)}),
    )

    list_before_template = "admin/quality/grouping.html"

    # Actions
    actions_list = ("group_now",)

    def scope(self, queryset, actor):
        return queryset.visible_to(actor)

    def get_queryset(self, request):
        now = timezone.now()
        asked = request.GET.get("days", "")
        days = int(asked) if asked in map(str, WINDOWS) else DAYS
        actor = Actor.of_request(request)
        return super().get_queryset(request).with_figures(actor, now - timedelta(days=days), now)

    def get_ordering(self, request):
        """As expressions, since the figures come to the query later."""
        return (*RANKED, "name", "id")

    def get_readonly_fields(self, request, obj=None):
        return [name for _, options in self.fieldsets for line in options["fields"] for name in _names(line)]

    def get_fieldsets(self, request, obj=None):
        decided = obj is not None and (obj.because or obj.merged_into_id)
        return self.fieldsets if decided else self.fieldsets[:-1]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, {"show_save": False, **(extra_context or {})})

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, gap):
        return gap.get_status_display()

    @display(description="escalations", ordering="escalations")
    def shown_escalations(self, gap):
        return gap.escalations

    @display(description="for missing content", ordering="missing")
    def shown_missing(self, gap):
        return gap.missing

    @display(description="questions", ordering="questions")
    def shown_questions(self, gap):
        return gap.questions

    @display(description="cost of each", ordering="each")
    def shown_each(self, gap):
        return None if gap.each is None else f"${gap.each:,.2f}"

    @display(description="cost", ordering="cost")
    def shown_cost(self, gap):
        return None if gap.cost is None else f"${gap.cost:,.2f}"

    @display(description="last asked", ordering="newest")
    def newest(self, gap):
        return gap.newest and timezone.localtime(gap.newest).date()

    @display(description="an article says it", ordering="likeness")
    def shown_answered(self, gap):
        return gap.answered_by

    @display(description="words that stand out")
    def shown_terms(self, gap):
        return ", ".join(gap.terms)

    def changelist_view(self, request, extra_context=None):
        extra_context = {"grouping": GroupingRun.objects.first(), **(extra_context or {})}
        return super().changelist_view(request, extra_context)

    def has_group_permission(self, request):
        return self.has_view_permission(request)

    @action(
        description="Group now",
        icon="hub",
        permissions=["group"],
        dialog={
            "title": "Group the questions now?",
            "description": "It is done every night. What people decided stays as it is.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Group now",
        },
    )
    def group_now(self, request, form):
        try:
            run = start_grouping(by=Actor.of_request(request), now=timezone.now())
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            if enqueue(group_questions, run.pk):
                messages.success(request, "The questions are being grouped. Load this page again in a moment.")
            else:
                give_up(run=run, now=timezone.now())
                messages.error(request, "No worker can be reached just now. The nightly grouping tries again.")
        return dialog_done(reverse("admin:quality_knowledgegap_changelist"))


def _names(line):
    return line if isinstance(line, tuple) else (line,)
