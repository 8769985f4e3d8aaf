from django.contrib import admin
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from agents.admin import shown
from agents.admin.access import STATUS_COLOURS
from agents.models import Agent, AgentSkill
from agents.policy import own_teams
from helpninja.common.actors import Actor
from helpninja.common.admin import ADMINS, LEADERS, NOBODY, PolicyAdmin, PolicyTabularInline, ScopedFilter
from helpninja.common.roles import Role


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
    list_display = (
        "name",
        "level",
        "team_names",
        "specialization",
        "shown_capacity",
        "shown_status",
        "status_reason",
    )
    list_filter = (
        ("teams", ScopedFilter),
        ("level", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
    )
    search_fields = ("name", "user__username", "specialization")

    # Form
    autocomplete_fields = ("user",)
    filter_horizontal = ("teams",)
    readonly_fields = ("shown_status", "status_reason", "status_since", "status_until", "plan", "hours")
    fieldsets = (
        (None, {"fields": (("name", "user"), "teams")}),
        ("Work", {"fields": (("level", "capacity"), "specialization", ("languages", "time_zone"), "hourly_cost")}),
        (
            "Presence",
            {"fields": (("shown_status", "status_reason"), ("status_since", "status_until")), "classes": ("tab",)},
        ),
        ("Plan", {"fields": ("plan",), "classes": ("tab",)}),
        ("Hours", {"fields": ("hours",), "classes": ("tab",)}),
    )
    inlines = (AgentSkillInline,)

    def scope(self, queryset, actor):
        queryset = queryset.with_limit().select_related("user").prefetch_related("teams")
        return queryset if actor.is_any(Role.ADMIN) else queryset.in_teams(own_teams(actor))

    def get_fieldsets(self, request, obj=None):
        """Plan and hours are those of somebody who is there already."""
        return self.fieldsets if obj else self.fieldsets[:-2]

    def get_readonly_fields(self, request, obj=None):
        """Who somebody is, and in which teams, decides what they may see: that is the admins' to say."""
        if Actor.of_request(request).is_any(Role.ADMIN):
            return self.readonly_fields
        return (*self.readonly_fields, "user", "teams")

    @display(description="teams")
    def team_names(self, agent):
        return ", ".join(team.name for team in agent.teams.all())

    @display(description="capacity", ordering="limit")
    def shown_capacity(self, agent):
        return agent.limit if agent.capacity is not None else f"{agent.limit} (level)"

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, agent):
        return agent.get_status_display()

    @display(description="")
    def plan(self, agent):
        return shown.plan(agent, timezone.now()) if agent.pk else None

    @display(description="")
    def hours(self, agent):
        return shown.hours(agent, timezone.now()) if agent.pk else None
