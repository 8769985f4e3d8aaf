"""What the team wants to reach, and the industry's averages, as figures to begin with; people change both."""

from django.db import migrations

TARGETS = {
    "first_response_time": 300.0,
    "resolution_rate": 0.85,
    "csat": 4.0,
    "sla_breaches": 0.0,
    "quality_score": 85.0,
}
SOURCE = "Industry average as installed; replace it by a source of your own."
BENCHMARKS = {"escalation_rate": 0.24, "first_response_time": 492.0, "csat": 3.8, "resolution_rate": 0.82}


def install(apps, schema_editor):
    targets, benchmarks = apps.get_model("analytics", "Target"), apps.get_model("analytics", "Benchmark")
    targets.objects.bulk_create(targets(metric=key, value=value) for key, value in TARGETS.items())
    benchmarks.objects.bulk_create(
        benchmarks(metric=key, value=value, source=SOURCE) for key, value in BENCHMARKS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_targets_and_benchmarks")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
