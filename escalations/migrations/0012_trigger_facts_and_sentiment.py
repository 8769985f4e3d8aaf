import django.db.models.deletion
from django.db import migrations, models

import escalations.validators


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0004_install_calendars"),
        ("escalations", "0011_priority_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="escalation",
            name="frustrated",
            field=models.BooleanField(default=False, verbose_name="customer is frustrated"),
        ),
        migrations.AddField(
            model_name="escalation",
            name="required_skill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agents.skill",
            ),
        ),
        migrations.AddField(
            model_name="escalation",
            name="sentiment",
            field=models.FloatField(
                blank=True,
                help_text="Of the customer's last message that shows one.",
                null=True,
                verbose_name="customer's sentiment",
            ),
        ),
        migrations.AddField(
            model_name="historicaltriggerrule",
            name="cooldown_minutes",
            field=models.PositiveIntegerField(
                default=0,
                help_text="So long it stays quiet after an escalation of the same conversation has ended.",
                verbose_name="cool-down in minutes",
            ),
        ),
        migrations.AddField(
            model_name="historicaltriggerrule",
            name="required_skill",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agents.skill",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="sentiment",
            field=models.FloatField(
                blank=True, help_text="From -1 (angry) to 1 (happy); empty where it is not known.", null=True
            ),
        ),
        migrations.AddField(
            model_name="triggercondition",
            name="argument",
            field=models.CharField(
                blank=True, help_text="An attribute's name, or how many.", max_length=80, verbose_name="of what"
            ),
        ),
        migrations.AddField(
            model_name="triggerrule",
            name="cooldown_minutes",
            field=models.PositiveIntegerField(
                default=0,
                help_text="So long it stays quiet after an escalation of the same conversation has ended.",
                verbose_name="cool-down in minutes",
            ),
        ),
        migrations.AddField(
            model_name="triggerrule",
            name="error",
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="triggerrule",
            name="failing_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="triggerrule",
            name="required_skill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agents.skill",
            ),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="preferred_skill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agents.skill",
            ),
        ),
        migrations.AlterField(
            model_name="historicaltriggerrule",
            name="handoff_message",
            field=models.CharField(
                blank=True,
                help_text="What the customer reads. It may name {customer_name}, {company}, {plan}, {topic}, {team}.",
                max_length=500,
                validators=[escalations.validators.validate_handoff_message],
            ),
        ),
        migrations.AlterField(
            model_name="triggercondition",
            name="field",
            field=models.CharField(
                choices=[
                    ("ai_confidence", "AI confidence (this answer)"),
                    ("last_confidence", "AI confidence (last answer)"),
                    ("lowest_confidence", "AI confidence (lowest so far)"),
                    ("mean_confidence", "AI confidence (mean of the last answers)"),
                    ("failed_attempts", "Failed attempts in a row"),
                    ("response_seconds", "AI response time in seconds"),
                    ("customer_text", "Customer's message"),
                    ("customer_messages", "Customer's messages so far"),
                    ("sentiment", "Customer's sentiment"),
                    ("frustrated", "Customer is frustrated"),
                    ("language", "Language"),
                    ("intent", "Intent"),
                    ("topic", "Topic"),
                    ("minutes", "Minutes since the start"),
                    ("plan", "Plan"),
                    ("region", "Region"),
                    ("channel", "Channel"),
                    ("customer_age", "Days since the customer signed up"),
                    ("monthly_value", "Customer's monthly value"),
                    ("customer_attribute", "Customer's custom attribute"),
                    ("conversation_attribute", "Conversation's custom attribute"),
                    ("earlier_escalations", "Customer's earlier escalations"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="triggercondition",
            name="operator",
            field=models.CharField(
                choices=[
                    ("below", "is below"),
                    ("at_most", "is at most"),
                    ("at_least", "is at least"),
                    ("above", "is above"),
                    ("one_of", "is one of"),
                    ("none_of", "is none of"),
                    ("contains_phrase", "contains one of the phrases"),
                    ("lacks_phrases", "contains none of the phrases"),
                    ("contains_words", "contains all of the words"),
                    ("matches", "matches the pattern"),
                    ("matches_not", "does not match the pattern"),
                    ("is_true", "is true"),
                    ("is_false", "is not true"),
                    ("is_known", "is known"),
                    ("is_unknown", "is not known"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="triggercondition",
            name="value",
            field=models.JSONField(
                blank=True, help_text='A number, or a list of texts such as ["refund", "chargeback"].', null=True
            ),
        ),
        migrations.AlterField(
            model_name="triggerrule",
            name="handoff_message",
            field=models.CharField(
                blank=True,
                help_text="What the customer reads. It may name {customer_name}, {company}, {plan}, {topic}, {team}.",
                max_length=500,
                validators=[escalations.validators.validate_handoff_message],
            ),
        ),
        migrations.AlterField(
            model_name="triggerrule",
            name="preferred_skill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agents.skill",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("sentiment", None), ("sentiment__range", (-1, 1)), _connector="OR"),
                name="escalations_message_sentiment",
                violation_error_message="A sentiment is between -1 and 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="triggerrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("error", ""), ("failing_since", None)),
                    models.Q(models.Q(("error", ""), _negated=True), ("failing_since__isnull", False)),
                    _connector="OR",
                ),
                name="escalations_trigger_failing",
                violation_error_message="A failing rule has both its error and the time since when.",
            ),
        ),
    ]
