from datetime import timedelta

from django.db import migrations
from django.utils import timezone

OFFER_SECONDS = 60


def install(apps, schema_editor):
    """Agents of Support pull, as before. What is offered now has its row, and expires like any other offer."""
    apps.get_model("escalations", "RoutingPolicy").objects.get_or_create(
        team=apps.get_model("agents", "Team").objects.get(slug="support"), topic=None
    )
    now = timezone.now()
    ends_at = now + timedelta(seconds=OFFER_SECONDS)
    offered = apps.get_model("escalations", "Escalation").objects.filter(state="assigned")
    apps.get_model("escalations", "Offer").objects.bulk_create(
        apps.get_model("escalations", "Offer")(
            escalation_id=pk,
            version=version,
            agent_id=agent,
            actor="helpNINJA",
            offered_at=now,
            expires_at=ends_at,
        )
        for pk, version, agent in offered.values_list("pk", "version", "assignee")
    )
    offered.update(next_dispatch_at=ends_at)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0009_routing_policies_offers_and_alerts"),
        ("agents", "0002_install_support_team_and_skills"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
