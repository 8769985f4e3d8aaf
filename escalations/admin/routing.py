from django.contrib import admin
from django.db.models import F
from unfold.decorators import display

from escalations.actions.routing.weights import publish, retire
from escalations.admin.access import RULE_READERS
from escalations.admin.resources import RoutingWeightsResource
from escalations.enums import RoutingFactor
from escalations.models import RoutingWeights
from helpninja.common.admin import LEADERS
from helpninja.common.versioned_admin import VersionedAdmin

FACTORS = tuple(factor.value for factor in RoutingFactor)


@admin.register(RoutingWeights)
class RoutingWeightsAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    open_choices = frozenset({"team"})  # which teams there are is no secret to those who route work to them
    resource_classes = (RoutingWeightsResource,)

    # List
    list_display = ("shown_team", *FACTORS, "version")
    list_select_related = ("team",)
    search_fields = ("team__name",)
    search_help_text = "A team without weights of its own follows those for all teams"
    ordering = (F("team__name").asc(nulls_first=True), "id")

    # Form
    readonly_fields = ("version",)
    fieldsets = (
        ("Whose work", {"fields": (("team", "version"),)}),
        ("Percent of each factor, together 100", {"fields": (FACTORS[:3], FACTORS[3:])}),
    )

    @display(description="team", ordering="team__name")
    def shown_team(self, weights):
        return str(weights)

    # Actions
    def publish(self, row, *, by, now, why=""):
        publish(weights=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(weights=rows, by=by, now=now)
