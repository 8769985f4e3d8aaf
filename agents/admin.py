from django.contrib import admin
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display

from agents.enums import Status
from agents.models import Agent, AgentSkill, Presence, Skill, Team
from helpninja.common.actors import Actor
from helpninja.common.admin import (
    ADMINS,
    LEADERS,
    NOBODY,
    MachineWrittenAdmin,
    PolicyAdmin,
    PolicyTabularInline,
    ScopedFilter,
)
from helpninja.common.roles import Role

STATUS_COLOURS = {
    Status.AVAILABLE.label: "success",
    Status.IN_CONVERSATION.label: "info",
    Status.AWAY.label: "warning",
    Status.ON_BREAK.label: "warning",
}


def own_teams(actor: Actor) -> frozenset[int]:
    """A supervisor looks after those who share a team."""
    agent = getattr(actor.user, "agent", None)
    return agent.team_ids if agent is not None else frozenset()


@admin.register(Team)
class TeamAdmin(PolicyAdmin):
    viewers = LEADERS
    editors = ADMINS

    # List
    list_display = ("name", "members")
    search_fields = ("name",)

    # Form
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def scope(self, queryset, actor):
        queryset = queryset.prefetch_related("agents")
        return queryset if actor.is_any(Role.ADMIN) else queryset.filter(pk__in=own_teams(actor))

    def get_prepopulated_fields(self, request, obj=None):
        return self.prepopulated_fields if self.has_change_permission(request, obj) else {}

    @display(description="members")
    def members(self, team):
        return ", ".join(agent.name for agent in team.agents.all()) or None


@admin.register(Skill)
class SkillAdmin(PolicyAdmin):
    viewers = LEADERS
    editors = ADMINS

    # List
    list_display = ("name", "slug")
    search_fields = ("name",)

    # Form
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_prepopulated_fields(self, request, obj=None):
        return self.prepopulated_fields if self.has_change_permission(request, obj) else {}


class AgentSkillInline(PolicyTabularInline):
    model = AgentSkill
    editors = LEADERS
    fields = ("skill", "level", "certified_on")
    hide_title = True


@admin.register(Agent)
class AgentAdmin(PolicyAdmin):
    """Nobody is deleted here, since the work names them: switch off the user instead."""

    viewers = editors = LEADERS
    adders = ADMINS
    deleters = NOBODY

    # List
    list_display = ("name", "level", "team_names", "specialization", "capacity", "shown_status", "status_reason")
    list_filter = (
        ("teams", ScopedFilter),
        ("level", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
    )
    search_fields = ("name", "user__username", "specialization")

    # Form
    autocomplete_fields = ("user",)
    filter_horizontal = ("teams",)
    readonly_fields = ("shown_status", "status_reason", "status_since", "status_until")
    fieldsets = (
        (None, {"fields": (("name", "user"), "teams")}),
        ("Work", {"fields": (("level", "capacity"), "specialization", ("languages", "time_zone"), "hourly_cost")}),
        (
            "Presence",
            {"fields": (("shown_status", "status_reason"), ("status_since", "status_until")), "classes": ("tab",)},
        ),
    )
    inlines = (AgentSkillInline,)

    def scope(self, queryset, actor):
        queryset = queryset.select_related("user").prefetch_related("teams")
        return queryset if actor.is_any(Role.ADMIN) else queryset.in_teams(own_teams(actor))

    def get_readonly_fields(self, request, obj=None):
        """Who somebody is, and in which teams, decides what they may see: that is the admins' to say."""
        if Actor.of_request(request).is_any(Role.ADMIN):
            return self.readonly_fields
        return (*self.readonly_fields, "user", "teams")

    @display(description="teams")
    def team_names(self, agent):
        return ", ".join(team.name for team in agent.teams.all())

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, agent):
        return agent.get_status_display()


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
