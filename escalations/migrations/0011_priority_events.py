from django.db import migrations, models

import helpninja.common.validators


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0010_install_routing_policy"),
    ]

    operations = [
        migrations.AlterField(
            model_name="escalationevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Escalated"),
                    ("offered", "Offered"),
                    ("declined", "Offer declined"),
                    ("offer_expired", "Offer expired"),
                    ("alerted", "Supervisors alerted"),
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
                    ("flagged", "Flags changed"),
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
                help_text="All when empty, or some of opened, offered, declined, offer_expired, alerted, claimed, replied, customer_replied, pended, resumed, released, transferred, tier_changed, priority_changed, priority_raised, flagged, noted, repeat_marked, resolved, reopened, cancelled, rated, imported.",
                validators=[helpninja.common.validators.validate_string_list],
                verbose_name="events",
            ),
        ),
    ]
