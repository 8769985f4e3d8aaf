"""What the nightly comparison of rollups with the rows found."""

from django.contrib import admin
from unfold.decorators import display

from analytics.models import Reconciliation
from helpninja.common.admin import MachineWrittenAdmin


@admin.register(Reconciliation)
class ReconciliationAdmin(MachineWrittenAdmin):
    """The nightly comparison of rollups with the rows, and what it repaired."""

    # List
    list_display = ("at", "first", "last", "compared", "shown_result")

    # Form
    fields = ("at", "first", "last", "compared", "differences")

    @display(description="result", label={"agrees": "success", "repaired": "danger"})
    def shown_result(self, reconciliation: Reconciliation) -> str:
        return "repaired" if reconciliation.differences else "agrees"
