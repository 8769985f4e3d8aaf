from django.contrib import admin
from unfold.decorators import display

from helpninja.common.admin.filters import MomentRangeFilter
from helpninja.common.admin.policy import MachineWrittenAdmin
from helpninja.common.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(MachineWrittenAdmin):
    """Found by who, what and when; nothing of it can be changed."""

    # List
    list_display = ("at", "actor", "action", "object_type", "shown_object")
    list_filter = (("at", MomentRangeFilter),)
    allowed_lookups = ("object_type", "object_id", "actor", "action")
    search_fields = ("actor", "action", "object_label", "object_id")
    search_help_text = "Search who, what, or the name or id of what was changed"

    # Form
    fields = ("at", "actor", "action", "object_type", "object_id", "object_label", "details")

    @display(description="what", ordering="object_label")
    def shown_object(self, entry: AuditEntry) -> str:
        return entry.object_label or entry.object_id
