"""Questions that every support team asks, to open and to change."""

from django.db import migrations

VIEWS = {
    "Segments: plan and tenure": "metrics=escalation_rate&metrics=csat&by=tenure&and_by=plan&window=90",
    "Seasons: topics by quarter": "metrics=escalations&by=quarter&and_by=topic&window=365",
    "Geography: regions": "metrics=escalation_rate&metrics=csat&by=region&window=90",
    "Lifecycle: topics by customer age": "metrics=escalations&by=lifecycle&and_by=topic&window=90",
}


def install(apps, schema_editor):
    views = apps.get_model("analytics", "SavedView")
    views.objects.bulk_create(
        views(name=name, page="analytics:explore", query=query, is_shared=True) for name, query in VIEWS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0008_saved_views")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
