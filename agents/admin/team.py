from django.contrib import admin
from unfold.decorators import display

from agents.models import Skill, Team
from agents.policy import own_teams
from helpninja.common.admin import ADMINS, LEADERS, PolicyAdmin
from helpninja.common.roles import Role


@admin.register(Team)
class TeamAdmin(PolicyAdmin):
    viewers = LEADERS
    editors = ADMINS

    # List
    list_display = ("name", "calendar", "members")
    list_select_related = ("calendar",)
    search_fields = ("name",)

    # Form
    fields = ("name", "slug", "calendar")
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
