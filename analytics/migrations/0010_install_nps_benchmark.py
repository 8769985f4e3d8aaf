"""The industry's NPS, beside its other figures to begin with."""

from django.db import migrations

SOURCE = "Industry average as installed; replace it by a source of your own."


def install(apps, schema_editor):
    benchmarks = apps.get_model("analytics", "Benchmark").objects
    benchmarks.get_or_create(metric="nps", defaults={"value": 31.0, "source": SOURCE})


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_install_saved_views")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
