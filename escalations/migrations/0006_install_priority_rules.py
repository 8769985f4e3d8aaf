"""The guide's "Dynamic Prioritization": its four lists as rules, its adjustments as rows to edit.

The lists keep their order but for medium, which comes last: its entries are wide (whatever is technical) and the
low ones narrow (documentation), and the first rule that applies decides.
"""

from django.db import migrations

LOW, MEDIUM, HIGH, CRITICAL = 1, 2, 3, 4
PAYING = ["pro", "agency", "enterprise"]

# (name, priority, groups): a rule applies when all conditions of one group hold, each for any of its values.
RULES = (
    (
        "Enterprise: service affected",
        CRITICAL,
        (
            {"plan": ["enterprise"], "flag": ["service_affecting"]},
            {"plan": ["enterprise"], "intent": ["service_outage", "service_degraded"]},
            {
                "plan": ["enterprise"],
                "keyword": ["service is down", "service outage", "completely down", "production is down"],
            },
        ),
    ),
    (
        "Security or data breach",
        CRITICAL,
        (
            {"flag": ["security", "data_breach"]},
            {"intent": ["security_concern", "data_breach", "account_compromised"]},
            {
                "keyword": [
                    "security breach",
                    "data breach",
                    "data leak",
                    "been hacked",
                    "was hacked",
                    "got hacked",
                    "unauthorized access",
                ]
            },
        ),
    ),
    (
        "Payment processing failure",
        CRITICAL,
        (
            {"flag": ["payment_processing"]},
            {"intent": ["payment_processing_failure"]},
            {
                "keyword": [
                    "payment processing is down",
                    "payment processing fails",
                    "payment processing failed",
                    "payment processing failure",
                    "checkout is down",
                    "all payments fail",
                    "payments are failing",
                ]
            },
        ),
    ),
    (
        "System-wide problem",
        CRITICAL,
        (
            {"flag": ["system_wide"]},
            {"intent": ["system_outage"]},
            {
                "keyword": [
                    "system wide",
                    "down for everyone",
                    "down for all users",
                    "affects all users",
                    "everyone is affected",
                    "nobody can log in",
                ]
            },
        ),
    ),
    (
        "Pro: business-critical",
        HIGH,
        (
            {"plan": PAYING, "flag": ["business_critical", "service_affecting"]},
            {"plan": PAYING, "keyword": ["business critical", "losing customers", "losing money", "losing sales"]},
        ),
    ),
    (
        "Integration failure affecting operations",
        HIGH,
        (
            {"intent": ["integration_failure"], "flag": ["affects_operations", "business_critical"]},
            {
                "intent": ["integration_failure"],
                "keyword": ["in production", "our operations", "our orders", "can't work", "stopped working"],
            },
        ),
    ),
    (
        "Account access",
        HIGH,
        (
            {"intent": ["account_access", "login_problem", "password_reset", "account_locked"]},
            {
                "keyword": [
                    "can't log in",
                    "cannot log in",
                    "can't login",
                    "cannot login",
                    "can't sign in",
                    "locked out",
                    "password reset",
                ]
            },
        ),
    ),
    (
        "Billing dispute or payment issue",
        HIGH,
        (
            {"intent": ["billing_dispute", "refund_request", "payment_failure", "chargeback"]},
            {"keyword": ["charged twice", "double charged", "wrong charge", "chargeback", "dispute", "refund"]},
        ),
    ),
    (
        "Documentation question",
        LOW,
        (
            {"intent": ["documentation_question"]},
            {"keyword": ["where is the documentation", "in the documentation", "user guide"]},
        ),
    ),
    (
        "Training request",
        LOW,
        (
            {"intent": ["training_request"]},
            {"keyword": ["training session", "training request", "train our team", "webinar"]},
        ),
    ),
    (
        "Feature discussion without urgency",
        LOW,
        (
            {"intent": ["feature_request"], "flag": ["not_urgent"]},
            {"topic": ["feature-requests"], "keyword": ["no rush", "not urgent", "no hurry", "nice to have"]},
        ),
    ),
    (
        "General product inquiry",
        LOW,
        ({"intent": ["product_inquiry", "pricing_question"]}, {"keyword": ["tell me about your product"]}),
    ),
    (
        "General technical support",
        MEDIUM,
        (
            {"intent": ["api_error", "integration_failure", "complex_troubleshooting"]},
            {"topic": ["technical-support", "integrations", "widget-setup", "data-and-reporting"]},
        ),
    ),
    (
        "Feature request or consultation",
        MEDIUM,
        ({"intent": ["feature_request", "consultation"]}, {"topic": ["feature-requests"]}),
    ),
    (
        "Account management",
        MEDIUM,
        (
            {"intent": ["account_deletion", "compliance_question", "account_update"]},
            {"topic": ["account-management"]},
        ),
    ),
    (
        "Standard billing inquiry",
        MEDIUM,
        ({"intent": ["plan_change", "invoice_question"]}, {"topic": ["billing"]}),
    ),
)
ADJUSTMENTS = (
    {"kind": "wait", "levels": 1, "threshold": 5},
    {"kind": "repeat", "levels": 1},
    {"kind": "frustrated", "levels": 1},
    {"kind": "after_hours", "levels": 1},
    # In high traffic what can wait makes room for what can't.
    {"kind": "load", "levels": -1, "threshold": 5, "only_up_to": MEDIUM},
)


def install(apps, schema_editor):
    rule_model = apps.get_model("escalations", "PriorityRule")
    condition_model = apps.get_model("escalations", "PriorityCondition")
    for order, (name, priority, groups) in enumerate(RULES, 1):
        rule = rule_model.objects.create(name=name, priority=priority, order=order * 10)
        condition_model.objects.bulk_create(
            condition_model(rule=rule, group=group, field=field, values=values)
            for group, conditions in enumerate(groups, 1)
            for field, values in conditions.items()
        )
    adjustment_model = apps.get_model("escalations", "PriorityAdjustment")
    adjustment_model.objects.bulk_create(adjustment_model(**values) for values in ADJUSTMENTS)
    apps.get_model("escalations", "PriorityRevision").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0005_priority_rules")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
