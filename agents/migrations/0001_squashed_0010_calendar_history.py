"""On a new database one step instead of many: the tables as the replaced migrations leave them, then the rows

that those install, which stay written where they were.
"""

import functools
from importlib import import_module

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import agents.validators
import helpninja.common.ids
import helpninja.common.tables
import helpninja.common.validators

INSTALLS = (
    "0002_install_support_team_and_skills",
    "0004_install_calendars",
    "0006_install_capacity_by_level",
)


def install_of(name):
    return import_module(f"agents.migrations.{name}").install


class Migration(migrations.Migration):
    replaces = [
        ("agents", "0001_teams_agents_and_presence"),
        ("agents", "0002_install_support_team_and_skills"),
        ("agents", "0003_calendars"),
        ("agents", "0004_install_calendars"),
        ("agents", "0005_shifts_and_capacity_by_level"),
        ("agents", "0006_install_capacity_by_level"),
        ("agents", "0007_scorecards"),
        ("agents", "0008_heartbeats_and_departures"),
        ("agents", "0009_versions_of_plans"),
        ("agents", "0010_calendar_history"),
    ]

    initial = True

    dependencies = [
        ("auth", "__first__"),
    ]

    operations = [
        helpninja.common.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Skill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Calendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        (
                            "time_zone",
                            models.CharField(
                                default="America/New_York",
                                max_length=60,
                                validators=[helpninja.common.validators.validate_time_zone],
                            ),
                        ),
                        (
                            "holiday_country",
                            models.CharField(blank=True, max_length=10, verbose_name="public holidays of"),
                        ),
                        (
                            "holiday_region",
                            models.CharField(
                                blank=True,
                                help_text="A state or province; the whole country when empty.",
                                max_length=20,
                                verbose_name="region",
                            ),
                        ),
                        (
                            "worked_holidays",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Public holidays on which people work all the same.",
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=0, editable=False, help_text="The newest one's number."
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("holiday_region", ""),
                                    models.Q(("holiday_country", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="agents_calendar_region_of_country",
                                violation_error_message="A region needs its country.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                help_text="The hours in which it works; round the clock when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="agents.calendar",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Agent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=functools.partial(helpninja.common.ids.public_id, *("agt",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "name",
                            models.CharField(help_text="As colleagues and customers see it.", max_length=120),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")], default=1
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Escalations held at the same time; that of the level when empty.",
                                null=True,
                                verbose_name="own capacity",
                            ),
                        ),
                        (
                            "hourly_cost",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Loaded cost of an hour, in US dollars.",
                                max_digits=8,
                                null=True,
                            ),
                        ),
                        (
                            "languages",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="America/New_York",
                                max_length=60,
                                validators=[helpninja.common.validators.validate_time_zone],
                            ),
                        ),
                        (
                            "specialization",
                            models.CharField(blank=True, help_text="As the team panel shows it.", max_length=160),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("available", "Available"),
                                    ("in_conversation", "In conversation"),
                                    ("away", "Away"),
                                    ("on_break", "On break"),
                                    ("offline", "Offline"),
                                ],
                                default="offline",
                                editable=False,
                                max_length=20,
                            ),
                        ),
                        ("status_reason", models.CharField(blank=True, editable=False, max_length=120)),
                        ("status_since", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("status_until", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agent",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("teams", models.ManyToManyField(related_name="agents", to="agents.team")),
                        (
                            "skills",
                            models.ManyToManyField(
                                related_name="agents", through="agents.AgentSkill", to="agents.skill"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("hourly_cost", None), ("hourly_cost__gte", 0), _connector="OR"
                                ),
                                name="agents_agent_cost_positive",
                                violation_error_message="The hourly cost can't be negative.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgentHeartbeat",
                    fields=[
                        (
                            "agent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="heartbeat",
                                serialize=False,
                                to="agents.agent",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="AgentSkill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(default=3, help_text="1 (beginner) to 5 (expert)."),
                        ),
                        ("certified_on", models.DateField(blank=True, null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="agent_skills",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "skill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agent_skills",
                                to="agents.skill",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agent", "skill"),
                                name="agents_agentskill_once",
                                violation_error_message="The agent has this skill already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("level__range", (1, 5))),
                                name="agents_agentskill_level",
                                violation_error_message="A skill's level is 1 to 5.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_date", models.DateField(verbose_name="date")),
                        (
                            "last_date",
                            models.DateField(blank=True, help_text="Of several days in a row.", null=True),
                        ),
                        ("name", models.CharField(max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("closed", "Closed"), ("hours", "Changed hours")],
                                default="closed",
                                max_length=10,
                            ),
                        ),
                        (
                            "opens",
                            models.TimeField(
                                blank=True, help_text="Closed all day when empty.", null=True, verbose_name="from"
                            ),
                        ),
                        ("closes", models.TimeField(blank=True, null=True, verbose_name="to")),
                        ("yearly", models.BooleanField(default=False, help_text="Each year from this date on.")),
                        (
                            "until",
                            models.DateField(blank=True, help_text="The last year of a yearly one.", null=True),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="agents.calendar",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "special day",
                        "ordering": ["first_date", "opens", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last_date", None),
                                    ("last_date__gte", models.F("first_date")),
                                    _connector="OR",
                                ),
                                name="agents_calendarday_period",
                                violation_error_message="The last date must not come before the first.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closes", None), ("opens", None)),
                                    models.Q(("closes__isnull", False), ("opens__isnull", False)),
                                    _connector="OR",
                                ),
                                name="agents_calendarday_times_together",
                                violation_error_message="Give both times, or none for the whole day.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "hours"), _negated=True),
                                    ("opens__isnull", False),
                                    _connector="OR",
                                ),
                                name="agents_calendarday_hours",
                                violation_error_message="Changed hours need their times.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until", None),
                                    models.Q(("until__gte", models.F("first_date")), ("yearly", True)),
                                    _connector="OR",
                                ),
                                name="agents_calendarday_until",
                                violation_error_message="Only a yearly day has a last year, and not before its first.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        (
                            "url",
                            models.URLField(
                                blank=True,
                                help_text="Empty where it was a file.",
                                max_length=500,
                                verbose_name="address",
                            ),
                        ),
                        ("read_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("error", models.CharField(blank=True, editable=False, max_length=300)),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="feeds",
                                to="agents.calendar",
                            ),
                        ),
                        ("days", models.JSONField(blank=True, default=list, editable=False)),
                    ],
                    options={
                        "ordering": ["name", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("calendar", "name"),
                                name="agents_calendarfeed_once",
                                violation_error_message="The calendar has a feed of this name already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("definition", models.JSONField()),
                        ("published_at", models.DateTimeField()),
                        ("actor", models.CharField(max_length=200)),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="agents.calendar",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("calendar", "number"),
                                name="agents_calendarversion_once",
                                violation_error_message="The calendar has this version already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CapacityByLevel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Agent"), (2, "Senior"), (3, "Specialist"), (4, "Manager")],
                                unique=True,
                            ),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(
                                default=3, help_text="Escalations held at the same time."
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "capacity by level",
                        "ordering": ["level"],
                    },
                ),
                migrations.CreateModel(
                    name="Departure",
                    fields=[
                        (
                            "agent",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="departure",
                                serialize=False,
                                to="agents.agent",
                            ),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("connection_lost", "Connection lost"),
                                    ("offline", "Went offline"),
                                    ("off_shift", "Off shift"),
                                    ("deactivated", "Deactivated"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "returns_to",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("available", "Available"),
                                    ("in_conversation", "In conversation"),
                                    ("away", "Away"),
                                    ("on_break", "On break"),
                                    ("offline", "Offline"),
                                ],
                                max_length=20,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HistoricalCalendar",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("name", models.CharField(db_index=True, max_length=80)),
                        (
                            "time_zone",
                            models.CharField(
                                default="America/New_York",
                                max_length=60,
                                validators=[helpninja.common.validators.validate_time_zone],
                            ),
                        ),
                        (
                            "holiday_country",
                            models.CharField(blank=True, max_length=10, verbose_name="public holidays of"),
                        ),
                        (
                            "holiday_region",
                            models.CharField(
                                blank=True,
                                help_text="A state or province; the whole country when empty.",
                                max_length=20,
                                verbose_name="region",
                            ),
                        ),
                        (
                            "worked_holidays",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Public holidays on which people work all the same.",
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=0, editable=False, help_text="The newest one's number."
                            ),
                        ),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical calendar",
                        "verbose_name_plural": "historical calendars",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalOnCall",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("first_day", models.DateField()),
                        (
                            "from_time",
                            models.TimeField(
                                blank=True, help_text="Empty: from the beginning of the day.", null=True
                            ),
                        ),
                        ("last_day", models.DateField()),
                        (
                            "until_time",
                            models.TimeField(blank=True, help_text="Empty: to the end of the day.", null=True),
                        ),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical on-call period",
                        "verbose_name_plural": "historical on-call periods",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalShift",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ]
                            ),
                        ),
                        ("start", models.TimeField(help_text="In the agent's time zone.")),
                        ("end", models.TimeField(help_text="Not later than the start: on the next day.")),
                        ("valid_from", models.DateField(blank=True, null=True)),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True,
                                help_text="The last day that counts.",
                                null=True,
                                verbose_name="valid through",
                            ),
                        ),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical shift",
                        "verbose_name_plural": "historical shifts",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalShiftException",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("date", models.DateField()),
                        (
                            "change",
                            models.CharField(
                                choices=[("added", "Works these hours too"), ("removed", "Does not work")],
                                default="removed",
                                max_length=10,
                            ),
                        ),
                        ("start", models.TimeField(blank=True, help_text="Empty: the whole day.", null=True)),
                        (
                            "end",
                            models.TimeField(
                                blank=True, help_text="Not later than the start: on the next day.", null=True
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=120)),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical changed hours",
                        "verbose_name_plural": "historical changed hours",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalTimeOff",
                    fields=[
                        (
                            "id",
                            models.BigIntegerField(
                                auto_created=True, blank=True, db_index=True, verbose_name="ID"
                            ),
                        ),
                        (
                            "parts",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("first_day", models.DateField()),
                        (
                            "from_time",
                            models.TimeField(
                                blank=True, help_text="Empty: from the beginning of the day.", null=True
                            ),
                        ),
                        ("last_day", models.DateField()),
                        (
                            "until_time",
                            models.TimeField(blank=True, help_text="Empty: to the end of the day.", null=True),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("vacation", "Vacation"),
                                    ("sick", "Sick leave"),
                                    ("training", "Training"),
                                    ("other", "Other leave"),
                                ],
                                default="vacation",
                                max_length=20,
                            ),
                        ),
                        ("approved", models.BooleanField(default=False, help_text="Counts from then on.")),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("history_user_id", models.CharField(max_length=200)),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.CharField(max_length=100, null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical time off",
                        "verbose_name_plural": "historical time off",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="OnCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_day", models.DateField()),
                        (
                            "from_time",
                            models.TimeField(
                                blank=True, help_text="Empty: from the beginning of the day.", null=True
                            ),
                        ),
                        ("last_day", models.DateField()),
                        (
                            "until_time",
                            models.TimeField(blank=True, help_text="Empty: to the end of the day.", null=True),
                        ),
                        ("note", models.CharField(blank=True, max_length=200)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="on_call",
                                to="agents.agent",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "on-call period",
                        "ordering": ["-first_day", "from_time"],
                        "abstract": False,
                        "indexes": [models.Index(fields=["agent", "last_day"], name="agents_oncall_last_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="agents_oncall_days",
                                violation_error_message="The last day can't be before the first one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last_day__gt", models.F("first_day")),
                                    ("from_time", None),
                                    ("until_time", None),
                                    ("until_time__gt", models.F("from_time")),
                                    _connector="OR",
                                ),
                                name="agents_oncall_times",
                                violation_error_message="It must end after it begins.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Opening",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("weekdays", models.JSONField(validators=[agents.validators.validate_weekdays])),
                        ("opens", models.TimeField()),
                        (
                            "closes",
                            models.TimeField(
                                help_text="At or before the opening: on the next day. 00:00 to 00:00 is 24 hours."
                            ),
                        ),
                        (
                            "valid_from",
                            models.DateField(
                                blank=True,
                                help_text="From this date its hours are the whole week, instead of earlier ones.",
                                null=True,
                            ),
                        ),
                        (
                            "calendar",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="openings",
                                to="agents.calendar",
                            ),
                        ),
                    ],
                    options={
                        "ordering": [models.OrderBy(models.F("valid_from"), nulls_first=True), "opens", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Presence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("available", "Available"),
                                    ("in_conversation", "In conversation"),
                                    ("away", "Away"),
                                    ("on_break", "On break"),
                                    ("offline", "Offline"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=120)),
                        ("until", models.DateTimeField(blank=True, null=True, verbose_name="expected back")),
                        ("actor", models.CharField(max_length=200)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="presences",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "presence ledger",
                        "ordering": ["-at", "-id"],
                        "indexes": [models.Index(fields=["agent", "-at"], name="agents_presence_agent")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until", None), ("until__gt", models.F("at")), _connector="OR"
                                ),
                                name="agents_presence_until_later",
                                violation_error_message="The return time must be later than now.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scorecard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "topic",
                            models.SlugField(blank=True, help_text="Empty: over all topics.", max_length=80),
                        ),
                        ("resolved", models.PositiveIntegerField(default=0)),
                        (
                            "lasting",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="Of those resolved, not re-escalated within 7 days.",
                                verbose_name="resolved for good",
                            ),
                        ),
                        (
                            "first_contact",
                            models.PositiveIntegerField(
                                default=0,
                                help_text="Of those, by the first agent in one handling.",
                                verbose_name="resolved at first contact",
                            ),
                        ),
                        ("ratings", models.PositiveIntegerField(default=0)),
                        ("csat", models.FloatField(blank=True, null=True, verbose_name="mean CSAT (1-5)")),
                        ("responses", models.PositiveIntegerField(default=0, verbose_name="first responses")),
                        (
                            "response_seconds",
                            models.FloatField(
                                blank=True, null=True, verbose_name="mean seconds to the first response"
                            ),
                        ),
                        ("handled", models.PositiveIntegerField(default=0, verbose_name="escalations handled")),
                        (
                            "handling_seconds",
                            models.FloatField(blank=True, null=True, verbose_name="mean seconds of handling"),
                        ),
                        ("reviews", models.PositiveIntegerField(default=0, verbose_name="quality reviews")),
                        (
                            "quality_score",
                            models.FloatField(blank=True, null=True, verbose_name="mean quality score (0-100)"),
                        ),
                        ("computed_at", models.DateTimeField()),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scorecards",
                                to="agents.agent",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["agent", "topic"],
                        "constraints": [
                            models.UniqueConstraint(fields=("agent", "topic"), name="agents_scorecard_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("first_contact__lte", models.F("lasting")),
                                    ("lasting__lte", models.F("resolved")),
                                ),
                                name="agents_scorecard_parts_of_resolved",
                                violation_error_message="What lasted, and what took one contact, is part of what was resolved.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("csat", None), ("ratings", 0)),
                                        models.Q(("csat__range", (1, 5)), ("ratings__gt", 0)),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("response_seconds", None), ("responses", 0)),
                                        models.Q(("response_seconds__gte", 0), ("responses__gt", 0)),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("handled", 0), ("handling_seconds", None)),
                                        models.Q(("handled__gt", 0), ("handling_seconds__gte", 0)),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("quality_score", None), ("reviews", 0)),
                                        models.Q(("quality_score__range", (0, 100)), ("reviews__gt", 0)),
                                        _connector="OR",
                                    ),
                                ),
                                name="agents_scorecard_means_have_rows",
                                violation_error_message="A mean stands beside the number of rows that it is of.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Shift",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ]
                            ),
                        ),
                        ("start", models.TimeField(help_text="In the agent's time zone.")),
                        ("end", models.TimeField(help_text="Not later than the start: on the next day.")),
                        ("valid_from", models.DateField(blank=True, null=True)),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True,
                                help_text="The last day that counts.",
                                null=True,
                                verbose_name="valid through",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shifts",
                                to="agents.agent",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "ordering": ["agent__name", "weekday", "start"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("weekday__range", (0, 6))),
                                name="agents_shift_weekday",
                                violation_error_message="A weekday is 0 (Monday) to 6 (Sunday).",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from", None),
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="agents_shift_period",
                                violation_error_message="The last day can't be before the first one.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftBreak",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("start", models.TimeField()),
                        ("minutes", models.PositiveSmallIntegerField(default=30)),
                        (
                            "shift",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="breaks",
                                to="agents.shift",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "break",
                        "ordering": ["start"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("shift", "start"),
                                name="agents_shiftbreak_once",
                                violation_error_message="The shift has a break at this time already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__range", (1, 480))),
                                name="agents_shiftbreak_minutes",
                                violation_error_message="A break takes 1 to 480 minutes.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftException",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("date", models.DateField()),
                        (
                            "change",
                            models.CharField(
                                choices=[("added", "Works these hours too"), ("removed", "Does not work")],
                                default="removed",
                                max_length=10,
                            ),
                        ),
                        ("start", models.TimeField(blank=True, help_text="Empty: the whole day.", null=True)),
                        (
                            "end",
                            models.TimeField(
                                blank=True, help_text="Not later than the start: on the next day.", null=True
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=120)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shift_exceptions",
                                to="agents.agent",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "ordering": ["-date", "start"],
                        "indexes": [models.Index(fields=["agent", "date"], name="agents_shiftexception_date")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("end", None), ("start", None)),
                                    models.Q(("end__isnull", False), ("start__isnull", False)),
                                    _connector="OR",
                                ),
                                name="agents_shiftexception_both",
                                violation_error_message="Give both start and end, or neither for the whole day.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("change", "removed"), ("start__isnull", False), _connector="OR"
                                ),
                                name="agents_shiftexception_added",
                                violation_error_message="Added hours need a start and an end.",
                            ),
                        ],
                        "verbose_name": "changed hours",
                        "verbose_name_plural": "changed hours",
                    },
                ),
                migrations.CreateModel(
                    name="TimeOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_day", models.DateField()),
                        (
                            "from_time",
                            models.TimeField(
                                blank=True, help_text="Empty: from the beginning of the day.", null=True
                            ),
                        ),
                        ("last_day", models.DateField()),
                        (
                            "until_time",
                            models.TimeField(blank=True, help_text="Empty: to the end of the day.", null=True),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("vacation", "Vacation"),
                                    ("sick", "Sick leave"),
                                    ("training", "Training"),
                                    ("other", "Other leave"),
                                ],
                                default="vacation",
                                max_length=20,
                            ),
                        ),
                        ("approved", models.BooleanField(default=False, help_text="Counts from then on.")),
                        ("note", models.CharField(blank=True, max_length=200)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="time_off",
                                to="agents.agent",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name_plural": "time off",
                        "ordering": ["-first_day", "from_time"],
                        "abstract": False,
                        "indexes": [models.Index(fields=["agent", "last_day"], name="agents_timeoff_last_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="agents_timeoff_days",
                                violation_error_message="The last day can't be before the first one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last_day__gt", models.F("first_day")),
                                    ("from_time", None),
                                    ("until_time", None),
                                    ("until_time__gt", models.F("from_time")),
                                    _connector="OR",
                                ),
                                name="agents_timeoff_times",
                                violation_error_message="It must end after it begins.",
                            ),
                        ],
                    },
                ),
            ],
        ),
        *(migrations.RunPython(install_of(name), migrations.RunPython.noop) for name in INSTALLS),
    ]
