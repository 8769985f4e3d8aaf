"""The guide's "Smart Routing Algorithm": the weights of its five factors, and for each topic the skill of its name."""

from django.db import migrations

WEIGHTS = {"specialization": 35, "workload": 25, "customer": 20, "performance": 15, "availability": 5}


def install(apps, schema_editor):
    apps.get_model("escalations", "RoutingWeights").objects.get_or_create(team=None, defaults=WEIGHTS)
    skills = {skill.slug: skill for skill in apps.get_model("agents", "Skill").objects.all()}
    for topic in apps.get_model("escalations", "Topic").objects.filter(skill=None, slug__in=skills):
        topic.skill = skills[topic.slug]
        topic.save(update_fields=["skill"])


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0002_install_support_team_and_skills"),
        ("escalations", "0007_routing"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
