from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from helpninja.common.actors import Actor
from helpninja.common.admin import MachineWrittenAdmin, MomentRangeFilter, ReadOnlyTabularInline, ScopedFilter
from helpninja.common.exchange import AuditedExportMixin
from quality.admin.access import DISPUTE_COLOURS, REVIEW_READERS, STATE_COLOURS, OccurringFilter
from quality.admin.resources import ReviewResource
from quality.models import Answer, Dispute, Remark, Review, ReviewVersion, ScoreBand
from quality.policy import Action, may
from quality.sheets import versions_of

EMPTY = "-"


class AgentFilter(OccurringFilter):
    title = "agent"
    parameter_name = "agent__id__exact"


class ReviewerFilter(OccurringFilter):
    title = "reviewer"
    parameter_name = "reviewer__id__exact"
    names = ("first_name", "last_name", "username")


class RubricFilter(OccurringFilter):
    title = "rubric"
    parameter_name = "rubric_version__rubric__id__exact"


class BandFilter(DropdownFilter):
    title = "band"
    parameter_name = "band"

    def lookups(self, request, model_admin):
        return [(str(band.pk), str(band)) for band in ScoreBand.objects.all()]

    def queryset(self, request, queryset):
        """From its least total up to the next better band."""
        bands = list(ScoreBand.objects.all())
        at = next((index for index, band in enumerate(bands) if str(band.pk) == self.value()), None)
        if at is None:
            return queryset
        reached = queryset.filter(total__gte=bands[at].least)
        return reached.filter(total__lt=bands[at - 1].least) if at else reached


class AnswerInline(ReadOnlyTabularInline):
    model = Answer
    fields = ("name", "band", "shown_points", "shown_score", "note", "evidence", "overruled")
    tab = True

    @display(description="points")
    def shown_points(self, answer):
        if answer.na:
            return "N/A"
        return EMPTY if answer.points is None else f"{answer.points:g} of {answer.of_points:g}"

    @display(description="of the total")
    def shown_score(self, answer):
        return EMPTY if answer.score is None else f"{answer.score:g} of {answer.possible:g}"


class RemarkInline(ReadOnlyTabularInline):
    model = Remark
    fields = ("kind", "text", "key", "shown_message")
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("message")

    @display(description="message")
    def shown_message(self, remark):
        return remark.message.text[:120] if remark.message else EMPTY


class DisputeInline(ReadOnlyTabularInline):
    model = Dispute
    fields = ("opened_at", "key", "text", "shown_state", "decided_at", "decided_by", "decision")
    tab = True

    @display(description="state", label=DISPUTE_COLOURS)
    def shown_state(self, dispute):
        return dispute.get_state_display()


class VersionInline(ReadOnlyTabularInline):
    model = ReviewVersion
    fields = ("at", "what", "actor", "why", "shown_changes")
    tab = True

    @display(description="what changed")
    def shown_changes(self, version):
        """From the version before it: ``changed`` is filled in by the form's view."""
        return format_html_join("", "<div>{}</div>", ((line,) for line in version.changed)) or EMPTY


@admin.register(Review)
class ReviewAdmin(AuditedExportMixin, ExportMixin, MachineWrittenAdmin):
    """For finding and reading. Reviews are written on their own page, through its actions."""

    viewers = REVIEW_READERS
    resource_classes = (ReviewResource,)

    # List
    list_display = (
        "shown_subject",
        "agent",
        "shown_reviewer",
        "kind",
        "shown_state",
        "total",
        "shown_band",
        "rubric_version",
        "published_at",
    )
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        AgentFilter,
        ReviewerFilter,
        ("escalation__topic", ScopedFilter),
        RubricFilter,
        BandFilter,
        ("published_at", MomentRangeFilter),
    )
    allowed_lookups = (
        "id",
        "agent",
        "reviewer",
        "escalation",
        "escalation__team",
        "escalation__topic",
        "answers__key",
        "answers__possible",
        "root_causes",
        "rubric_version",
        "published_at",
        "total",
    )
    list_select_related = ("escalation", "agent", "reviewer", "rubric_version__rubric")
    search_fields = ("public_id", "escalation__public_id", "escalation__subject", "agent__name", "summary")
    search_help_text = "Search subject, agent, summary or public id"

    # Form
    change_form_outer_before_template = "admin/quality/review_links.html"
    inlines = (AnswerInline, RemarkInline, DisputeInline, VersionInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_state", "kind", "rubric_version"),
                    ("total", "shown_band", "auto_failed"),
                    ("escalation", "agent", "shown_reviewer"),
                    ("created_at", "submitted_at", "published_at"),
                )
            },
        ),
        ("The whole", {"fields": ("summary", "shown_causes")}),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor).with_band()

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def get_readonly_fields(self, request, obj=None):
        return [
            name
            for _, options in self.fieldsets
            for line in options["fields"]
            for name in (line if isinstance(line, tuple) else (line,))
        ]

    def get_inlines(self, request, obj):
        """What it said before it was published is not the reviewed person's to read, whatever their role."""
        hidden = obj is not None and not may(Actor.of_request(request), Action.READ_DRAFTS, obj)
        return [one for one in self.inlines if not (hidden and one is VersionInline)]

    @display(description="conversation", ordering="escalation__subject")
    def shown_subject(self, review):
        return str(review.escalation)

    @display(description="reviewer", ordering="reviewer__last_name")
    def shown_reviewer(self, review):
        return review.reviewer.get_full_name() or review.reviewer.username

    @display(description="state", ordering="state", label=STATE_COLOURS)
    def shown_state(self, review):
        return review.get_state_display()

    @display(description="band", ordering="total")
    def shown_band(self, review):
        return review.band_name or EMPTY

    @display(description="root causes")
    def shown_causes(self, review):
        return ", ".join(cause.name for cause in review.root_causes.all()) or EMPTY

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, {"show_save": False, **(extra_context or {})})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        found = versions_of(Actor.of_request(request), obj)
        changes = {one["number"]: one["changes"] for one in found}
        rows = [one.formset for one in context["inline_admin_formsets"] if one.opts.model is ReviewVersion]
        for form in (form for formset in rows for form in formset.forms):
            form.instance.changed = changes.get(form.instance.number, ())
        context["page_url"] = reverse("quality:review", args=[obj.public_id])
        context["escalation_url"] = reverse("admin:escalations_escalation_change", args=[obj.escalation_id])
        return super().render_change_form(request, context, add, change, form_url, obj)
