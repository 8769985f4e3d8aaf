"""The columns of exports and imports."""

from import_export import fields
from import_export.widgets import ForeignKeyWidget

from agents.models import Calendar, Skill, Team
from billing.actions.customer_events import append
from billing.models import Customer, CustomerEvent, Plan
from escalations.admin import shown
from escalations.admin.access import customers_for
from escalations.enums import Priority
from escalations.models import (
    Escalation,
    Pause,
    PriorityAdjustment,
    PriorityRule,
    RoutingPolicy,
    RoutingWeights,
    SlaPolicy,
    Topic,
    TriggerRule,
)
from helpninja.common.exchange import ActorResource
from helpninja.common.masking import mask_email, mask_phone
from helpninja.common.roles import Role
from helpninja.common.versioned_admin import PartsField, VersionedResource


class CustomerResource(ActorResource):
    plan = fields.Field("plan", "plan", ForeignKeyWidget(Plan, "code"))

    class Meta:
        model = Customer
        import_id_fields = ("external_id",)
        fields = (
            "external_id",
            "name",
            "company",
            "email",
            "phone",
            "plan",
            "region",
            "country",
            "language",
            "time_zone",
            "signed_up_on",
            "monthly_value",
        )
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False

    def dehydrate_email(self, customer):
        return customer.email if customer.contact_shown else mask_email(customer.email)

    def dehydrate_phone(self, customer):
        return customer.phone if customer.contact_shown else mask_phone(customer.phone)

    def before_import_row(self, row, **kwargs):
        super().before_import_row(row, **kwargs)
        if not str(row.get("external_id") or "").strip():
            raise ValueError("external_id: every row needs the customer's id.")

    def after_init_instance(self, instance, new, row, **kwargs):
        """What a supervisor doesn't find among the teams' customers is refused, whether or not it exists."""
        if new and not self.actor.is_any(Role.ADMIN):
            raise ValueError("external_id: no customer of your teams has this id. Admins add customers.")


class CustomerEventResource(ActorResource):
    """A row told before is skipped; told otherwise it is refused: events stay as they were told."""

    customer = fields.Field("customer", "customer", ForeignKeyWidget(Customer, "external_id"))

    class Meta:
        model = CustomerEvent
        import_id_fields = ("source", "external_id")
        fields = (
            "source",
            "external_id",
            "customer",
            "kind",
            "at",
            "amount",
            "monthly_value_before",
            "monthly_value_after",
            "is_positive",
        )
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False

    def get_queryset(self):
        return CustomerEvent.objects.all()

    def before_import_row(self, row, **kwargs):
        super().before_import_row(row, **kwargs)
        for name in self.Meta.import_id_fields:
            if not str(row.get(name) or "").strip():
                raise ValueError(f"{name}: every row needs it.")
        known = customers_for(self.actor, Customer.objects.filter(external_id=row.get("customer")))
        if not known.exists():
            raise ValueError(f"customer: you know of no customer with the id {row.get('customer')}.")

    def do_instance_save(self, instance, is_create):
        append(events=[instance])


class EscalationResource(ActorResource):
    customer = fields.Field(column_name="customer", attribute="customer__external_id", readonly=True)
    customer_name = fields.Field(column_name="customer_name", attribute="customer__name", readonly=True)
    email = fields.Field(column_name="email", readonly=True)
    plan = fields.Field(column_name="plan", attribute="plan__code", readonly=True)
    topic = fields.Field(column_name="topic", attribute="topic__slug", readonly=True)
    team = fields.Field(column_name="team", attribute="team__name", readonly=True)
    assignee = fields.Field(column_name="assignee", attribute="assignee__name", readonly=True)
    because = fields.Field(column_name="because", readonly=True)
    priority_because = fields.Field(column_name="priority_because", readonly=True)
    queue_level = fields.Field(column_name="queue_level", readonly=True)
    flags = fields.Field(column_name="flags", readonly=True)
    verdict = fields.Field(column_name="first_response_met", readonly=True)

    class Meta:
        model = Escalation
        fields = (
            "public_id",
            "subject",
            "state",
            "priority",
            "priority_because",
            "queue_level",
            "flags",
            "tier",
            "reason",
            "topic",
            "customer",
            "customer_name",
            "email",
            "plan",
            "team",
            "assignee",
            "channel",
            "region",
            "because",
            "opened_at",
            "first_response_due_at",
            "first_response_at",
            "first_response_seconds",
            "verdict",
            "resolved_at",
            "resolution_seconds",
            "last_resolved_at",
            "category",
            "quality",
            "necessity",
            "customer_repeated",
        )
        export_order = fields

    def dehydrate_priority(self, escalation):
        return Priority(escalation.priority).code

    def dehydrate_priority_because(self, escalation):
        return escalation.priority_because.get("text", "")

    def dehydrate_queue_level(self, escalation):
        return Priority(escalation.queue_level).code

    def dehydrate_flags(self, escalation):
        return ", ".join(escalation.flags)

    def dehydrate_email(self, escalation):
        """Only admins and leaders export, and they read the contacts of all that they see."""
        return escalation.customer.email if escalation.customer else ""

    def dehydrate_because(self, escalation):
        return escalation.because.get("text", "")

    def dehydrate_verdict(self, escalation):
        due, answered = escalation.first_response_due_at, escalation.first_response_at
        return "" if due is None or answered is None else shown.verdict(due, answered, answered)


class RoutingPolicyResource(VersionedResource):
    team = fields.Field("team", "team", ForeignKeyWidget(Team, "slug"))
    topic = fields.Field("topic", "topic", ForeignKeyWidget(Topic, "slug"))

    class Meta:
        model = RoutingPolicy
        import_id_fields = ("team", "topic")
        fields = ("team", "topic", "mode", "threshold", "offer_seconds", "max_reoffers", "batch")
        export_order = fields


class RoutingWeightsResource(VersionedResource):
    team = fields.Field("team", "team", ForeignKeyWidget(Team, "slug"))

    class Meta:
        model = RoutingWeights
        import_id_fields = ("team",)
        fields = ("team", "specialization", "workload", "customer", "performance", "availability")
        export_order = fields


class PriorityRuleResource(VersionedResource):
    conditions = PartsField("conditions")

    class Meta:
        model = PriorityRule
        import_id_fields = ("name",)
        fields = ("name", "order", "active", "priority", "conditions")
        export_order = fields


class PriorityAdjustmentResource(VersionedResource):
    class Meta:
        model = PriorityAdjustment
        import_id_fields = ("kind", "threshold")
        fields = ("kind", "threshold", "active", "levels", "only_up_to")
        export_order = fields


class SlaPolicyResource(VersionedResource):
    plan = fields.Field("plan", "plan", ForeignKeyWidget(Plan, "code"))
    team = fields.Field("team", "team", ForeignKeyWidget(Team, "slug"))
    topic = fields.Field("topic", "topic", ForeignKeyWidget(Topic, "slug"))
    calendar = fields.Field("calendar", "calendar", ForeignKeyWidget(Calendar, "name"))
    targets = PartsField("targets")

    class Meta:
        model = SlaPolicy
        import_id_fields = ("name",)
        fields = (
            "name",
            "active",
            "plan",
            "team",
            "topic",
            "calendar",
            "warn_percent",
            "longest_pause",
            "most_pauses",
            "targets",
        )
        export_order = fields


class PauseResource(ActorResource):
    escalation = fields.Field(column_name="escalation", attribute="escalation__public_id", readonly=True)
    subject = fields.Field(column_name="subject", attribute="escalation__subject", readonly=True)
    team = fields.Field(column_name="team", attribute="escalation__team__name", readonly=True)

    class Meta:
        model = Pause
        fields = (
            "escalation",
            "subject",
            "team",
            "started_at",
            "ended_at",
            "seconds",
            "actor",
            "reason",
            "ended_by",
            "stops_clock",
            "limit_at",
            "customer_wrote_at",
        )
        export_order = fields


class TriggerRuleResource(VersionedResource):
    topic = fields.Field("topic", "topic", ForeignKeyWidget(Topic, "slug"))
    team = fields.Field("team", "team", ForeignKeyWidget(Team, "slug"))
    preferred_skill = fields.Field("preferred_skill", "preferred_skill", ForeignKeyWidget(Skill, "slug"))
    required_skill = fields.Field("required_skill", "required_skill", ForeignKeyWidget(Skill, "slug"))
    conditions = PartsField("conditions")

    class Meta:
        model = TriggerRule
        import_id_fields = ("name",)
        fields = (
            "name",
            "order",
            "active",
            "valid_from",
            "valid_to",
            "reason",
            "topic",
            "priority",
            "priority_by_plan",
            "handoff_message",
            "team",
            "preferred_skill",
            "required_skill",
            "preferred_level",
            "required_level",
            "context",
            "cooldown_minutes",
            "conditions",
        )
        export_order = fields
