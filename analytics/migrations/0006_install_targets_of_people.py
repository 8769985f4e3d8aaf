"""What is excellent, what each person is to reach, and the satisfaction that the team Support wants to keep."""

from django.db import migrations

# Beside the installed value.
EXCELLENT = {"first_response_time": (300.0, 150.0), "csat": (4.0, 4.5), "quality_score": (85.0, 90.0)}
OF_ALL = {"reescalation_rate": (0.05, 0.02)}
PER_PERSON = {"resolution_rate": (0.9, 0.95)}
SUPPORT = {"csat": 4.4}


def install(apps, schema_editor):
    targets = apps.get_model("analytics", "Target").objects
    for metric, (value, excellent) in EXCELLENT.items():
        targets.filter(metric=metric, value=value).update(excellent=excellent)
    for per_person, found in ((False, OF_ALL), (True, PER_PERSON)):
        for metric, (value, excellent) in found.items():
            targets.get_or_create(
                metric=metric, per_person=per_person, defaults={"value": value, "excellent": excellent}
            )
    support = apps.get_model("agents", "Team").objects.filter(slug="support").first()
    if support:
        for metric, value in SUPPORT.items():
            targets.get_or_create(metric=metric, team=support, defaults={"value": value})


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_targets_of_teams_topics_and_people"),
        ("agents", "0001_squashed_0010_calendar_history"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
