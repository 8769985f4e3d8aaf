"""Customers are billing's rows, but who may see one follows from the escalations: hence their admin is here."""

from django.contrib import admin
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from billing.models import Customer
from escalations.admin.access import (
    READERS,
    by_public_id,
    customers_for,
    sees_all_contacts,
    sees_attributes,
    with_contact_shown,
)
from escalations.admin.resources import CustomerResource
from helpninja.common.actors import Actor
from helpninja.common.admin import ADMINS, LEADERS, NOBODY, PolicyAdmin, ScopedFilter
from helpninja.common.exchange import AuditedImportMixin
from helpninja.common.masking import mask_email, mask_phone
from helpninja.common.roles import Role

CONTACT = ("email", "phone")


class RegionFilter(DropdownFilter):
    title = "region"
    parameter_name = "region"

    def lookups(self, request, model_admin):
        regions = model_admin.get_queryset(request).exclude(region="").order_by("region")
        return [(region, region) for region in regions.values_list("region", flat=True).distinct()[:200]]

    def queryset(self, request, queryset):
        return queryset.filter(region=self.value()) if self.value() else queryset


@admin.register(Customer)
class CustomerAdmin(AuditedImportMixin, ExportMixin, PolicyAdmin):
    """Nobody deletes a customer here: conversations name them, and erasing is a procedure of its own."""

    viewers = READERS | {Role.ANALYST}
    editors = LEADERS
    adders = ADMINS
    deleters = NOBODY
    resource_classes = (CustomerResource,)

    # List
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    list_display = ("shown_name", "company", "shown_email", "plan", "region", "monthly_value", "signed_up_on")
    list_filter = (("plan", ScopedFilter), RegionFilter, ("signed_up_on", RangeDateFilter))
    allowed_lookups = ("id", "public_id", "external_id", "country")
    list_select_related = ("plan",)
    search_fields = ("name", "company", "external_id", "public_id")
    actions = None

    # Form
    fieldsets = (
        (
            None,
            {"fields": (("name", "company"), ("email", "phone"), ("plan", "monthly_value"), ("external_id",))},
        ),
        (
            "Where and since when",
            {"fields": (("region", "country"), ("language", "time_zone"), "signed_up_on")},
        ),
        ("Custom attributes", {"fields": ("attributes",), "classes": ("collapse",)}),
    )

    def scope(self, queryset, actor):
        return with_contact_shown(actor, customers_for(actor, queryset)).select_related("plan")

    def get_search_fields(self, request):
        """Searching by contact would tell what the list masks."""
        return (*self.search_fields, *(CONTACT if sees_all_contacts(Actor.of_request(request)) else ()))

    def get_search_results(self, request, queryset, search_term):
        found = by_public_id(queryset, search_term)
        return (found, False) if found is not None else super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and not obj.contact_shown:
            lines = tuple(
                ("shown_email", "shown_phone") if line == CONTACT else line for line in fieldsets[0][1]["fields"]
            )
            fieldsets = ((None, {"fields": lines}), *fieldsets[1:])
        return fieldsets if sees_attributes(Actor.of_request(request)) else fieldsets[:-1]

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None or obj.contact_shown else ("shown_email", "shown_phone")

    @display(description="name", ordering="name")
    def shown_name(self, customer):
        return str(customer)

    @display(description="e-mail")
    def shown_email(self, customer):
        return customer.email if customer.contact_shown else mask_email(customer.email)

    @display(description="phone")
    def shown_phone(self, customer):
        return customer.phone if customer.contact_shown else mask_phone(customer.phone)
