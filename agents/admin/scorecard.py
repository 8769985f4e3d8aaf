from django.contrib import admin
from unfold.decorators import display

from agents.models import Agent, Scorecard
from agents.policy import own_teams
from helpninja.common.admin import LEADERS, MachineWrittenAdmin, ScopedFilter
from helpninja.common.roles import Role


@admin.register(Scorecard)
class ScorecardAdmin(MachineWrittenAdmin):
    viewers = LEADERS

    # List
    list_display = (
        "agent",
        "shown_topic",
        "resolved",
        "shown_lasting",
        "shown_first_contact",
        "shown_csat",
        "shown_response",
        "shown_handling",
        "shown_quality",
        "computed_at",
    )
    list_filter = (("agent", ScopedFilter),)
    allowed_lookups = ("topic",)
    list_select_related = ("agent",)
    search_fields = ("agent__name", "topic")
    search_help_text = "The last 30 days of each agent, over all topics and by topic; written anew every hour"
    ordering = ("agent__name", "topic")

    # Form
    fields = (
        ("agent", "topic", "computed_at"),
        ("resolved", "lasting", "first_contact"),
        ("ratings", "csat"),
        ("responses", "response_seconds"),
        ("handled", "handling_seconds"),
        ("reviews", "quality_score"),
    )

    def scope(self, queryset, actor):
        if actor.is_any(Role.ADMIN):
            return queryset
        return queryset.filter(agent__in=Agent.objects.in_teams(own_teams(actor)))

    @display(description="topic", ordering="topic")
    def shown_topic(self, card):
        return card.topic or "all topics"

    @display(description="for good", ordering="lasting")
    def shown_lasting(self, card):
        return _share(card.lasting, card.resolved)

    @display(description="at first contact", ordering="first_contact")
    def shown_first_contact(self, card):
        return _share(card.first_contact, card.resolved)

    @display(description="CSAT", ordering="csat")
    def shown_csat(self, card):
        return _mean(card.csat, card.ratings, "{:.2f}")

    @display(description="first response", ordering="response_seconds")
    def shown_response(self, card):
        return _mean(card.response_seconds, card.responses, "{:.0f} s")

    @display(description="handling", ordering="handling_seconds")
    def shown_handling(self, card):
        return _mean(card.handling_seconds, card.handled, "{:.0f} s")

    @display(description="quality", ordering="quality_score")
    def shown_quality(self, card):
        return _mean(card.quality_score, card.reviews, "{:.0f}")


def _share(part, whole):
    return f"{part} ({100 * part / whole:.0f} %)" if whole else None


def _mean(value, rows, pattern):
    """With the number of rows that it is of; nothing where there were none."""
    return f"{pattern.format(value)} ({rows})" if rows else None
