"""The first policy: first responses by priority, round the clock. What is open when it comes gets its deadline."""

from datetime import timedelta

from django.db import migrations

TARGETS = {"critical": 60, "high": 180, "medium": 300, "low": 600}
CODES = {4: "critical", 3: "high", 2: "medium", 1: "low"}
WARN_PERCENT = 75
OPEN = ("waiting", "assigned", "active", "pending")
AT_ONCE = 500


def install(apps, schema_editor):
    policy_model = apps.get_model("escalations", "SlaPolicy")
    policy, created = policy_model.objects.get_or_create(name="Standard", defaults={"warn_percent": WARN_PERCENT})
    if not created:
        return
    apps.get_model("escalations", "SlaTarget").objects.create(policy=policy, metric="first_response", **TARGETS)
    escalations = apps.get_model("escalations", "Escalation").objects
    model = apps.get_model("escalations", "Deadline")
    unanswered = list(
        escalations.filter(
            state__in=OPEN, timing="measured", first_response_at=None, first_response_due_at__isnull=False
        )
    )
    rows = model.objects.bulk_create(
        [_deadline(model, policy, escalation) for escalation in unanswered], batch_size=AT_ONCE
    )
    for escalation, row in zip(unanswered, rows, strict=True):
        escalation.due_metric, escalation.due_at, escalation.warn_at = row.metric, row.due_at, row.warn_at
    escalations.bulk_update(unanswered, ["due_metric", "due_at", "warn_at"], batch_size=AT_ONCE)


def _deadline(model, policy, escalation):
    """Due when it was said to be, as its priority may have changed since."""
    due_at = escalation.first_response_due_at
    seconds = max(1, int((due_at - escalation.opened_at).total_seconds()))
    warn_at = escalation.opened_at + timedelta(seconds=max(1, seconds * WARN_PERCENT // 100))
    return model(
        escalation=escalation,
        metric="first_response",
        priority=escalation.priority,
        policy=policy,
        policy_version=policy.version,
        terms={
            "policy": policy.pk,
            "name": policy.name,
            "version": policy.version,
            "targets": TARGETS,
            "pauses": False,
            "warn_percent": WARN_PERCENT,
            "longest_pause": None,
            "most_pauses": None,
            "calendar": None,
            "calendar_name": "",
            "calendar_version": None,
        },
        because={
            "text": f"{policy.name}, version {policy.version}: due {seconds} s after the opening, round the clock",
            "priority": CODES[escalation.priority],
            "calendar": None,
            "pauses": [],
        },
        started_at=escalation.opened_at,
        target_seconds=seconds,
        due_at=due_at,
        warn_at=warn_at,
        next_check_at=warn_at,
    )


class Migration(migrations.Migration):
    dependencies = [("escalations", "0013_sla_policies_and_deadlines")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
