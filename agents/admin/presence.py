from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from agents.admin.access import STATUS_COLOURS
from agents.models import Presence
from agents.policy import known_agents
from helpninja.common.admin import LEADERS, MachineWrittenAdmin, MomentRangeFilter, ScopedFilter


@admin.register(Presence)
class PresenceAdmin(MachineWrittenAdmin):
    viewers = LEADERS

    # List
    list_display = ("at", "agent", "shown_status", "reason", "until", "actor")
    list_filter = (
        ("agent", ScopedFilter),
        ("status", ChoicesDropdownFilter),
        ("at", MomentRangeFilter),
    )
    list_select_related = ("agent",)
    search_fields = ("agent__name", "reason")

    # Form
    fields = ("agent", "at", "status", "reason", "until", "actor")

    def scope(self, queryset, actor):
        return queryset.filter(agent__in=known_agents(actor))

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, presence):
        return presence.get_status_display()
