from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0014_install_sla_policy"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="priorityadjustment",
            name="escalations_adjustment_threshold",
        ),
        migrations.AddConstraint(
            model_name="priorityadjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("wait", "load")), ("threshold__gte", 0), ("threshold__isnull", False)),
                    models.Q(models.Q(("kind__in", ("wait", "load")), _negated=True), ("threshold", None)),
                    _connector="OR",
                ),
                name="escalations_adjustment_threshold",
                violation_error_message="Waiting and load need a threshold of 0 or more, the others none.",
            ),
        ),
    ]
