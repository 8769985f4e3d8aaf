"""How evenly work is to be spread, and how much of the paid hours it is to take."""

from django.db import migrations

# Metric, value, the other end of a range.
TARGETS = (("workload_equity", 0.2, None), ("utilization", 0.25, 0.35))


def install(apps, schema_editor):
    targets = apps.get_model("analytics", "Target").objects
    for metric, value, up_to in TARGETS:
        targets.get_or_create(metric=metric, defaults={"value": value, "up_to": up_to})


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_install_targets_of_people")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
