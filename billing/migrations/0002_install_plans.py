from django.db import migrations

PLANS = (
    ("trial", "Trial"),
    ("starter", "Starter"),
    ("pro", "Pro"),
    ("agency", "Agency"),
    ("enterprise", "Enterprise"),
)


def install(apps, schema_editor):
    plan = apps.get_model("billing", "Plan")
    for rank, (code, name) in enumerate(PLANS, 1):
        plan.objects.get_or_create(code=code, defaults={"name": name, "rank": rank})


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_plans_customers_and_costs")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
