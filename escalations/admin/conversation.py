from typing import cast

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from escalations.admin.access import READERS, by_public_id, sees_attributes
from escalations.enums import Author
from escalations.models import Conversation, Message
from escalations.models.conversation import MessageQuerySet
from helpninja.common.actors import Actor
from helpninja.common.admin import MachineWrittenAdmin, MomentRangeFilter, ReadOnlyTabularInline, ScopedFilter

AUTHOR_COLOURS = {Author.CUSTOMER.label: "primary", Author.AI.label: "info", Author.AGENT.label: "success"}


class MessageInline(ReadOnlyTabularInline):
    model = Message
    verbose_name_plural = "transcript"
    fields = ("shown_author", "shown_text", "shown_confidence", "intent", "sent_at")
    per_page = 100

    def get_queryset(self, request):
        return cast(MessageQuerySet, super().get_queryset(request)).select_related("agent").in_order()

    @display(description="author", label=AUTHOR_COLOURS)
    def shown_author(self, message):
        return message.get_author_display()

    @display(description="text")
    def shown_text(self, message):
        return format_html('<div class="hn-text">{}</div>', message.text)

    @display(description="AI confidence")
    def shown_confidence(self, message):
        if message.ai_confidence is None:
            return "failed" if message.ai_failed else None
        return f"{message.ai_confidence:.2f}{', failed' if message.ai_failed else ''}"


@admin.register(Conversation)
class ConversationAdmin(MachineWrittenAdmin):
    viewers = READERS

    # List
    list_display = ("shown_subject", "customer", "plan", "topic", "channel", "region", "started_at", "closed_at")
    list_filter = (
        ("topic", ScopedFilter),
        ("plan", ScopedFilter),
        ("timing", ChoicesDropdownFilter),
        ("started_at", MomentRangeFilter),
    )
    allowed_lookups = ("id", "public_id", "source", "external_id", "customer", "channel", "region", "closed_at")
    list_select_related = ("customer", "plan", "topic")
    search_fields = ("subject", "customer__name", "public_id", "external_id")
    search_help_text = "Search subject, customer, public or external id"

    # Form
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("subject", "customer", "plan"),
                    ("topic", "channel", "region"),
                    ("started_at", "closed_at", "reopened_at"),
                    ("source", "external_id", "timing"),
                    "shown_escalations",
                )
            },
        ),
        ("Custom attributes", {"fields": ("attributes",)}),
    )
    readonly_fields = ("shown_escalations",)
    inlines = (MessageInline,)

    def scope(self, queryset, actor):
        return queryset.visible_to(actor)

    def get_search_results(self, request, queryset, search_term):
        found = by_public_id(queryset, search_term)
        return (found, False) if found is not None else super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request, obj=None):
        has_attributes = obj is not None and obj.attributes
        return (
            self.fieldsets if has_attributes and sees_attributes(Actor.of_request(request)) else self.fieldsets[:1]
        )

    @display(description="subject", ordering="subject")
    def shown_subject(self, conversation):
        return str(conversation)

    @display(description="escalations")
    def shown_escalations(self, conversation):
        """Whoever sees one of a conversation's escalations may know how often it came to people."""
        rows = conversation.escalations.order_by("opened_at")
        return (
            format_html_join(
                "",
                "<div>{}, {}: {}</div>",
                ((f"{e.opened_at:%Y-%m-%d %H:%M}", e.get_reason_display(), e.get_state_display()) for e in rows),
            )
            or "None"
        )
