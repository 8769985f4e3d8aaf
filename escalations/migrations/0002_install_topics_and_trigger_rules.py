"""The guide's "Automatic Escalation Rules" and "Topic-Based Escalation Rules", as rows to edit."""

from django.db import migrations

TOPICS = (
    ("technical-support", "Technical support"),
    ("billing", "Billing"),
    ("account-management", "Account management"),
    ("integrations", "Integrations"),
    ("widget-setup", "Widget setup"),
    ("data-and-reporting", "Data and reporting"),
    ("feature-requests", "Feature requests"),
    ("general-support", "General support"),
)
MEDIUM, HIGH = 2, 3
SENIOR = 2
SPECIALIST_MESSAGE = "I'm connecting you with a specialist right away."

# A rule fires when all its conditions hold; the first in order that fires decides.
RULES = (
    {
        "name": "Security concerns",
        "reason": "billing_account",
        "topic": "account-management",
        "priority": HIGH,
        "handoff_message": SPECIALIST_MESSAGE,
        "preferred_level": SENIOR,
        "skill": "account-management",
        "context": ["account_history", "security_flags"],
        "conditions": [("intent", "one_of", ["security_concern", "data_breach", "account_compromised"])],
    },
    {
        "name": "Account management",
        "reason": "billing_account",
        "topic": "account-management",
        "priority": MEDIUM,
        "handoff_message": "Let me connect you with an account manager.",
        "preferred_level": SENIOR,
        "skill": "account-management",
        "context": ["account_history", "security_flags"],
        "conditions": [("intent", "one_of", ["account_deletion", "compliance_question"])],
    },
    {
        "name": "Billing and payments",
        "reason": "billing_account",
        "topic": "billing",
        "priority": HIGH,
        "handoff_message": "Let me connect you with a billing specialist.",
        "skill": "billing",
        "context": ["payment_history", "plan"],
        "conditions": [("intent", "one_of", ["refund_request", "payment_failure", "plan_change"])],
    },
    {
        "name": "Technical support",
        "reason": "technical_issue",
        "topic": "technical-support",
        "priority": MEDIUM,
        "priority_by_plan": {"enterprise": "high"},
        "handoff_message": "Let me connect you with a technical specialist.",
        "skill": "technical-support",
        "context": ["technical_environment"],
        "conditions": [
            ("intent", "one_of", ["api_error", "integration_failure", "complex_troubleshooting"]),
        ],
    },
    {
        "name": "Customer asks for a person",
        "reason": "customer_request",
        "topic": None,
        "priority": MEDIUM,
        "handoff_message": "Of course! I'm connecting you with a team member now.",
        "conditions": [("customer_text", "contains_phrase", ["speak to human", "talk to agent", "human help"])],
    },
    {
        "name": "Very low AI confidence",
        "reason": "low_ai_confidence",
        "topic": None,
        "priority": HIGH,
        "handoff_message": SPECIALIST_MESSAGE,
        "preferred_level": SENIOR,
        "conditions": [("ai_confidence", "below", 0.2)],
    },
    {
        "name": "Low AI confidence",
        "reason": "low_ai_confidence",
        "topic": None,
        "priority": MEDIUM,
        "handoff_message": "Let me connect you with a team member who can better assist you.",
        "conditions": [("ai_confidence", "below", 0.4), ("failed_attempts", "at_least", 2)],
    },
)


def install(apps, schema_editor):
    topic_model = apps.get_model("escalations", "Topic")
    topics = {
        slug: topic_model.objects.get_or_create(slug=slug, defaults={"name": name})[0] for slug, name in TOPICS
    }
    skills = {skill.slug: skill for skill in apps.get_model("agents", "Skill").objects.all()}
    rule_model = apps.get_model("escalations", "TriggerRule")
    condition_model = apps.get_model("escalations", "TriggerCondition")
    for order, values in enumerate(RULES, 1):
        values = dict(values)
        conditions = values.pop("conditions")
        values["topic"] = topics.get(values["topic"])
        values["preferred_skill"] = skills.get(values.pop("skill", None))
        rule, created = rule_model.objects.get_or_create(
            name=values.pop("name"), defaults={**values, "order": order * 10}
        )
        if created:
            condition_model.objects.bulk_create(
                condition_model(rule=rule, group=1, field=field, operator=operator, value=value)
                for field, operator, value in conditions
            )
    apps.get_model("escalations", "TriggerRevision").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0001_conversations_and_escalations"),
        ("agents", "0002_install_support_team_and_skills"),
        ("billing", "0002_install_plans"),
        ("common", "0002_role_groups"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
