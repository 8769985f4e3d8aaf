import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import simple_history.models
from django.db import migrations, models

import helpninja.common.validators


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0004_install_calendars"),
        ("billing", "0002_install_plans"),
        ("escalations", "0004_trigger_rule_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPriorityAdjustment",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("parts", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wait", "Customer's wait"),
                            ("repeat", "Repeat escalation"),
                            ("frustrated", "Frustrated customer"),
                            ("after_hours", "After hours"),
                            ("load", "System load"),
                        ],
                        max_length=20,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "levels",
                    models.SmallIntegerField(
                        default=1,
                        help_text="1 raises by one level, -1 lowers by one.",
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "threshold",
                    models.FloatField(
                        blank=True,
                        help_text="Wait: applies from so many minutes on. Load: above so many waiting per available agent.",
                        null=True,
                    ),
                ),
                (
                    "only_up_to",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")],
                        help_text="What lowers leaves alone a base above this level.",
                        null=True,
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
                "verbose_name": "historical priority adjustment",
                "verbose_name_plural": "historical priority adjustments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPriorityRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("parts", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("name", models.CharField(db_index=True, max_length=120)),
                ("order", models.PositiveIntegerField(db_index=True, default=100)),
                ("active", models.BooleanField(default=True)),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
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
                "verbose_name": "historical priority rule",
                "verbose_name_plural": "historical priority rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PriorityAdjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wait", "Customer's wait"),
                            ("repeat", "Repeat escalation"),
                            ("frustrated", "Frustrated customer"),
                            ("after_hours", "After hours"),
                            ("load", "System load"),
                        ],
                        max_length=20,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "levels",
                    models.SmallIntegerField(
                        default=1,
                        help_text="1 raises by one level, -1 lowers by one.",
                        validators=[
                            django.core.validators.MinValueValidator(-3),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "threshold",
                    models.FloatField(
                        blank=True,
                        help_text="Wait: applies from so many minutes on. Load: above so many waiting per available agent.",
                        null=True,
                    ),
                ),
                (
                    "only_up_to",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")],
                        help_text="What lowers leaves alone a base above this level.",
                        null=True,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ["kind", "threshold", "id"],
            },
        ),
        migrations.CreateModel(
            name="PriorityCondition",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "group",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("plan", "Plan"),
                            ("topic", "Topic"),
                            ("reason", "Reason"),
                            ("intent", "Intent"),
                            ("flag", "Flag"),
                            ("keyword", "Keyword"),
                        ],
                        max_length=20,
                    ),
                ),
                ("values", models.JSONField(help_text='Such as ["pro", "agency"].')),
            ],
            options={
                "ordering": ["group", "id"],
            },
        ),
        migrations.CreateModel(
            name="PriorityRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.PositiveBigIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="PriorityRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("order", models.PositiveIntegerField(db_index=True, default=100)),
                ("active", models.BooleanField(default=True)),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")]
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ["order", "id"],
            },
        ),
        migrations.RemoveIndex(
            model_name="escalation",
            name="escalations_queue_order",
        ),
        migrations.AddField(
            model_name="escalation",
            name="flags",
            field=models.JSONField(
                blank=True, default=list, validators=[helpninja.common.validators.validate_string_list]
            ),
        ),
        migrations.AddField(
            model_name="escalation",
            name="priority_because",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="escalation",
            name="raised",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="By so many levels, in the queue alone: the deadline stays.",
                verbose_name="raised by waiting",
            ),
        ),
        migrations.AlterField(
            model_name="escalationevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Escalated"),
                    ("offered", "Offered"),
                    ("declined", "Offer declined"),
                    ("claimed", "Claimed"),
                    ("replied", "Agent replied"),
                    ("customer_replied", "Customer replied"),
                    ("pended", "Waiting for the customer"),
                    ("resumed", "Resumed"),
                    ("released", "Released to the queue"),
                    ("transferred", "Transferred"),
                    ("tier_changed", "Handed to another tier"),
                    ("priority_changed", "Priority changed"),
                    ("priority_raised", "Raised in the queue"),
                    ("noted", "Note added"),
                    ("repeat_marked", "Customer had to repeat"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("cancelled", "Cancelled"),
                    ("rated", "Rated"),
                    ("imported", "Imported from history"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="webhookendpoint",
            name="kinds",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="All when empty, or some of opened, offered, declined, claimed, replied, customer_replied, pended, resumed, released, transferred, tier_changed, priority_changed, priority_raised, noted, repeat_marked, resolved, reopened, cancelled, rated, imported.",
                validators=[helpninja.common.validators.validate_string_list],
                verbose_name="events",
            ),
        ),
        migrations.AddField(
            model_name="escalation",
            name="queue_level",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Least(
                    django.db.models.expressions.CombinedExpression(models.F("priority"), "+", models.F("raised")),
                    models.Value(4),
                ),
                output_field=models.PositiveSmallIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                models.OrderBy(models.F("queue_level"), descending=True),
                models.F("first_response_due_at"),
                models.F("id"),
                condition=models.Q(("state__in", ("waiting", "assigned"))),
                name="escalations_queue_order",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "assigned"))),
                fields=["raised", "opened_at"],
                name="escalations_wait",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.UniqueConstraint(
                fields=("kind", "threshold"),
                name="escalations_adjustment_once",
                violation_error_message="There is an adjustment with this threshold already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("threshold", None)),
                fields=("kind",),
                name="escalations_adjustment_once_without",
                violation_error_message="There is such an adjustment already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("levels__range", (-3, 3)), models.Q(("levels", 0), _negated=True)),
                name="escalations_adjustment_levels",
                violation_error_message="It raises or lowers by 1 to 3 levels.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("wait", "load")), ("threshold__gte", 0)),
                    models.Q(models.Q(("kind__in", ("wait", "load")), _negated=True), ("threshold", None)),
                    _connector="OR",
                ),
                name="escalations_adjustment_threshold",
                violation_error_message="Waiting and load need a threshold of 0 or more, the others none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "wait"), _negated=True), ("levels__gt", 0), _connector="OR"),
                name="escalations_adjustment_wait_raises",
                violation_error_message="Waiting only raises.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("only_up_to", None), ("levels__lt", 0), _connector="OR"),
                name="escalations_adjustment_spares",
                violation_error_message="Only what lowers can be limited to bases up to a level.",
            ),
        ),
        migrations.AddField(
            model_name="prioritycondition",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="conditions",
                to="escalations.priorityrule",
            ),
        ),
    ]
