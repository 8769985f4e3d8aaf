from django.db import migrations

SKILLS = (
    ("billing", "Billing"),
    ("account-management", "Account management"),
    ("technical-support", "Technical support"),
    ("apis", "APIs"),
    ("integrations", "Integrations"),
    ("widget-setup", "Widget setup"),
    ("data-and-reporting", "Data and reporting"),
)


def install(apps, schema_editor):
    apps.get_model("agents", "Team").objects.get_or_create(slug="support", defaults={"name": "Support"})
    skill = apps.get_model("agents", "Skill")
    for slug, name in SKILLS:
        skill.objects.get_or_create(slug=slug, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_teams_agents_and_presence")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
