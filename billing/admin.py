from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from billing.models import Plan, SharedCost
from helpninja.common.admin import ADMINS, PolicyAdmin
from helpninja.common.roles import Role

READERS = frozenset({Role.SUPERVISOR, Role.ANALYST, Role.ADMIN})


@admin.register(Plan)
class PlanAdmin(PolicyAdmin):
    viewers = READERS
    editors = ADMINS

    # List
    list_display = ("name", "code", "rank")
    search_fields = ("name", "code")

    # Form
    fields = ("name", "code", "rank")


@admin.register(SharedCost)
class SharedCostAdmin(PolicyAdmin):
    viewers = READERS
    editors = ADMINS

    # List
    list_display = ("name", "shown_month", "kind", "amount")
    list_filter = (("kind", ChoicesDropdownFilter), ("month", RangeDateFilter))
    search_fields = ("name",)

    # Form
    fields = ("name", "kind", "month", "amount")

    @display(description="month", ordering="month")
    def shown_month(self, cost):
        return f"{cost.month:%B %Y}"
