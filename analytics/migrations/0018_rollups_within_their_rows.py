"""PostgreSQL compresses what makes a row longer than 2 kB, and takes longer to undo that than to send all of it."""

from django.db import migrations


def store(target):
    def alter(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE analytics_rollup {target}")

    return alter


class Migration(migrations.Migration):
    dependencies = [("analytics", "0017_last_day_to_build")]
    operations = [
        migrations.RunPython(store("SET (toast_tuple_target = 8160)"), store("RESET (toast_tuple_target)")),
    ]
