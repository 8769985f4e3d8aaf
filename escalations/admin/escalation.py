from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
)
from unfold.decorators import display

from escalations.admin import shown
from escalations.admin.access import READERS, by_public_id
from escalations.admin.resources import EscalationResource
from escalations.enums import Priority
from escalations.models import (
    Deadline,
    Escalation,
    EscalationEvent,
    HandlingInterval,
    Note,
    Pause,
    Rating,
)
from escalations.policy import Action, may
from helpninja.common.actors import Actor
from helpninja.common.admin import MachineWrittenAdmin, MomentRangeFilter, ReadOnlyTabularInline, ScopedFilter
from helpninja.common.exchange import AuditedExportMixin
from helpninja.common.masking import mask_email, mask_phone

EMPTY = "-"
ROUTING = "Who should take it"


class EventInline(ReadOnlyTabularInline):
    model = EscalationEvent
    verbose_name_plural = "timeline"
    fields = ("at", "kind", "actor", "shown_data")
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("id")

    @display(description="details")
    def shown_data(self, event):
        said = {name: value for name, value in event.data.items() if value not in (None, "", [], {})}
        return (
            format_html_join("", "<div>{}: {}</div>", ((k.replace("_", " "), v) for k, v in said.items())) or EMPTY
        )


class DeadlineInline(ReadOnlyTabularInline):
    model = Deadline
    verbose_name_plural = "deadlines"
    fields = ("shown_metric", "shown_state", "due_at", "ended_at", "shown_why")
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).order_by(*Deadline.LATEST_FIRST)

    @display(description="asks for")
    def shown_metric(self, deadline):
        return deadline.get_metric_display()

    @display(description="state", label=shown.CLOCK_COLOURS)
    def shown_state(self, deadline):
        return deadline.state

    @display(description="why this deadline")
    def shown_why(self, deadline):
        return shown.deadline(deadline)


class PauseInline(ReadOnlyTabularInline):
    model = Pause
    fields = ("started_at", "ended_at", "shown_seconds", "actor", "reason", "ended_by", "stops_clock")
    tab = True

    @display(description="length")
    def shown_seconds(self, pause):
        return shown.duration(pause.seconds) or "lasts"


class HandlingIntervalInline(ReadOnlyTabularInline):
    model = HandlingInterval
    verbose_name_plural = "handling"
    fields = ("agent", "started_at", "ended_at", "shown_seconds")
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("agent")

    @display(description="time")
    def shown_seconds(self, interval):
        return shown.duration(interval.seconds) or "running"


class NoteInline(ReadOnlyTabularInline):
    model = Note
    verbose_name_plural = "internal notes"
    fields = ("at", "author", "text")
    tab = True


class RatingInline(ReadOnlyTabularInline):
    model = Rating
    fields = ("csat", "nps", "comment", "handler", "survey_sent_at", "rated_at")
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("handler")


@admin.register(Escalation)
class EscalationAdmin(AuditedExportMixin, ExportMixin, MachineWrittenAdmin):
    """For finding and reading. The work itself is done in the workspace, through its actions."""

    viewers = READERS
    resource_classes = (EscalationResource,)

    # List
    list_display = (
        "shown_subject",
        "shown_state",
        "shown_priority",
        "reason",
        "topic",
        "customer",
        "plan",
        "team",
        "assignee",
        "opened_at",
        "shown_first_response",
        "shown_resolution",
    )
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("priority", ChoicesDropdownFilter),
        ("reason", ChoicesDropdownFilter),
        ("topic", ScopedFilter),
        ("team", ScopedFilter),
        ("plan", ScopedFilter),
        ("tier", ChoicesDropdownFilter),
        ("assignee", ScopedFilter),
        ("opened_at", MomentRangeFilter),
    )
    allowed_lookups = (
        "id",
        "public_id",
        "region",
        "channel",
        "timing",
        "customer",
        "conversation",
        "resolved_by",
        "first_responder",
        "first_response_at",
        "first_response_due_at",
        "first_response_seconds",
        "resolved_at",
        "last_resolved_at",
        "quality",
        "necessity",
        "category",
        "customer_repeated",
        "previous",
        "trigger_rule",
    )
    list_select_related = ("topic", "customer", "plan", "team", "assignee")
    search_fields = ("subject", "customer__name", "public_id")
    search_help_text = "Search subject, customer or public id"

    # Form
    change_form_outer_before_template = "admin/escalations/escalation_links.html"
    inlines = (EventInline, DeadlineInline, PauseInline, HandlingIntervalInline, NoteInline, RatingInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("shown_state", "shown_priority", "assignee"),
                    ("reason", "topic", "team"),
                    ("tier", "channel", "region"),
                )
            },
        ),
        ("Why it was escalated", {"fields": ("shown_because", "shown_rule")}),
        ("Why this priority", {"fields": ("shown_priority_because", "shown_queue_level")}),
        (ROUTING, {"fields": ("shown_routing",)}),
        ("What it is about", {"fields": ("subject", "shown_summary", "handoff_message", "shown_context")}),
        (
            "Customer",
            {"fields": (("customer", "plan"), ("shown_email", "shown_phone"), ("sentiment", "frustrated"))},
        ),
        (
            "Times",
            {
                "fields": (
                    ("opened_at", "first_response_due_at", "first_response_at"),
                    ("shown_verdict", "shown_first_response", "first_responder"),
                    ("resolved_at", "shown_resolution", "last_resolved_at"),
                    ("claim_count", "transfer_count", "customer_repeated"),
                )
            },
        ),
        (
            "Resolution",
            {
                "fields": (
                    ("category", "quality", "necessity"),
                    ("resolved_by", "missing_content"),
                    "resolution_note",
                )
            },
        ),
        ("Re-escalations", {"fields": ("shown_chain", "reescalation_cause")}),
    )

    def scope(self, queryset, actor):
        return queryset.visible_to(actor)

    def get_queryset(self, request):
        related = ("topic", "customer", "plan", "team", "assignee", "conversation", "previous")
        return super().get_queryset(request).select_related(*related)

    def get_fieldsets(self, request, obj=None):
        """Who was weighed against whom is for leaders."""
        shown_routing = obj is not None and may(Actor.of_request(request), Action.SEE_ROUTING, obj)
        return [one for one in self.fieldsets if one[0] != ROUTING or shown_routing]

    def get_readonly_fields(self, request, obj=None):
        return [name for _, options in self.fieldsets for line in options["fields"] for name in _names(line)]

    def get_search_results(self, request, queryset, search_term):
        found = by_public_id(queryset, search_term)
        return (found, False) if found is not None else super().get_search_results(request, queryset, search_term)

    def get_object(self, request, object_id, from_field=None):
        """Contact details go along only where this actor may read them; display methods see no actor."""
        escalation = super().get_object(request, object_id, from_field)
        if escalation is not None:
            escalation.contact_shown = may(Actor.of_request(request), Action.SEE_CONTACT, escalation)
        return escalation

    @display(description="subject", ordering="subject")
    def shown_subject(self, escalation):
        return str(escalation)

    @display(description="state", ordering="state", label=shown.STATE_COLOURS)
    def shown_state(self, escalation):
        return escalation.get_state_display()

    @display(description="priority", ordering="priority", label=shown.PRIORITY_COLOURS)
    def shown_priority(self, escalation):
        return escalation.get_priority_display()

    @display(description="first response", ordering="first_response_seconds")
    def shown_first_response(self, escalation):
        return shown.duration(escalation.first_response_seconds)

    @display(description="resolution", ordering="resolution_seconds")
    def shown_resolution(self, escalation):
        return shown.duration(escalation.resolution_seconds)

    @display(description="deadline")
    def shown_verdict(self, escalation):
        return shown.verdict(escalation.first_response_due_at, escalation.first_response_at, timezone.now())

    @display(description="because")
    def shown_because(self, escalation):
        return shown.because(escalation.because)

    @display(description="because")
    def shown_priority_because(self, escalation):
        return shown.priority(escalation)

    @display(description="because")
    def shown_routing(self, escalation):
        return shown.routing(escalation) or "Nobody has been looked for yet."

    @display(description="in the queue as")
    def shown_queue_level(self, escalation):
        return Priority(escalation.queue_level).label

    @display(description="trigger rule")
    def shown_rule(self, escalation):
        rule = escalation.because.get("rule")
        return f"{rule['name']}, version {rule['version']}" if rule else EMPTY

    @display(description="handoff summary")
    def shown_summary(self, escalation):
        return format_html('<div class="hn-text">{}</div>', escalation.summary) if escalation.summary else EMPTY

    @display(description="context to show")
    def shown_context(self, escalation):
        return ", ".join(kind.replace("_", " ") for kind in escalation.context) or EMPTY

    @display(description="e-mail")
    def shown_email(self, escalation):
        email = escalation.customer.email if escalation.customer else ""
        return (email if escalation.contact_shown else mask_email(email)) or EMPTY

    @display(description="phone")
    def shown_phone(self, escalation):
        phone = escalation.customer.phone if escalation.customer else ""
        return (phone if escalation.contact_shown else mask_phone(phone)) or EMPTY

    @display(description="before and after")
    def shown_chain(self, escalation):
        """Only those of the actor's reach: ``chain`` is filled in by the form's view."""
        return (
            format_html_join(
                "",
                '<div><a class="hn-link" href="{}">{}</a> {}, {}</div>',
                (
                    (_change_url(one), one, f"{one.opened_at:%Y-%m-%d %H:%M}", one.get_state_display().lower())
                    for one in escalation.chain
                ),
            )
            or "None"
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, {"show_save": False, **(extra_context or {})})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        obj.chain = self._chain(request, obj)
        context["workspace_url"] = reverse("queue:workspace", args=[obj.public_id])
        context["conversation_url"] = reverse("admin:escalations_conversation_change", args=[obj.conversation_id])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _chain(self, request, escalation):
        """Its neighbours in time: the one it repeats, and those that repeat it."""
        near = Escalation.objects.visible_to(Actor.of_request(request)).order_by("opened_at")
        followers = near.filter(previous=escalation)
        return [*near.filter(pk=escalation.previous_id), *followers]


def _names(line):
    return line if isinstance(line, tuple) else (line,)


def _change_url(escalation):
    return reverse("admin:escalations_escalation_change", args=[escalation.pk])
