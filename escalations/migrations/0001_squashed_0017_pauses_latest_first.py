"""On a new database one step instead of many: the tables as the replaced migrations leave them, then the rows

that those install, which stay written where they were.
"""

import functools
from importlib import import_module

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
import simple_history.models
from django.db import migrations, models

import escalations.models.webhook
import escalations.validators
import helpninja.common.ids
import helpninja.common.tables
import helpninja.common.validators

INSTALLS = (
    "0002_install_topics_and_trigger_rules",
    "0006_install_priority_rules",
    "0008_install_routing_weights",
    "0010_install_routing_policy",
    "0014_install_sla_policy",
)


def install_of(name):
    return import_module(f"escalations.migrations.{name}").install


class Migration(migrations.Migration):
    replaces = [
        ("escalations", "0001_conversations_and_escalations"),
        ("escalations", "0002_install_topics_and_trigger_rules"),
        ("escalations", "0003_backtests"),
        ("escalations", "0004_trigger_rule_versions"),
        ("escalations", "0005_priority_rules"),
        ("escalations", "0006_install_priority_rules"),
        ("escalations", "0007_routing"),
        ("escalations", "0008_install_routing_weights"),
        ("escalations", "0009_routing_policies_offers_and_alerts"),
        ("escalations", "0010_install_routing_policy"),
        ("escalations", "0011_priority_events"),
        ("escalations", "0012_trigger_facts_and_sentiment"),
        ("escalations", "0013_sla_policies_and_deadlines"),
        ("escalations", "0014_install_sla_policy"),
        ("escalations", "0015_adjustment_threshold"),
        ("escalations", "0016_sla_recomputed_events"),
        ("escalations", "0017_pauses_latest_first"),
    ]

    initial = True

    dependencies = [
        ("agents", "0001_squashed_0010_calendar_history"),
        ("billing", "0002_install_plans"),
    ]

    operations = [
        helpninja.common.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Topic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who works on it; Support when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="topics",
                                to="agents.team",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                blank=True,
                                help_text="What it takes to work on it: routing prefers those who have it.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="topics",
                                to="agents.skill",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Conversation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("conv",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("source", models.SlugField(help_text="The chat platform that posted it.", max_length=60)),
                        ("external_id", models.CharField(max_length=200)),
                        ("body_hash", models.CharField(default="", editable=False, max_length=64)),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        (
                            "channel",
                            models.CharField(
                                default="web", help_text="Such as web, e-mail or whatsapp.", max_length=40
                            ),
                        ),
                        ("region", models.CharField(blank=True, max_length=60)),
                        (
                            "attributes",
                            models.JSONField(
                                blank=True, default=dict, validators=[helpninja.common.validators.validate_object]
                            ),
                        ),
                        (
                            "timing",
                            models.CharField(
                                choices=[
                                    ("measured", "Measured"),
                                    ("placed", "Only the day it belongs to is known"),
                                    ("unknown", "Unknown"),
                                ],
                                default="measured",
                                max_length=10,
                            ),
                        ),
                        ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("last_message_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "reopened_at",
                            models.DateTimeField(
                                blank=True, help_text="When the customer wrote again after the close.", null=True
                            ),
                        ),
                        ("signals", models.JSONField(default=dict, editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conversations",
                                to="billing.customer",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                help_text="The customer's, at the start.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="billing.plan",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conversations",
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-started_at", "-id"],
                        "indexes": [
                            models.Index(fields=["-started_at", "-id"], name="escalations_conv_started"),
                            models.Index(
                                fields=["started_at", "timing", "plan", "topic", "channel", "region"],
                                name="escalations_conv_window",
                            ),
                            models.Index(fields=["customer", "-started_at"], name="escalations_conv_customer"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "external_id"), name="escalations_conversation_external"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_at", None),
                                    ("closed_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="escalations_conversation_closes_after_start",
                                violation_error_message="A conversation can't close before it started.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("msg",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("external_id", models.CharField(blank=True, max_length=200, null=True)),
                        ("body_hash", models.CharField(default="", editable=False, max_length=64)),
                        (
                            "author",
                            models.CharField(
                                choices=[
                                    ("customer", "Customer"),
                                    ("ai", "AI"),
                                    ("agent", "Agent"),
                                    ("system", "System"),
                                    ("tool", "Tool"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        (
                            "sent_at",
                            models.DateTimeField(
                                blank=True, help_text="Empty when the log did not say.", null=True
                            ),
                        ),
                        ("received_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("ai_confidence", models.FloatField(blank=True, null=True, verbose_name="AI confidence")),
                        ("ai_failed", models.BooleanField(blank=True, null=True, verbose_name="AI answer failed")),
                        ("intent", models.CharField(blank=True, max_length=80)),
                        (
                            "response_ms",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="AI response time (ms)"
                            ),
                        ),
                        ("attributes", models.JSONField(blank=True, default=dict)),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="agents.agent",
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="escalations.conversation",
                            ),
                        ),
                        (
                            "sentiment",
                            models.FloatField(
                                blank=True,
                                help_text="From -1 (angry) to 1 (happy); empty where it is not known.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["sent_at", "id"],
                        "indexes": [
                            models.Index(
                                fields=["conversation", "sent_at", "id"], name="escalations_message_order"
                            ),
                            models.Index(
                                condition=models.Q(("author", "agent")),
                                fields=["sent_at"],
                                name="escalations_message_human",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("external_id__isnull", False)),
                                fields=("conversation", "external_id"),
                                name="escalations_message_external",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ai_confidence", None), ("ai_confidence__range", (0, 1)), _connector="OR"
                                ),
                                name="escalations_message_confidence",
                                violation_error_message="The AI's confidence is between 0 and 1.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("agent", None), ("author", "agent"), _connector="OR"),
                                name="escalations_message_agent_author",
                                violation_error_message="Only an agent's message names an agent.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sentiment", None), ("sentiment__range", (-1, 1)), _connector="OR"
                                ),
                                name="escalations_message_sentiment",
                                violation_error_message="A sentiment is between -1 and 1.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TriggerRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("order", models.PositiveIntegerField(db_index=True, default=100)),
                        ("active", models.BooleanField(default=True)),
                        ("valid_from", models.DateTimeField(blank=True, null=True)),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("low_ai_confidence", "Low AI confidence"),
                                    ("customer_request", "Customer request"),
                                    ("technical_issue", "Technical issue"),
                                    ("billing_account", "Billing/account"),
                                    ("content_gap", "Content gap"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")], default=2
                            ),
                        ),
                        (
                            "priority_by_plan",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text='Plans that differ, such as {"enterprise": "high"}.',
                            ),
                        ),
                        (
                            "handoff_message",
                            models.CharField(
                                blank=True,
                                help_text="What the customer reads. It may name {customer_name}, {company}, {plan}, {topic}, {team}.",
                                max_length=500,
                                validators=[escalations.validators.validate_handoff_message],
                            ),
                        ),
                        (
                            "preferred_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                null=True,
                            ),
                        ),
                        (
                            "required_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                null=True,
                            ),
                        ),
                        (
                            "context",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Of payment_history, plan, technical_environment, account_history, security_flags.",
                                validators=[helpninja.common.validators.validate_string_list],
                                verbose_name="context to show",
                            ),
                        ),
                        (
                            "preferred_skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.skill",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                help_text="Otherwise the conversation's own topic.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "cooldown_minutes",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="So long it stays quiet after an escalation of the same conversation has ended.",
                                verbose_name="cool-down in minutes",
                            ),
                        ),
                        ("error", models.CharField(blank=True, editable=False, max_length=300)),
                        ("failing_since", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "required_skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.skill",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from", None),
                                    ("valid_to", None),
                                    ("valid_to__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="escalations_trigger_period",
                                violation_error_message="The rule must end after it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("error", ""), ("failing_since", None)),
                                    models.Q(
                                        models.Q(("error", ""), _negated=True), ("failing_since__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_trigger_failing",
                                violation_error_message="A failing rule has both its error and the time since when.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("esc",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("low_ai_confidence", "Low AI confidence"),
                                    ("customer_request", "Customer request"),
                                    ("technical_issue", "Technical issue"),
                                    ("billing_account", "Billing/account"),
                                    ("content_gap", "Content gap"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
                            ),
                        ),
                        (
                            "tier",
                            models.CharField(
                                choices=[
                                    ("frontline", "Frontline"),
                                    ("specialist", "Specialist"),
                                    ("management", "Management"),
                                ],
                                default="frontline",
                                max_length=20,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("assigned", "Offered"),
                                    ("active", "Being handled"),
                                    ("pending", "Waiting for the customer"),
                                    ("resolved", "Resolved"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="waiting",
                                max_length=20,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("summary", models.TextField(blank=True, verbose_name="handoff summary")),
                        ("because", models.JSONField(default=dict)),
                        ("handoff_message", models.CharField(blank=True, max_length=500)),
                        ("context", models.JSONField(blank=True, default=list, verbose_name="context to show")),
                        (
                            "ai_confidence",
                            models.FloatField(blank=True, null=True, verbose_name="AI confidence at the handoff"),
                        ),
                        (
                            "preferred_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                null=True,
                            ),
                        ),
                        (
                            "required_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                null=True,
                            ),
                        ),
                        ("region", models.CharField(blank=True, max_length=60)),
                        ("channel", models.CharField(blank=True, max_length=40)),
                        (
                            "timing",
                            models.CharField(
                                choices=[
                                    ("measured", "Measured"),
                                    ("placed", "Only the day it belongs to is known"),
                                    ("unknown", "Unknown"),
                                ],
                                default="measured",
                                max_length=10,
                            ),
                        ),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("first_response_due_at", models.DateTimeField(blank=True, null=True)),
                        ("first_response_at", models.DateTimeField(blank=True, null=True)),
                        ("first_response_seconds", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "resolved_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="first resolved at"),
                        ),
                        (
                            "resolution_seconds",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="seconds to first resolution"
                            ),
                        ),
                        ("last_resolved_at", models.DateTimeField(blank=True, null=True)),
                        ("full_resolution_seconds", models.PositiveIntegerField(blank=True, null=True)),
                        ("claim_count", models.PositiveSmallIntegerField(default=0, verbose_name="times taken")),
                        (
                            "transfer_count",
                            models.PositiveSmallIntegerField(default=0, verbose_name="changes of agent or tier"),
                        ),
                        (
                            "customer_repeated",
                            models.BooleanField(default=False, verbose_name="customer had to repeat"),
                        ),
                        (
                            "category",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("answered", "Question answered"),
                                    ("fixed", "Problem fixed"),
                                    ("workaround", "Workaround given"),
                                    ("account_changed", "Account or plan changed"),
                                    ("money", "Refund or billing correction"),
                                    ("passed_on", "Passed on (feature request, bug)"),
                                    ("no_answer", "Customer did not come back"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "quality",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("immediate", "Resolved immediately"),
                                    ("minor_follow_up", "Minor follow-up needed"),
                                    ("additional_research", "Additional research required"),
                                    ("multiple_interactions", "Multiple interactions"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "necessity",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("needed", "Needed"),
                                    ("unneeded", "The AI should have managed"),
                                    ("too_late", "Needed, but too late"),
                                ],
                                max_length=20,
                                verbose_name="was it needed",
                            ),
                        ),
                        ("missing_content", models.CharField(blank=True, max_length=300)),
                        ("resolution_note", models.TextField(blank=True)),
                        (
                            "reescalation_cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("incomplete_information", "Incomplete information"),
                                    ("misunderstood_requirements", "Misunderstood requirements"),
                                    ("technical_limitation", "Technical limitation"),
                                    ("policy_exception", "Policy exception needed"),
                                ],
                                max_length=40,
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations",
                                to="escalations.conversation",
                            ),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations",
                                to="billing.customer",
                            ),
                        ),
                        (
                            "first_responder",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="billing.plan",
                            ),
                        ),
                        (
                            "preferred_skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.skill",
                            ),
                        ),
                        (
                            "previous",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="followed_by",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "resolved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolved_escalations",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations",
                                to="agents.team",
                            ),
                        ),
                        (
                            "trigger_message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="opened_escalations",
                                to="escalations.message",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalations",
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "trigger_rule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="escalations.triggerrule",
                            ),
                        ),
                        (
                            "flags",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        ("priority_because", models.JSONField(blank=True, default=dict)),
                        (
                            "raised",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="By so many levels, in the queue alone: the deadline stays.",
                                verbose_name="raised by waiting",
                            ),
                        ),
                        (
                            "queue_level",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.comparison.Least(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("priority"), "+", models.F("raised")
                                    ),
                                    models.Value(4),
                                ),
                                output_field=models.PositiveSmallIntegerField(),
                            ),
                        ),
                        (
                            "next_dispatch_at",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                help_text="When the dispatcher looks again: a waiting one to offer it, an offered one to take it back.",
                                null=True,
                            ),
                        ),
                        (
                            "offer_only",
                            models.BooleanField(
                                default=False,
                                editable=False,
                                help_text="While it waits, agents are offered it and do not pull it.",
                            ),
                        ),
                        ("frustrated", models.BooleanField(default=False, verbose_name="customer is frustrated")),
                        (
                            "required_skill",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.skill",
                            ),
                        ),
                        (
                            "sentiment",
                            models.FloatField(
                                blank=True,
                                help_text="Of the customer's last message that shows one.",
                                null=True,
                                verbose_name="customer's sentiment",
                            ),
                        ),
                        ("due_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "due_metric",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("first_response", "First response"),
                                    ("next_response", "Next response"),
                                    ("resolution", "Resolution"),
                                ],
                                max_length=20,
                                verbose_name="nearest deadline",
                            ),
                        ),
                        ("warn_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "ordering": ["-opened_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("waiting", "assigned", "active", "pending"))),
                                fields=["assignee", "state"],
                                name="escalations_held",
                            ),
                            models.Index(fields=["-last_resolved_at", "-id"], name="escalations_last_resolved"),
                            models.Index(
                                fields=[
                                    "opened_at",
                                    "timing",
                                    "reason",
                                    "topic",
                                    "plan",
                                    "channel",
                                    "region",
                                    "team",
                                ],
                                name="escalations_opened_window",
                            ),
                            models.Index(
                                fields=["first_response_at", "first_response_seconds"],
                                name="escalations_responded",
                            ),
                            models.Index(fields=["first_response_due_at"], name="escalations_due"),
                            models.Index(
                                fields=["resolved_at", "resolution_seconds"], name="escalations_resolved"
                            ),
                            models.Index(
                                fields=["customer", "topic", "-last_resolved_at"], name="escalations_repeat_lookup"
                            ),
                            models.Index(
                                models.OrderBy(models.F("queue_level"), descending=True),
                                models.F("first_response_due_at"),
                                models.F("id"),
                                condition=models.Q(("state__in", ("waiting", "assigned"))),
                                name="escalations_queue_order",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ("waiting", "assigned"))),
                                fields=["raised", "opened_at"],
                                name="escalations_wait",
                            ),
                            models.Index(
                                condition=models.Q(("next_dispatch_at__isnull", False)),
                                fields=["next_dispatch_at"],
                                name="escalations_next_dispatch",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("waiting", "assigned", "active", "pending"))),
                                fields=("conversation",),
                                name="escalations_one_open_per_conversation",
                                violation_error_message="This conversation already has an open escalation.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("assignee__isnull", False),
                                        ("state__in", ("assigned", "active", "pending")),
                                    ),
                                    models.Q(
                                        ("assignee__isnull", True),
                                        ("state__in", ("waiting", "resolved", "cancelled")),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_assignee_by_state",
                                violation_error_message="Offered and held escalations have an agent, the others none.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "resolved"), _negated=True),
                                    ("last_resolved_at__isnull", False),
                                    models.Q(("timing", "measured"), _negated=True),
                                    _connector="OR",
                                ),
                                name="escalations_resolved_has_time",
                                violation_error_message="A resolved escalation says when it was resolved.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("first_response_at", None),
                                    ("first_response_at__gte", models.F("opened_at")),
                                    _connector="OR",
                                ),
                                name="escalations_response_after_opening",
                                violation_error_message="The first response can't come before the opening.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("first_response_at", None), ("first_response_seconds", None)),
                                    models.Q(
                                        ("first_response_at__isnull", False),
                                        ("first_response_seconds__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_response_time_and_seconds",
                                violation_error_message="The first response has both its time and its seconds.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("last_resolved_at", None), ("resolved_at", None)),
                                    ("last_resolved_at__gte", models.F("resolved_at")),
                                    _connector="OR",
                                ),
                                name="escalations_last_resolved_later",
                                violation_error_message="The last resolution can't come before the first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reescalation_cause", ""), ("previous__isnull", False), _connector="OR"
                                ),
                                name="escalations_cause_has_previous",
                                violation_error_message="A re-escalation's cause needs the escalation before it.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("alr",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("no_eligible_agent", "No eligible agent"),
                                    ("below_threshold", "No agent fits well enough"),
                                    ("nobody_accepted", "Nobody took the offer"),
                                    ("asked", "A supervisor is asked for"),
                                    ("sla_warning", "Deadline is near"),
                                    ("sla_breach", "Deadline missed"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
                        ("because", models.JSONField(blank=True, default=dict)),
                        ("raised_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField(blank=True, null=True)),
                        ("seen_by", models.CharField(blank=True, max_length=200)),
                        ("cleared_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alerts",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-raised_at", "-id"],
                        "indexes": [
                            models.Index(fields=["-raised_at", "-id"], name="escalations_alert_newest"),
                            models.Index(
                                condition=models.Q(("cleared_at", None)),
                                fields=["raised_at"],
                                name="escalations_alert_standing",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cleared_at", None)),
                                fields=("escalation", "kind"),
                                name="escalations_one_standing_alert",
                                violation_error_message="This alert stands already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("seen_at", None), ("seen_by", "")),
                                    models.Q(("seen_at__isnull", False), models.Q(("seen_by", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="escalations_alert_seen_by_somebody",
                                violation_error_message="An alert that was seen says when and by whom.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cleared_at", None),
                                    ("cleared_at__gte", models.F("raised_at")),
                                    _connector="OR",
                                ),
                                name="escalations_alert_cleared_later",
                                violation_error_message="An alert is cleared after it was raised.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Backtest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("bt",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("rule_version", models.PositiveIntegerField()),
                        (
                            "is_edit",
                            models.BooleanField(
                                default=False,
                                help_text="Not what the version says, but a change of it.",
                                verbose_name="an edit",
                            ),
                        ),
                        ("tested", models.JSONField(default=dict)),
                        ("start", models.DateTimeField()),
                        ("end", models.DateTimeField()),
                        (
                            "time_zone",
                            models.CharField(
                                max_length=60, validators=[helpninja.common.validators.validate_time_zone]
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("attempt", models.PositiveSmallIntegerField(default=0)),
                        (
                            "total",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="conversations"),
                        ),
                        ("done", models.PositiveIntegerField(default=0, verbose_name="conversations replayed")),
                        ("requested_by", models.CharField(max_length=200)),
                        ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "progress_at",
                            models.DateTimeField(
                                blank=True, help_text="When its job last gave a sign of life.", null=True
                            ),
                        ),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("results", models.JSONField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="backtests",
                                to="escalations.triggerrule",
                            ),
                        ),
                        ("teams", models.ManyToManyField(related_name="+", to="agents.team")),
                    ],
                    options={
                        "verbose_name": "back-test",
                        "ordering": ["-requested_at", "-id"],
                        "indexes": [
                            models.Index(fields=["rule", "-requested_at"], name="escalations_backtest_rule"),
                            models.Index(
                                condition=models.Q(("state__in", ("queued", "running"))),
                                fields=["progress_at"],
                                name="escalations_backtest_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="escalations_backtest_window",
                                violation_error_message="The window must end after it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at", None), ("state__in", ("queued", "running"))),
                                    models.Q(
                                        models.Q(("state__in", ("queued", "running")), _negated=True),
                                        ("finished_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_backtest_finished",
                                violation_error_message="Only a back-test that is over says when it ended.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("results__isnull", False), ("state", "done")),
                                    models.Q(
                                        models.Q(("state", "done"), _negated=True), ("results__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_backtest_results",
                                violation_error_message="A back-test that is done has its results, no other has any.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SlaPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("active", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "warn_percent",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                default=75,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(99),
                                ],
                                verbose_name="warn at (% of the time)",
                            ),
                        ),
                        (
                            "longest_pause",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="After it the clock runs on although the customer has not answered.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                        (
                            "most_pauses",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Further ones of the same escalation don't stop the clock.",
                                null=True,
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                help_text="Its open hours count; when empty, the clock runs day and night.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="agents.calendar",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                help_text="Every plan when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="billing.plan",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="Every team when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                help_text="Every topic when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "SLA policy",
                        "verbose_name_plural": "SLA policies",
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.comparison.Coalesce(
                                    "plan", 0, output_field=models.BigIntegerField()
                                ),
                                django.db.models.functions.comparison.Coalesce(
                                    "team", 0, output_field=models.BigIntegerField()
                                ),
                                django.db.models.functions.comparison.Coalesce(
                                    "topic", 0, output_field=models.BigIntegerField()
                                ),
                                condition=models.Q(("active", True)),
                                name="escalations_sla_one_policy_each",
                                violation_error_message="Another active policy is for the same plan, team and topic.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("warn_percent", None), ("warn_percent__range", (1, 99)), _connector="OR"
                                ),
                                name="escalations_sla_warn_percent",
                                violation_error_message="The warning comes after a share of the time between 1 and 99 %.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Deadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "metric",
                            models.CharField(
                                choices=[
                                    ("first_response", "First response"),
                                    ("next_response", "Next response"),
                                    ("resolution", "Resolution"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
                            ),
                        ),
                        ("policy_version", models.PositiveIntegerField()),
                        ("terms", models.JSONField(default=dict)),
                        ("because", models.JSONField(default=dict, verbose_name="why this deadline")),
                        ("started_at", models.DateTimeField()),
                        ("target_seconds", models.PositiveIntegerField()),
                        ("paused_seconds", models.PositiveIntegerField(default=0)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("warn_at", models.DateTimeField(null=True)),
                        ("warned_at", models.DateTimeField(null=True)),
                        ("breached_at", models.DateTimeField(null=True)),
                        ("met_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("next_check_at", models.DateTimeField(null=True)),
                        (
                            "calendar_version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.calendarversion",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deadlines",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="deadlines",
                                to="escalations.slapolicy",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_check_at__isnull", False)),
                                fields=["next_check_at"],
                                name="escalations_deadline_check",
                            ),
                            models.Index(fields=["escalation", "started_at"], name="escalations_deadline_of"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("escalation", "metric"),
                                name="escalations_one_running_deadline",
                                violation_error_message="This clock is running already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("met_at", None),
                                    models.Q(
                                        ("breached_at", None),
                                        ("met_at", models.F("ended_at")),
                                        ("met_at__lte", models.F("due_at")),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_deadline_met_in_time",
                                violation_error_message="A deadline is met in time, or not at all.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("breached_at", None), ("breached_at", models.F("due_at")), _connector="OR"
                                ),
                                name="escalations_deadline_breached_when_due",
                                violation_error_message="A deadline is breached at the moment at which it is due.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ended_at", None), ("next_check_at", None), _connector="OR"),
                                name="escalations_deadline_ended_unwatched",
                                violation_error_message="Nobody looks at a clock that has ended.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "Escalated"),
                                    ("offered", "Offered"),
                                    ("declined", "Offer declined"),
                                    ("offer_expired", "Offer expired"),
                                    ("alerted", "Supervisors alerted"),
                                    ("claimed", "Claimed"),
                                    ("replied", "Agent replied"),
                                    ("customer_replied", "Customer replied"),
                                    ("pended", "Waiting for the customer"),
                                    ("resumed", "Resumed"),
                                    ("released", "Released to the queue"),
                                    ("transferred", "Transferred"),
                                    ("tier_changed", "Handed to another tier"),
                                    ("priority_changed", "Priority changed"),
                                    ("priority_raised", "Raised in the queue"),
                                    ("flagged", "Flags changed"),
                                    ("noted", "Note added"),
                                    ("repeat_marked", "Customer had to repeat"),
                                    ("resolved", "Resolved"),
                                    ("reopened", "Reopened"),
                                    ("cancelled", "Cancelled"),
                                    ("rated", "Rated"),
                                    ("sla_warned", "Deadline is near"),
                                    ("sla_breached", "Deadline missed"),
                                    ("sla_pause_ended", "Pause ended by its limit"),
                                    ("sla_recomputed", "Deadlines recomputed"),
                                    ("imported", "Imported from history"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("version", models.PositiveIntegerField()),
                        ("actor", models.CharField(max_length=200)),
                        ("data", models.JSONField(blank=True, default=dict)),
                        (
                            "dispatched",
                            models.BooleanField(
                                default=False, help_text="Webhook deliveries have been made from it."
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whom it concerns: the one who claimed, was offered, replied.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="escalations.message",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("dispatched", False)),
                                fields=["id"],
                                name="escalations_event_outbox",
                            ),
                            models.Index(fields=["kind", "at"], name="escalations_event_kind"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("escalation", "version"), name="escalations_event_version"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandlingInterval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("seconds", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "hourly_cost",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="The agent's, when the interval began.",
                                max_digits=8,
                                null=True,
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handling_intervals",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="handling_intervals",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["started_at", "id"],
                        "indexes": [
                            models.Index(
                                fields=["ended_at", "agent", "seconds"], name="escalations_interval_window"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("escalation",),
                                name="escalations_one_open_interval",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("seconds", None)),
                                    models.Q(
                                        ("ended_at__gte", models.F("started_at")), ("seconds__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_interval_ends_after_start",
                                violation_error_message="A handling interval ends after it begins, with its seconds.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalPriorityAdjustment",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("wait", "Customer's wait"),
                                    ("repeat", "Repeat escalation"),
                                    ("frustrated", "Frustrated customer"),
                                    ("after_hours", "After hours"),
                                    ("load", "System load"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        (
                            "levels",
                            models.SmallIntegerField(
                                default=1,
                                help_text="1 raises by one level, -1 lowers by one.",
                                validators=[
                                    django.core.validators.MinValueValidator(-3),
                                    django.core.validators.MaxValueValidator(3),
                                ],
                            ),
                        ),
                        (
                            "threshold",
                            models.FloatField(
                                blank=True,
                                help_text="Wait: applies from so many minutes on. Load: above so many waiting per available agent.",
                                null=True,
                            ),
                        ),
                        (
                            "only_up_to",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")],
                                help_text="What lowers leaves alone a base above this level.",
                                null=True,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical priority adjustment",
                        "verbose_name_plural": "historical priority adjustments",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalPriorityRule",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("name", models.CharField(db_index=True, max_length=120)),
                        ("order", models.PositiveIntegerField(db_index=True, default=100)),
                        ("active", models.BooleanField(default=True)),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical priority rule",
                        "verbose_name_plural": "historical priority rules",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalRoutingPolicy",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("pull", "Agents pull"),
                                    ("offer", "The system offers"),
                                    ("both", "The system offers, and agents may pull"),
                                ],
                                default="pull",
                                max_length=10,
                                verbose_name="who begins",
                            ),
                        ),
                        (
                            "threshold",
                            models.FloatField(
                                default=0.8,
                                help_text="Routing score from 0 to 1. Below it nobody is offered the work: supervisors are alerted.",
                            ),
                        ),
                        (
                            "offer_seconds",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="Then the next agent is asked. Holds for transfers too.",
                                verbose_name="seconds to accept",
                            ),
                        ),
                        (
                            "max_reoffers",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="How many more agents are asked before it is left to the queue.",
                                verbose_name="re-offers",
                            ),
                        ),
                        (
                            "batch",
                            models.BooleanField(
                                default=False,
                                help_text="Assign all that wait together: by priority, for the greatest total score.",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical routing policy",
                        "verbose_name_plural": "historical routing policies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalRoutingWeights",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "specialization",
                            models.PositiveSmallIntegerField(
                                default=35,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "workload",
                            models.PositiveSmallIntegerField(
                                default=25,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "customer",
                            models.PositiveSmallIntegerField(
                                default=20,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "performance",
                            models.PositiveSmallIntegerField(
                                default=15,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "availability",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Empty: for every team without weights of its own.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical routing weights",
                        "verbose_name_plural": "historical routing weights",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalSlaPolicy",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("name", models.CharField(db_index=True, max_length=80)),
                        ("active", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "warn_percent",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                default=75,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(99),
                                ],
                                verbose_name="warn at (% of the time)",
                            ),
                        ),
                        (
                            "longest_pause",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="After it the clock runs on although the customer has not answered.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                        (
                            "most_pauses",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Further ones of the same escalation don't stop the clock.",
                                null=True,
                            ),
                        ),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Its open hours count; when empty, the clock runs day and night.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.calendar",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Every plan when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="billing.plan",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Every team when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Every topic when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical SLA policy",
                        "verbose_name_plural": "historical SLA policies",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalTriggerRule",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("name", models.CharField(db_index=True, max_length=120)),
                        ("order", models.PositiveIntegerField(db_index=True, default=100)),
                        ("active", models.BooleanField(default=True)),
                        ("valid_from", models.DateTimeField(blank=True, null=True)),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("low_ai_confidence", "Low AI confidence"),
                                    ("customer_request", "Customer request"),
                                    ("technical_issue", "Technical issue"),
                                    ("billing_account", "Billing/account"),
                                    ("content_gap", "Content gap"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")], default=2
                            ),
                        ),
                        (
                            "priority_by_plan",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text='Plans that differ, such as {"enterprise": "high"}.',
                            ),
                        ),
                        (
                            "handoff_message",
                            models.CharField(
                                blank=True,
                                help_text="What the customer reads. It may name {customer_name}, {company}, {plan}, {topic}, {team}.",
                                max_length=500,
                                validators=[escalations.validators.validate_handoff_message],
                            ),
                        ),
                        (
                            "preferred_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                null=True,
                            ),
                        ),
                        (
                            "required_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                null=True,
                            ),
                        ),
                        (
                            "context",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Of payment_history, plan, technical_environment, account_history, security_flags.",
                                validators=[helpninja.common.validators.validate_string_list],
                                verbose_name="context to show",
                            ),
                        ),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "preferred_skill",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.skill",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Otherwise the conversation's own topic.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "cooldown_minutes",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="So long it stays quiet after an escalation of the same conversation has ended.",
                                verbose_name="cool-down in minutes",
                            ),
                        ),
                        (
                            "required_skill",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.skill",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical trigger rule",
                        "verbose_name_plural": "historical trigger rules",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="Note",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("author", models.CharField(max_length=200)),
                        ("text", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Offer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("actor", models.CharField(max_length=200, verbose_name="offered by")),
                        ("because", models.JSONField(blank=True, default=dict)),
                        ("offered_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Open"),
                                    ("accepted", "Accepted"),
                                    ("declined", "Declined"),
                                    ("expired", "Expired"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "decline_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("busy", "Busy with another customer"),
                                    ("not_my_field", "Not my field"),
                                    ("leaving", "Break or end of shift is near"),
                                    ("conflict", "Somebody else should handle this customer"),
                                    ("other", "Another reason"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("decline_text", models.CharField(blank=True, max_length=500)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="offers",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="offers",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-offered_at", "-id"],
                        "indexes": [models.Index(fields=["-offered_at", "-id"], name="escalations_offer_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("outcome", "")),
                                fields=("escalation",),
                                name="escalations_one_open_offer",
                                violation_error_message="It is offered to somebody already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("outcome", "")),
                                    models.Q(
                                        models.Q(("outcome", ""), _negated=True),
                                        ("ended_at__gte", models.F("offered_at")),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_offer_end_and_outcome",
                                violation_error_message="An offer that ended has its time and its outcome.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("offered_at"))),
                                name="escalations_offer_expires_later",
                                violation_error_message="An offer expires after it was made.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decline_reason", ""), ("decline_text", "")),
                                    ("outcome", "declined"),
                                    _connector="OR",
                                ),
                                name="escalations_offer_reason_of_decline",
                                violation_error_message="Only a declined offer has a reason for it.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("limit_at", models.DateTimeField(null=True, verbose_name="ends by itself at")),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("seconds", models.PositiveIntegerField(null=True, verbose_name="length")),
                        (
                            "ended_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("resumed", "Resumed"),
                                    ("customer", "The customer wrote"),
                                    ("limit", "Longest pause reached"),
                                    ("passed_on", "Released or passed on"),
                                    ("closed", "Resolved or cancelled"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("actor", models.CharField(max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("stops_clock", models.BooleanField(default=False)),
                        (
                            "customer_wrote_at",
                            models.DateTimeField(null=True, verbose_name="customer had written at"),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pauses",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-started_at", "-id"],
                        "indexes": [
                            models.Index(fields=["escalation", "started_at"], name="escalations_pause_of"),
                            models.Index(fields=["-started_at", "-id"], name="escalations_pause_latest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("escalation",),
                                name="escalations_one_running_pause",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_by", ""), ("seconds", None)),
                                    models.Q(
                                        ("ended_at__gte", models.F("started_at")),
                                        ("seconds__isnull", False),
                                        models.Q(("ended_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_pause_ends_after_start",
                                violation_error_message="A pause ends after it begins, with its length and by what it ended.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriorityAdjustment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("wait", "Customer's wait"),
                                    ("repeat", "Repeat escalation"),
                                    ("frustrated", "Frustrated customer"),
                                    ("after_hours", "After hours"),
                                    ("load", "System load"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        (
                            "levels",
                            models.SmallIntegerField(
                                default=1,
                                help_text="1 raises by one level, -1 lowers by one.",
                                validators=[
                                    django.core.validators.MinValueValidator(-3),
                                    django.core.validators.MaxValueValidator(3),
                                ],
                            ),
                        ),
                        (
                            "threshold",
                            models.FloatField(
                                blank=True,
                                help_text="Wait: applies from so many minutes on. Load: above so many waiting per available agent.",
                                null=True,
                            ),
                        ),
                        (
                            "only_up_to",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")],
                                help_text="What lowers leaves alone a base above this level.",
                                null=True,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "ordering": ["kind", "threshold", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "threshold"),
                                name="escalations_adjustment_once",
                                violation_error_message="There is an adjustment with this threshold already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("threshold", None)),
                                fields=("kind",),
                                name="escalations_adjustment_once_without",
                                violation_error_message="There is such an adjustment already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("levels__range", (-3, 3)), models.Q(("levels", 0), _negated=True)
                                ),
                                name="escalations_adjustment_levels",
                                violation_error_message="It raises or lowers by 1 to 3 levels.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "wait"), _negated=True), ("levels__gt", 0), _connector="OR"
                                ),
                                name="escalations_adjustment_wait_raises",
                                violation_error_message="Waiting only raises.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("only_up_to", None), ("levels__lt", 0), _connector="OR"),
                                name="escalations_adjustment_spares",
                                violation_error_message="Only what lowers can be limited to bases up to a level.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind__in", ("wait", "load")),
                                        ("threshold__gte", 0),
                                        ("threshold__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("kind__in", ("wait", "load")), _negated=True),
                                        ("threshold", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_adjustment_threshold",
                                violation_error_message="Waiting and load need a threshold of 0 or more, the others none.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriorityRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("order", models.PositiveIntegerField(db_index=True, default=100)),
                        ("active", models.BooleanField(default=True)),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "ordering": ["order", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="PriorityCondition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.PositiveSmallIntegerField(
                                default=1, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("plan", "Plan"),
                                    ("topic", "Topic"),
                                    ("reason", "Reason"),
                                    ("intent", "Intent"),
                                    ("flag", "Flag"),
                                    ("keyword", "Keyword"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("values", models.JSONField(help_text='Such as ["pro", "agency"].')),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conditions",
                                to="escalations.priorityrule",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["group", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="PriorityRevision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(default=1)),
                    ],
                ),
                migrations.CreateModel(
                    name="Rating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("survey_sent_at", models.DateTimeField(blank=True, null=True)),
                        ("rated_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "csat",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="CSAT (1-5)"),
                        ),
                        (
                            "nps",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="NPS (0-10)"),
                        ),
                        ("comment", models.TextField(blank=True)),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ratings",
                                to="escalations.conversation",
                            ),
                        ),
                        (
                            "escalation",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rating",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "handler",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["rated_at", "csat"], name="escalations_rating_rated"),
                            models.Index(fields=["survey_sent_at"], name="escalations_rating_sent"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("escalation", None)),
                                fields=("conversation",),
                                name="escalations_rating_one_without_escalation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("csat", None), ("csat__range", (1, 5)), _connector="OR"),
                                name="escalations_rating_csat",
                                violation_error_message="CSAT is 1 to 5.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("nps", None), ("nps__range", (0, 10)), _connector="OR"),
                                name="escalations_rating_nps",
                                violation_error_message="NPS is 0 to 10.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("csat", None), ("nps", None), ("rated_at", None)),
                                    models.Q(
                                        ("rated_at__isnull", False),
                                        models.Q(("csat__isnull", False), ("nps__isnull", False), _connector="OR"),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_rating_answer_and_time",
                                violation_error_message="An answer has its time and a CSAT or an NPS.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReplyDraft",
                    fields=[
                        (
                            "escalation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="draft",
                                serialize=False,
                                to="escalations.escalation",
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("author", models.CharField(max_length=200)),
                        ("updated_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="RoutingDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("decided_at", models.DateTimeField()),
                        ("actor", models.CharField(max_length=200)),
                        ("score", models.FloatField(blank=True, null=True)),
                        ("backup_score", models.FloatField(blank=True, null=True)),
                        ("weights", models.JSONField()),
                        ("candidates", models.JSONField()),
                        ("exclusions", models.JSONField()),
                        ("inputs", models.JSONField()),
                        ("because", models.JSONField()),
                        (
                            "backup",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "choice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routing_decisions",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["escalation", "-id"], name="escalations_routing_latest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("choice", None), ("score", None)),
                                    models.Q(("choice__isnull", False), ("score__range", (0, 1))),
                                    _connector="OR",
                                ),
                                name="escalations_routing_choice_score",
                                violation_error_message="A choice has its score, between 0 and 1.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("backup", None), ("backup_score", None)),
                                    models.Q(
                                        ("backup__isnull", False),
                                        ("backup_score__lte", models.F("score")),
                                        ("choice__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_routing_backup_second",
                                violation_error_message="A backup scores no more than the choice.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoutingPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("pull", "Agents pull"),
                                    ("offer", "The system offers"),
                                    ("both", "The system offers, and agents may pull"),
                                ],
                                default="pull",
                                max_length=10,
                                verbose_name="who begins",
                            ),
                        ),
                        (
                            "threshold",
                            models.FloatField(
                                default=0.8,
                                help_text="Routing score from 0 to 1. Below it nobody is offered the work: supervisors are alerted.",
                            ),
                        ),
                        (
                            "offer_seconds",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="Then the next agent is asked. Holds for transfers too.",
                                verbose_name="seconds to accept",
                            ),
                        ),
                        (
                            "max_reoffers",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="How many more agents are asked before it is left to the queue.",
                                verbose_name="re-offers",
                            ),
                        ),
                        (
                            "batch",
                            models.BooleanField(
                                default=False,
                                help_text="Assign all that wait together: by priority, for the greatest total score.",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "routing policies",
                        "ordering": [
                            models.OrderBy(models.F("team__name"), nulls_first=True),
                            models.OrderBy(models.F("topic__name"), nulls_first=True),
                            "id",
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("threshold__range", (0, 1))),
                                name="escalations_policy_threshold",
                                violation_error_message="The threshold is a score from 0 to 1.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("offer_seconds__range", (5, 3600))),
                                name="escalations_policy_offer_seconds",
                                violation_error_message="An agent gets between 5 seconds and an hour to accept.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("max_reoffers__lte", 20)),
                                name="escalations_policy_max_reoffers",
                                violation_error_message="At most 20 more agents can be asked.",
                            ),
                            models.UniqueConstraint(
                                django.db.models.functions.comparison.Coalesce("team", 0),
                                django.db.models.functions.comparison.Coalesce("topic", 0),
                                name="escalations_policy_once",
                                violation_error_message="There is a policy for this team and topic already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoutingWeights",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "specialization",
                            models.PositiveSmallIntegerField(
                                default=35,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "workload",
                            models.PositiveSmallIntegerField(
                                default=25,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "customer",
                            models.PositiveSmallIntegerField(
                                default=20,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "performance",
                            models.PositiveSmallIntegerField(
                                default=15,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "availability",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="Percent.",
                                validators=[django.core.validators.MaxValueValidator(100)],
                            ),
                        ),
                        (
                            "team",
                            models.OneToOneField(
                                blank=True,
                                help_text="Empty: for every team without weights of its own.",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="routing_weights",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "routing weights",
                        "verbose_name_plural": "routing weights",
                        "ordering": [models.OrderBy(models.F("team"), nulls_first=True)],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.comparison.Coalesce("team", models.Value(0)),
                                name="escalations_weights_one_a_team",
                                violation_error_message="There are weights for this already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "specialization",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.Value(100), "-", models.F("workload")
                                                    ),
                                                    "-",
                                                    models.F("customer"),
                                                ),
                                                "-",
                                                models.F("performance"),
                                            ),
                                            "-",
                                            models.F("availability"),
                                        ),
                                    )
                                ),
                                name="escalations_weights_sum",
                                violation_error_message="The five weights must add up to 100.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SlaTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "metric",
                            models.CharField(
                                choices=[
                                    ("first_response", "First response"),
                                    ("next_response", "Next response"),
                                    ("resolution", "Resolution"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "critical",
                            models.PositiveIntegerField(
                                blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        (
                            "high",
                            models.PositiveIntegerField(
                                blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        (
                            "medium",
                            models.PositiveIntegerField(
                                blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        (
                            "low",
                            models.PositiveIntegerField(
                                blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        (
                            "pauses",
                            models.BooleanField(
                                default=False,
                                help_text="The clock stands still while the customer is waited for.",
                                verbose_name="stops while pending",
                            ),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="escalations.slapolicy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "target",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("policy", "metric"),
                                name="escalations_sla_target_once",
                                violation_error_message="This policy has a target for this metric already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("critical", 0), _negated=True),
                                    models.Q(("high", 0), _negated=True),
                                    models.Q(("medium", 0), _negated=True),
                                    models.Q(("low", 0), _negated=True),
                                ),
                                name="escalations_sla_target_positive",
                                violation_error_message="A target is at least one second.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TriggerCondition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.PositiveSmallIntegerField(
                                default=1, validators=[django.core.validators.MinValueValidator(1)]
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("ai_confidence", "AI confidence (this answer)"),
                                    ("last_confidence", "AI confidence (last answer)"),
                                    ("lowest_confidence", "AI confidence (lowest so far)"),
                                    ("mean_confidence", "AI confidence (mean of the last answers)"),
                                    ("failed_attempts", "Failed attempts in a row"),
                                    ("response_seconds", "AI response time in seconds"),
                                    ("customer_text", "Customer's message"),
                                    ("customer_messages", "Customer's messages so far"),
                                    ("sentiment", "Customer's sentiment"),
                                    ("frustrated", "Customer is frustrated"),
                                    ("language", "Language"),
                                    ("intent", "Intent"),
                                    ("topic", "Topic"),
                                    ("minutes", "Minutes since the start"),
                                    ("plan", "Plan"),
                                    ("region", "Region"),
                                    ("channel", "Channel"),
                                    ("customer_age", "Days since the customer signed up"),
                                    ("monthly_value", "Customer's monthly value"),
                                    ("customer_attribute", "Customer's custom attribute"),
                                    ("conversation_attribute", "Conversation's custom attribute"),
                                    ("earlier_escalations", "Customer's earlier escalations"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "operator",
                            models.CharField(
                                choices=[
                                    ("below", "is below"),
                                    ("at_most", "is at most"),
                                    ("at_least", "is at least"),
                                    ("above", "is above"),
                                    ("one_of", "is one of"),
                                    ("none_of", "is none of"),
                                    ("contains_phrase", "contains one of the phrases"),
                                    ("lacks_phrases", "contains none of the phrases"),
                                    ("contains_words", "contains all of the words"),
                                    ("matches", "matches the pattern"),
                                    ("matches_not", "does not match the pattern"),
                                    ("is_true", "is true"),
                                    ("is_false", "is not true"),
                                    ("is_known", "is known"),
                                    ("is_unknown", "is not known"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "value",
                            models.JSONField(
                                blank=True,
                                help_text='A number, or a list of texts such as ["refund", "chargeback"].',
                                null=True,
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="conditions",
                                to="escalations.triggerrule",
                            ),
                        ),
                        (
                            "argument",
                            models.CharField(
                                blank=True,
                                help_text="An attribute's name, or how many.",
                                max_length=80,
                                verbose_name="of what",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["group", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="TriggerRevision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(default=1)),
                    ],
                ),
                migrations.CreateModel(
                    name="WebhookEndpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("url", models.URLField(max_length=500)),
                        (
                            "secret",
                            models.CharField(
                                default=escalations.models.webhook.new_secret, editable=False, max_length=80
                            ),
                        ),
                        (
                            "kinds",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="All when empty, or some of opened, offered, declined, offer_expired, alerted, claimed, replied, customer_replied, pended, resumed, released, transferred, tier_changed, priority_changed, priority_raised, flagged, noted, repeat_marked, resolved, reopened, cancelled, rated, sla_warned, sla_breached, sla_pause_ended, sla_recomputed, imported.",
                                validators=[helpninja.common.validators.validate_string_list],
                                verbose_name="events",
                            ),
                        ),
                        (
                            "source",
                            models.SlugField(
                                blank=True, help_text="Only conversations of this source.", max_length=60
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("whd",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("pending", "Pending"), ("delivered", "Delivered"), ("dead", "Given up")],
                                default="pending",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        (
                            "next_attempt_at",
                            models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True),
                        ),
                        ("last_status", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="escalations.escalationevent",
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="escalations.webhookendpoint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "webhook deliveries",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["next_attempt_at"],
                                name="escalations_delivery_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("endpoint", "event"), name="escalations_delivery_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("next_attempt_at__isnull", False), ("state", "pending")),
                                    models.Q(
                                        models.Q(("state", "pending"), _negated=True), ("next_attempt_at", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="escalations_delivery_pending_has_next",
                            ),
                        ],
                    },
                ),
            ],
        ),
        *(migrations.RunPython(install_of(name), migrations.RunPython.noop) for name in INSTALLS),
    ]
