"""The monthly improvement process, as a template to start from."""

from django.db import migrations

NAME = "Monthly quality improvement"
LAST = 66  # the last working day of whatever period

# By week five tasks, one for each working day, and where each is worked on.
WEEKS = (
    (
        ("Gather all escalation data and metrics", "figures"),
        ("Analyze quality scores and customer feedback", "reviews"),
        ("Identify trends and patterns", "figures"),
        ("Review team performance individually", "coaching"),
        ("Compile improvement opportunities", "root_causes"),
    ),
    (
        ("Deep dive into low-quality escalations", "reviews"),
        ("Interview agents about challenges", ""),
        ("Review knowledge base gaps", "gaps"),
        ("Analyze system and process issues", "root_causes"),
        ("Prioritize improvement areas", "initiatives"),
    ),
    (
        ("Develop training materials for skill gaps", "coaching"),
        ("Create process improvements", "initiatives"),
        ("Update knowledge base content", "gaps"),
        ("Design system enhancements", ""),
        ("Plan implementation timeline", "initiatives"),
    ),
    (
        ("Roll out process improvements", "initiatives"),
        ("Conduct targeted training sessions", "coaching"),
        ("Update documentation and procedures", ""),
        ("Monitor early results", "figures"),
        ("Gather feedback from team", ""),
    ),
)
CONTINUOUS = (
    ("Weekly quality spot checks", "reviews", "weekly", 5),
    ("Real-time feedback collection", "reviews", "weekly", 5),
    ("Ongoing coaching and support", "coaching", "weekly", 5),
    ("Monthly team retrospectives", "", "monthly", LAST),
    ("Quarterly comprehensive review", "figures", "quarterly", LAST),
)


def install(apps, schema_editor):
    template = apps.get_model("quality", "CycleTemplate").objects.create(name=NAME)
    task = apps.get_model("quality", "TemplateTask")
    for week, tasks in enumerate(WEEKS, start=1):
        for day, (title, page) in enumerate(tasks, start=5 * week - 4):
            task.objects.create(template=template, phase=week, title=title, page=page, working_day=day)
    for title, page, repeats, day in CONTINUOUS:
        task.objects.create(template=template, phase=5, title=title, page=page, repeats=repeats, working_day=day)


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_install_rubric")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
