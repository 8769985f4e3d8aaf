from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from agents.admin.access import STATUS_COLOURS, own_teams
from agents.models import Agent, Presence
from helpninja.common.admin import LEADERS, MachineWrittenAdmin, ScopedFilter
from helpninja.common.roles import Role


@admin.register(Presence)
class PresenceAdmin(MachineWrittenAdmin):
    viewers = LEADERS

    # List
    list_display = ("at", "agent", "shown_status", "reason", "until", "actor")
    list_filter = (
        ("agent", ScopedFilter),
        ("status", ChoicesDropdownFilter),
        ("at", RangeDateTimeFilter),
    )
    list_select_related = ("agent",)
    search_fields = ("agent__name", "reason")

    # Form
    fields = ("agent", "at", "status", "reason", "until", "actor")

    def scope(self, queryset, actor):
        if actor.is_any(Role.ADMIN):
            return queryset
        return queryset.filter(agent__in=Agent.objects.in_teams(own_teams(actor)))

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, presence):
        return presence.get_status_display()
