import datetime

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.comparison
import simple_history.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0001_squashed_0010_calendar_history"),
        ("analytics", "0004_install_feedback_themes"),
        ("escalations", "0001_squashed_0017_pauses_latest_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalTarget",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("parts", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("metric", models.CharField(max_length=60)),
                (
                    "per_person",
                    models.BooleanField(
                        default=False,
                        help_text="Of one person's figures, instead of all work's or a team's.",
                        verbose_name="for each person",
                    ),
                ),
                ("value", models.FloatField()),
                (
                    "up_to",
                    models.FloatField(
                        blank=True,
                        help_text="The other end of a range, where neither more nor less is better.",
                        null=True,
                    ),
                ),
                (
                    "excellent",
                    models.FloatField(
                        blank=True,
                        help_text="A figure as good as this, or better, is called excellent.",
                        null=True,
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        default=datetime.date(2000, 1, 1), help_text="The first day on which it holds."
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("history_user_id", models.CharField(max_length=200)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical target",
                "verbose_name_plural": "historical targets",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AlterModelOptions(
            name="target",
            options={"ordering": ["metric", "per_person", "team__name", "topic__name", "-valid_from"]},
        ),
        migrations.AddField(
            model_name="target",
            name="excellent",
            field=models.FloatField(
                blank=True, help_text="A figure as good as this, or better, is called excellent.", null=True
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="per_person",
            field=models.BooleanField(
                default=False,
                help_text="Of one person's figures, instead of all work's or a team's.",
                verbose_name="for each person",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="team",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: of any team.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="agents.team",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: of any topic.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="escalations.topic",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="up_to",
            field=models.FloatField(
                blank=True, help_text="The other end of a range, where neither more nor less is better.", null=True
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="valid_from",
            field=models.DateField(
                default=datetime.date(2000, 1, 1), help_text="The first day on which it holds."
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name="target",
            name="metric",
            field=models.CharField(max_length=60),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                models.F("metric"),
                models.F("per_person"),
                django.db.models.functions.comparison.Coalesce("team", models.Value(0)),
                django.db.models.functions.comparison.Coalesce("topic", models.Value(0)),
                models.F("valid_from"),
                name="analytics_target_once",
                violation_error_message="There is a target for this from that day on already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("up_to", None),
                    models.Q(("excellent", None), ("up_to__gt", models.F("value"))),
                    _connector="OR",
                ),
                name="analytics_target_range",
                violation_error_message="A range ends above where it begins, and nothing in it is excellent.",
            ),
        ),
        migrations.AddField(
            model_name="historicaltarget",
            name="team",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Empty: of any team.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agents.team",
            ),
        ),
        migrations.AddField(
            model_name="historicaltarget",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Empty: of any topic.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="escalations.topic",
            ),
        ),
    ]
