from django.db import migrations

LEVELS, CAPACITY = (1, 2, 3, 4), 3


def install(apps, schema_editor):
    by_level = apps.get_model("agents", "CapacityByLevel")
    for level in LEVELS:
        by_level.objects.get_or_create(level=level, defaults={"capacity": CAPACITY})


class Migration(migrations.Migration):
    dependencies = [("agents", "0005_shifts_and_capacity_by_level")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
