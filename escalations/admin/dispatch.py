from django.contrib import admin
from django.db.models import F
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from escalations.actions.routing_policies import publish, retire
from escalations.admin.access import RULE_READERS
from escalations.admin.resources import RoutingPolicyResource
from escalations.enums import AlertKind, OfferOutcome
from escalations.models import Alert, Escalation, Offer, RoutingPolicy
from helpninja.common.admin import LEADERS, MachineWrittenAdmin, MomentRangeFilter, ScopedFilter
from helpninja.common.roles import Role
from helpninja.common.versioned_admin import VersionedAdmin

OUTCOME_COLOURS = {
    OfferOutcome.ACCEPTED.label: "success",
    OfferOutcome.DECLINED.label: "warning",
    OfferOutcome.EXPIRED.label: "danger",
    OfferOutcome.OPEN.label: "info",
}
ALERT_COLOURS = {
    AlertKind.NO_ELIGIBLE_AGENT.label: "danger",
    AlertKind.NOBODY_ACCEPTED.label: "danger",
    AlertKind.SLA_BREACH.label: "danger",
    AlertKind.BELOW_THRESHOLD.label: "warning",
    AlertKind.SLA_WARNING.label: "warning",
    AlertKind.ASKED.label: "info",
}


@admin.register(RoutingPolicy)
class RoutingPolicyAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    open_choices = frozenset({"team"})  # which teams there are is no secret to those who route work to them
    resource_classes = (RoutingPolicyResource,)

    # List
    list_display = ("__str__", "mode", "threshold", "offer_seconds", "max_reoffers", "batch", "version")
    list_select_related = ("team", "topic")
    search_fields = ("team__name", "topic__name")
    search_help_text = "The most specific holds: team and topic, then the team, then the topic, then any"
    ordering = (F("team__name").asc(nulls_first=True), F("topic__name").asc(nulls_first=True), "id")

    # Form
    fieldsets = (
        ("Whose work", {"fields": (("team", "topic"),)}),
        (
            "How it finds its agent",
            {"fields": (("mode", "threshold"), ("offer_seconds", "max_reoffers"), "batch")},
        ),
    )

    def publish(self, row, *, by, now, why=""):
        publish(policy=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(policies=rows, by=by, now=now)


class OfVisibleWorkAdmin(MachineWrittenAdmin):
    """What was noted of escalations: for the leaders who see them."""

    viewers = LEADERS

    def scope(self, queryset, actor):
        if actor.is_any(Role.ADMIN):
            return queryset
        return queryset.filter(escalation__in=Escalation.objects.visible_to(actor))


@admin.register(Offer)
class OfferAdmin(OfVisibleWorkAdmin):
    # List
    list_display = ("offered_at", "escalation", "agent", "actor", "shown_outcome", "took", "decline_reason")
    list_filter = (
        ("agent", ScopedFilter),
        ("outcome", ChoicesDropdownFilter),
        ("decline_reason", ChoicesDropdownFilter),
        ("offered_at", MomentRangeFilter),
    )
    list_select_related = ("escalation", "agent")
    search_fields = ("escalation__public_id", "agent__name")

    # Form
    fields = (
        ("escalation", "agent", "actor"),
        "why",
        ("offered_at", "expires_at", "ended_at"),
        ("shown_outcome", "decline_reason", "decline_text"),
    )
    readonly_fields = ("why", "shown_outcome")

    @display(description="outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def shown_outcome(self, offer):
        return offer.get_outcome_display()

    @display(description="seconds", ordering="ended_at")
    def took(self, offer):
        return int((offer.ended_at - offer.offered_at).total_seconds()) if offer.ended_at else None

    @display(description="why")
    def why(self, offer):
        return offer.because.get("because") or offer.because.get("reason")


@admin.register(Alert)
class AlertAdmin(OfVisibleWorkAdmin):
    # List
    list_display = ("raised_at", "shown_kind", "text", "escalation", "seen_by", "cleared_at")
    list_filter = (("kind", ChoicesDropdownFilter), ("raised_at", MomentRangeFilter))
    list_select_related = ("escalation",)
    search_fields = ("public_id", "escalation__public_id", "text")

    # Form
    fields = (("escalation", "shown_kind"), "text", ("raised_at", "cleared_at"), ("seen_at", "seen_by"))
    readonly_fields = ("shown_kind",)

    @display(description="kind", ordering="kind", label=ALERT_COLOURS)
    def shown_kind(self, alert):
        return alert.get_kind_display()
