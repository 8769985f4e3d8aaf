"""Events are billing's rows; who may see one follows, like their customer's, from the escalations."""

from django.contrib import admin
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from billing.models import Customer, CustomerEvent
from escalations.admin.access import customers_for
from escalations.admin.resources import CustomerEventResource
from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, MachineWrittenAdmin, MomentRangeFilter
from helpninja.common.exchange import AuditedImportMixin
from helpninja.common.roles import Role


@admin.register(CustomerEvent)
class CustomerEventAdmin(AuditedImportMixin, ExportMixin, MachineWrittenAdmin):
    """Billing systems post them, leaders import them from files; what was told once stays."""

    viewers = LEADERS | {Role.ANALYST}
    resource_classes = (CustomerEventResource,)

    # List
    list_display = ("at", "customer", "kind", "amount", "monthly_value_before", "monthly_value_after", "source")
    list_filter = (("kind", ChoicesDropdownFilter), ("at", MomentRangeFilter))
    allowed_lookups = ("id", "customer", "is_positive", "source")
    list_select_related = ("customer",)
    search_fields = ("customer__name", "customer__external_id", "external_id")

    # Form
    fields = (
        "customer",
        "kind",
        "at",
        ("monthly_value_before", "monthly_value_after"),
        ("amount", "is_positive"),
        ("source", "external_id"),
        "received_at",
    )

    def scope(self, queryset, actor):
        if actor.is_any(Role.ADMIN, Role.ANALYST):
            return queryset
        return queryset.filter(customer__in=customers_for(actor, Customer.objects.all()))

    def has_import_permission(self, request):
        return Actor.of_request(request).is_any(*LEADERS)
