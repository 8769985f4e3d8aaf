import functools
import secrets

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import helpninja.common.ids
import helpninja.common.tables
import helpninja.common.validators
import quality.validators


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agents", "0001_squashed_0010_calendar_history"),
        ("auth", "__first__"),
        ("escalations", "0001_squashed_0017_pauses_latest_first"),
    ]

    operations = [
        helpninja.common.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Article",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("art",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        (
                            "body",
                            models.TextField(
                                blank=True,
                                help_text="In Markdown.",
                                validators=[
                                    django.core.validators.MaxLengthValidator(
                                        100000, "An article has at most %(limit_value)d characters."
                                    )
                                ],
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("customers", "Customers"),
                                    ("agents", "Agents"),
                                    ("both", "Customers and agents"),
                                ],
                                default="both",
                                help_text="Who may read it.",
                                max_length=10,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                default="en",
                                help_text="BCP 47 tag, such as en or pt-BR.",
                                max_length=12,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z",
                                        "Give a BCP 47 tag, such as en or pt-BR.",
                                        code="language",
                                    )
                                ],
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("published", "Published"),
                                    ("retired", "Retired"),
                                ],
                                db_index=True,
                                default="draft",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        (
                            "review_by",
                            models.DateField(
                                blank=True,
                                db_index=True,
                                help_text="When somebody should read it again.",
                                null=True,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "published_at",
                            models.DateTimeField(
                                blank=True, editable=False, help_text="When it was last published.", null=True
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("updated_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who keeps it right; may edit it while it is a draft.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="articles",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "plain",
                            models.TextField(
                                default="", editable=False, help_text="The body's words without Markdown."
                            ),
                        ),
                        (
                            "public_url",
                            models.URLField(
                                blank=True,
                                help_text="Where customers can read it, if they can; replies link to it.",
                                max_length=500,
                                validators=[
                                    django.core.validators.URLValidator(
                                        message="Give an address with http or https.", schemes=["http", "https"]
                                    )
                                ],
                                verbose_name="address for customers",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["title", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ("draft", "in_review")),
                                    ("published_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="quality_article_published_at",
                                violation_error_message="What is or was published says when.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KnowledgeGap",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("gap",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("named_by_person", models.BooleanField(default=False, editable=False)),
                        ("kept", models.BooleanField(default=False, editable=False)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("planned", "Planned"),
                                    ("dismissed", "Dismissed"),
                                    ("merged", "Merged into another"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        (
                            "because",
                            models.CharField(blank=True, help_text="Why it was dismissed.", max_length=300),
                        ),
                        (
                            "terms",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "lane",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("priority_1", "Priority 1 (this month)"),
                                    ("priority_2", "Priority 2 (next month)"),
                                    ("ongoing", "Ongoing"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due", models.DateField(blank=True, null=True)),
                        ("likeness", models.FloatField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("last_asked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="answered_gaps",
                                to="quality.article",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                blank=True,
                                help_text="What is to close the gap.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="gaps",
                                to="quality.article",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_from",
                                to="quality.knowledgegap",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="gaps",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="gaps",
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name", "id"],
                        "indexes": [models.Index(fields=["status", "lane"], name="quality_gap_board")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                                    models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into", None)),
                                    _connector="OR",
                                ),
                                name="quality_gap_merged",
                                violation_error_message="A merged gap, and no other, says into which.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "planned"), models.Q(("lane", ""), _negated=True)),
                                    models.Q(models.Q(("status", "planned"), _negated=True), ("lane", "")),
                                    _connector="OR",
                                ),
                                name="quality_gap_lane",
                                violation_error_message="A planned gap, and no other, has a place on the board.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "dismissed"), _negated=True),
                                    models.Q(("because", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="quality_gap_because",
                                violation_error_message="A dismissed gap says why.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RootCause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("active", models.BooleanField(default=True, help_text="Offered to reviewers.")),
                        (
                            "gaps",
                            models.ManyToManyField(
                                blank=True, editable=False, related_name="root_causes", to="quality.knowledgegap"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Rubric",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("active", models.BooleanField(default=True)),
                        (
                            "order",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="The first that fits is taken."
                            ),
                        ),
                        (
                            "tiers",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "channels",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "dispute_days",
                            models.PositiveSmallIntegerField(
                                default=7,
                                help_text="So long after its publication an agent may dispute a review.",
                                verbose_name="days to dispute",
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
                        "ordering": ["order", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="RubricVersion",
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
                            "rubric",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="quality.rubric",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rubric", "number"),
                                name="quality_rubricversion_once",
                                violation_error_message="The rubric has this version already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("rev",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scored", "Review"),
                                    ("calibration", "Calibration"),
                                    ("second", "Review of a review"),
                                ],
                                default="scored",
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("submitted", "Submitted"),
                                    ("published", "Published"),
                                    ("voided", "Voided"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("total", models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                        ("auto_failed", models.BooleanField(default=False)),
                        ("summary", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                help_text="Whose work it judges.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "of_review",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="second_reviews",
                                to="quality.review",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "root_causes",
                            models.ManyToManyField(blank=True, related_name="reviews", to="quality.rootcause"),
                        ),
                        (
                            "rubric_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="quality.rubricversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("kind", "scored"), ("state", "published")),
                                fields=["published_at", "agent", "total"],
                                name="quality_review_counted",
                            ),
                            models.Index(fields=["reviewer", "state"], name="quality_review_reviewer"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("kind", "scored"), models.Q(("state", "voided"), _negated=True)
                                ),
                                fields=("escalation", "reviewer"),
                                name="quality_review_once",
                                violation_error_message="This reviewer has reviewed it already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "second"), ("of_review__isnull", False)),
                                    models.Q(models.Q(("kind", "second"), _negated=True), ("of_review", None)),
                                    _connector="OR",
                                ),
                                name="quality_review_of_review",
                                violation_error_message="A review of a review, and no other, names the review.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(("published_at__isnull", False), ("total__isnull", False)),
                                    _connector="OR",
                                ),
                                name="quality_review_published",
                                violation_error_message="A published review has its time and a total.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("total", None), ("total__range", (0, 100)), _connector="OR"),
                                name="quality_review_total",
                                violation_error_message="A total is 0 to 100.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        ("category", models.CharField(blank=True, max_length=80)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scored", "Scored"),
                                    ("bonus", "Bonus: adds its points to the total"),
                                    ("auto_fail", "Auto-fail: the whole score is 0"),
                                    ("question", "Question without a score"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=1)),
                        ("band", models.CharField(blank=True, max_length=80)),
                        ("points", models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                        ("of_points", models.DecimalField(decimal_places=2, max_digits=6)),
                        ("na", models.BooleanField(default=False, verbose_name="N/A")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True, choices=[("passed", "Passed"), ("failed", "Failed")], max_length=10
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("note", models.TextField(blank=True)),
                        (
                            "measured_points",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
                        ),
                        ("evidence", models.CharField(blank=True, max_length=300)),
                        (
                            "overruled",
                            models.CharField(blank=True, max_length=300, verbose_name="overruled because"),
                        ),
                        ("score", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        ("possible", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="quality.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order", "id"],
                        "indexes": [models.Index(fields=["key", "score", "possible"], name="quality_answer_key")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("review", "key"),
                                name="quality_answer_once",
                                violation_error_message="The review has an answer to this criterion already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("points", None),
                                    models.Q(
                                        ("na", False), ("points__gte", 0), ("points__lte", models.F("of_points"))
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_answer_points",
                                violation_error_message="Points are of the criterion's scale, and none where it is N/A.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("possible", None), ("score", None)),
                                    models.Q(("possible__isnull", False), ("score__isnull", False)),
                                    _connector="OR",
                                ),
                                name="quality_answer_score_and_possible",
                                violation_error_message="A score says of how much it is.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleIssue",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("iss",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("outdated", "Outdated"),
                                    ("inaccurate", "Inaccurate"),
                                    ("unclear", "Unclear"),
                                    ("missing_example", "Missing example"),
                                    ("formatting", "Formatting"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=2000)),
                        ("raised_by", models.CharField(max_length=200)),
                        ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("rejected", "Rejected")],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("decided_by", models.CharField(blank=True, max_length=200)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True, help_text="What was done, or why nothing was.", max_length=2000
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="issues",
                                to="quality.article",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-raised_at", "-id"],
                        "indexes": [models.Index(fields=["state", "kind"], name="quality_issue_work")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answer", ""), ("decided_at", None), ("decided_by", ""), ("state", "open")
                                    ),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        models.Q(("decided_by", ""), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_issue_decided",
                                violation_error_message="What is done or rejected says by whom and when.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleSearch",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("srch",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("text", models.CharField(max_length=200)),
                        (
                            "seeker",
                            models.CharField(
                                choices=[("agent", "Agent"), ("customer", "Customer"), ("bot", "Bot")],
                                max_length=10,
                            ),
                        ),
                        ("actor", models.CharField(max_length=200)),
                        (
                            "hits",
                            models.PositiveIntegerField(
                                help_text="Articles found, up to the most that one search looks for."
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="article_searches",
                                to="escalations.conversation",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "article searches",
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(fields=["at"], name="quality_search_at"),
                            models.Index(
                                condition=models.Q(("hits", 0)), fields=["at"], name="quality_search_missed"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("shown", "Shown to the customer"),
                                    ("viewed", "Viewed"),
                                    ("used", "Used in a reply"),
                                    ("helped", "Helped"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "seeker",
                            models.CharField(
                                choices=[("agent", "Agent"), ("customer", "Customer"), ("bot", "Bot")],
                                max_length=10,
                            ),
                        ),
                        ("actor", models.CharField(max_length=200)),
                        ("at", models.DateTimeField()),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="uses",
                                to="quality.article",
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="article_uses",
                                to="escalations.conversation",
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "search",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="uses",
                                to="quality.articlesearch",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "indexes": [models.Index(fields=["at", "kind"], name="quality_use_at")],
                    },
                ),
                migrations.CreateModel(
                    name="CalibrationSession",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("cal",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="what to look at")),
                        (
                            "deadline",
                            models.DateTimeField(
                                help_text="It is closed then, and everybody's answers are shown."
                            ),
                        ),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calibrations",
                                to="escalations.escalation",
                                verbose_name="conversation",
                            ),
                        ),
                        (
                            "rubric_version",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="quality.rubricversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "calibration",
                        "ordering": ["-opened_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at", None)),
                                fields=["deadline"],
                                name="quality_calibration_open",
                            ),
                            models.Index(fields=["-closed_at"], name="quality_calibration_closed"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalibrationSeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "review",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calibration_seat",
                                to="quality.review",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="seats",
                                to="quality.calibrationsession",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "participant",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("session", "reviewer"),
                                name="quality_seat_once",
                                violation_error_message="This reviewer takes part already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoachingPlan",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("coa",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Proposed"),
                                    ("active", "Active"),
                                    ("done", "Done"),
                                    ("dropped", "Dropped"),
                                ],
                                default="proposed",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        (
                            "summary",
                            models.TextField(
                                blank=True, help_text="What it is for, in a sentence or two. The agent reads it."
                            ),
                        ),
                        ("opened_at", models.DateTimeField(editable=False)),
                        ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("closed_because", models.CharField(blank=True, editable=False, max_length=300)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coaching_plans",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "coach",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coached_plans",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-opened_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("proposed", "active"))),
                                fields=("agent",),
                                name="quality_coachingplan_one_open",
                                violation_error_message="This agent has an open coaching plan already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("state__in", ("proposed", "active"))),
                                    models.Q(
                                        models.Q(("state__in", ("proposed", "active")), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_coachingplan_closed",
                                violation_error_message="A plan that is done or dropped says when, and no other does.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoachingAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("training", "Training"),
                                    ("shadowing", "Shadowing"),
                                    ("practice", "Practice"),
                                    ("workshop", "Workshop"),
                                    ("mentoring", "Mentoring pair"),
                                    ("review", "Review and planning"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="what")),
                        ("due", models.DateField(blank=True, null=True)),
                        ("done_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("done_by", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "mentor",
                            models.ForeignKey(
                                blank=True,
                                help_text="With whom; a mentoring pair needs one.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="actions",
                                to="quality.coachingplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action",
                        "ordering": [models.OrderBy(models.F("due"), nulls_last=True), "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "mentoring"), _negated=True),
                                    ("mentor__isnull", False),
                                    _connector="OR",
                                ),
                                name="quality_coachingaction_pair",
                                violation_error_message="A mentoring pair needs a mentor.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("done_by", "")),
                                    models.Q(("done_at__isnull", False), models.Q(("done_by", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="quality_coachingaction_done",
                                violation_error_message="When it was done and by whom are said together.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoachingAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="What it was about, such as criterion:technical_accuracy.",
                                max_length=100,
                            ),
                        ),
                        ("text", models.CharField(max_length=300)),
                        ("because", models.CharField(max_length=300)),
                        ("at", models.DateTimeField()),
                        ("actor", models.CharField(max_length=200)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agents.agent"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="quality.coachingplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to a suggestion",
                        "verbose_name_plural": "answers to suggestions",
                        "ordering": ["-at", "-id"],
                        "indexes": [models.Index(fields=["agent", "at"], name="quality_coachinganswer_agent")],
                    },
                ),
                migrations.CreateModel(
                    name="CoachingGoal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "metric",
                            models.CharField(
                                choices=[
                                    ("quality", "Quality score"),
                                    ("criterion", "One criterion, of 100"),
                                    ("csat", "Satisfaction (CSAT)"),
                                    ("response_time", "First response time"),
                                    ("first_contact", "First contact resolution"),
                                    ("lasting", "Resolved for good"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("key", models.SlugField(blank=True, max_length=60, verbose_name="criterion")),
                        ("target", models.FloatField()),
                        ("due", models.DateField()),
                        ("start_value", models.FloatField(editable=False, null=True)),
                        ("start_n", models.PositiveIntegerField(default=0, editable=False)),
                        ("start_at", models.DateTimeField(editable=False)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="goals",
                                to="quality.coachingplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "goal",
                        "ordering": ["due", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "metric", "key"),
                                name="quality_coachinggoal_once",
                                violation_error_message="The plan has a goal of this kind already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("metric", "criterion"), models.Q(("key", ""), _negated=True)),
                                    models.Q(models.Q(("metric", "criterion"), _negated=True), ("key", "")),
                                    _connector="OR",
                                ),
                                name="quality_coachinggoal_criterion",
                                violation_error_message="A goal of one criterion, and no other, names it.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("start_n", 0), ("start_value", None)),
                                    models.Q(("start_n__gt", 0), ("start_value__isnull", False)),
                                    _connector="OR",
                                ),
                                name="quality_coachinggoal_start",
                                violation_error_message="A start value stands beside the number of rows that it is of.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoachingReason",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(blank=True, max_length=60, verbose_name="criterion")),
                        ("text", models.CharField(blank=True, max_length=300)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reasons",
                                to="quality.coachingplan",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="quality.review",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reason",
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("review__isnull", False),
                                    models.Q(("key", ""), _negated=True),
                                    models.Q(("text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="quality_coachingreason_says_something",
                                violation_error_message="A reason names a review or a criterion, or says why in words.",
                            ),
                            models.UniqueConstraint(
                                fields=("plan", "review"),
                                name="quality_coachingreason_review_once",
                                violation_error_message="This review is a reason of the plan already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoachingSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("author", models.CharField(max_length=200)),
                        ("notes", models.TextField(max_length=10000)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to="quality.coachingplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session",
                        "ordering": ["-at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Criterion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.SlugField(
                                help_text="Names it across versions: its figures go on while it stays.",
                                max_length=60,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("help", models.CharField(blank=True, max_length=500, verbose_name="what to look at")),
                        ("category", models.CharField(blank=True, max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scored", "Scored"),
                                    ("bonus", "Bonus: adds its points to the total"),
                                    ("auto_fail", "Auto-fail: the whole score is 0"),
                                    ("question", "Question without a score"),
                                ],
                                default="scored",
                                max_length=12,
                            ),
                        ),
                        (
                            "weight",
                            models.DecimalField(
                                decimal_places=2,
                                default=1,
                                help_text="Beside the other criteria of its category.",
                                max_digits=6,
                                validators=[
                                    django.core.validators.MinValueValidator(0.01),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                            ),
                        ),
                        (
                            "bands",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[quality.validators.validate_bands],
                                verbose_name="scale",
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("response_time", "First response time, in seconds"),
                                    ("first_contact", "How it was resolved"),
                                    ("satisfaction", "The customer's rating, 1 to 5"),
                                ],
                                max_length=20,
                                verbose_name="scored from the data by",
                            ),
                        ),
                        (
                            "na_allowed",
                            models.BooleanField(
                                default=True,
                                help_text="Its weight is spread over the rest of its category.",
                                verbose_name="N/A allowed",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=1)),
                        (
                            "rubric",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="criteria",
                                to="quality.rubric",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "criteria",
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rubric", "key"),
                                name="quality_criterion_once",
                                violation_error_message="The rubric has a criterion with this key already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weight__gt", 0)),
                                name="quality_criterion_weight",
                                violation_error_message="The weight must be more than 0.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewCycle",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("rcy",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("scored", "Conversations"), ("second", "Published reviews")],
                                default="scored",
                                max_length=12,
                                verbose_name="reviewed are",
                            ),
                        ),
                        ("start", models.DateTimeField(verbose_name="resolved from")),
                        ("end", models.DateTimeField(verbose_name="resolved before")),
                        (
                            "recurrence",
                            models.CharField(
                                choices=[("once", "Once"), ("weekly", "Every week"), ("monthly", "Every month")],
                                default="once",
                                help_text="A recurring one is drawn when its time is over, and the next one is made.",
                                max_length=10,
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("random", "At random"),
                                    ("stratified", "By topic and tier, each as its share"),
                                    ("risk", "By risk, the risky more likely"),
                                ],
                                default="random",
                                max_length=12,
                                verbose_name="drawn",
                            ),
                        ),
                        (
                            "seed",
                            models.CharField(
                                default=functools.partial(secrets.token_hex, *(4,)),
                                help_text="The same seed draws the same among the same conversations.",
                                max_length=32,
                            ),
                        ),
                        (
                            "per_agent",
                            models.PositiveSmallIntegerField(
                                default=5,
                                help_text="As many as there are, up to this.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(200),
                                ],
                                verbose_name="reviews of each agent",
                            ),
                        ),
                        (
                            "days_to_review",
                            models.PositiveSmallIntegerField(
                                default=7,
                                help_text="Reviews are due so many days after the draw.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(200),
                                ],
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("planned", "Planned"), ("running", "Running"), ("closed", "Closed")],
                                default="planned",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("drawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("not_drawn", models.JSONField(blank=True, default=dict, editable=False)),
                        (
                            "previous",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="next",
                                to="quality.reviewcycle",
                            ),
                        ),
                        (
                            "rubric",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: the one that is for each conversation.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cycles",
                                to="quality.rubric",
                            ),
                        ),
                        ("teams", models.ManyToManyField(related_name="review_cycles", to="agents.team")),
                    ],
                    options={
                        "ordering": ["-start", "-id"],
                        "indexes": [models.Index(fields=["state", "end"], name="quality_cycle_due")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="quality_cycle_window",
                                violation_error_message="The time must end after it begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("drawn_at", None), ("state", "planned")),
                                    models.Q(
                                        ("closed_at", None), ("drawn_at__isnull", False), ("state", "running")
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("drawn_at__isnull", False),
                                        ("state", "closed"),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_cycle_state",
                                violation_error_message="A cycle says when it was drawn and closed once it was, and not before.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CycleReviewer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "quota",
                            models.PositiveSmallIntegerField(
                                default=20,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(200),
                                ],
                                verbose_name="reviews at most",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviewers",
                                to="quality.reviewcycle",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("cycle", "reviewer"),
                                name="quality_cyclereviewer_once",
                                violation_error_message="This reviewer is in the cycle already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CycleTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        (
                            "recurring",
                            models.BooleanField(
                                default=False, help_text="On the first of each month its cycle is made by itself."
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                help_text="Who leads the cycles that are made by themselves.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whose cycle is made by itself; one for all teams when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="agents.team",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="ImprovementCycle",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("cyc",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("month", models.DateField(help_text="The month's first day.")),
                        ("went_well", models.TextField(blank=True, max_length=10000)),
                        ("to_improve", models.TextField(blank=True, max_length=10000)),
                        ("next_actions", models.TextField(blank=True, max_length=10000, verbose_name="actions")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("closed", "Closed")],
                                default="open",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("closed_by", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="led_cycles",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="All teams when empty.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="improvement_cycles",
                                to="agents.team",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cycles",
                                to="quality.cycletemplate",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-month", "team__name", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="quality_cycle_first_day",
                                violation_error_message="Give the month's first day.",
                            ),
                            models.UniqueConstraint(
                                fields=("month", "team"),
                                name="quality_cycle_month_team",
                                violation_error_message="This team has a cycle of this month already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("team", None)),
                                fields=("month",),
                                name="quality_cycle_month_all",
                                violation_error_message="There is a cycle of this month for all teams already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("closed_by", ""), ("state", "open")),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("state", "closed"),
                                        models.Q(("closed_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_cycle_closed",
                                violation_error_message="A closed cycle says when and by whom it was closed.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Initiative",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("ini",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("description", models.TextField(blank=True)),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("low_ai_confidence", "Low AI confidence"),
                                    ("customer_request", "Customer request"),
                                    ("technical_issue", "Technical issue"),
                                    ("billing_account", "Billing/account"),
                                    ("content_gap", "Content gap"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "cost",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                help_text="Of all of it, in US dollars.",
                                max_digits=12,
                                null=True,
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="planned start")),
                        (
                            "ends_on",
                            models.DateField(
                                help_text="By then the whole effect is expected.", verbose_name="planned end"
                            ),
                        ),
                        (
                            "target_kind",
                            models.CharField(
                                choices=[
                                    ("share", "Percent of all escalations, at most"),
                                    ("count", "Escalations in 30 days, at most"),
                                    ("reduction", "Percent fewer for each 1,000 conversations"),
                                ],
                                default="share",
                                max_length=10,
                                verbose_name="target in",
                            ),
                        ),
                        (
                            "target_value",
                            models.DecimalField(
                                decimal_places=1,
                                max_digits=7,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="target",
                            ),
                        ),
                        (
                            "expected_fewer",
                            models.PositiveIntegerField(
                                help_text="Fewer escalations in 30 days, once it is complete.",
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="expected effect",
                            ),
                        ),
                        (
                            "baseline_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="So many days before the start say how things were.",
                                validators=[django.core.validators.MinValueValidator(7)],
                                verbose_name="days of the baseline",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("abandoned", "Abandoned"),
                                ],
                                db_index=True,
                                default="planned",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("started_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("baseline_from", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("baseline_to", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("baseline_targeted", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        (
                            "baseline_escalations",
                            models.PositiveIntegerField(blank=True, editable=False, null=True),
                        ),
                        (
                            "baseline_conversations",
                            models.PositiveIntegerField(blank=True, editable=False, null=True),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="initiatives",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "teams",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Whose escalations; all when empty.",
                                related_name="initiatives",
                                to="agents.team",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="initiatives",
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "trigger_rule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="initiatives",
                                to="escalations.triggerrule",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True),
                                    ("topic__isnull", False),
                                    ("trigger_rule__isnull", False),
                                    _connector="OR",
                                ),
                                name="quality_initiative_target",
                                violation_error_message="Say which escalations it means: a reason, a topic or a trigger rule.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                                name="quality_initiative_period",
                                violation_error_message="The planned end must come after the planned start.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cost", None), ("cost__gte", 0), _connector="OR"),
                                name="quality_initiative_cost_positive",
                                violation_error_message="The cost can't be negative.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("target_kind", "count"), ("target_value__lte", 100), _connector="OR"
                                ),
                                name="quality_initiative_percent",
                                violation_error_message="A target in percent is at most 100.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("baseline_conversations", None),
                                        ("baseline_escalations", None),
                                        ("baseline_from", None),
                                        ("baseline_targeted", None),
                                        ("baseline_to", None),
                                        ("started_at", None),
                                    ),
                                    models.Q(
                                        ("baseline_conversations__isnull", False),
                                        ("baseline_escalations__isnull", False),
                                        ("baseline_from__isnull", False),
                                        ("baseline_from__lt", models.F("baseline_to")),
                                        ("baseline_targeted__isnull", False),
                                        ("baseline_targeted__lte", models.F("baseline_escalations")),
                                        ("baseline_to__isnull", False),
                                        ("started_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_initiative_baseline",
                                violation_error_message="What has started has the whole state that it started from.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("started_at", None), ("status", "planned")),
                                    models.Q(
                                        ("ended_at", None), ("started_at__isnull", False), ("status", "running")
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("started_at__isnull", False),
                                        ("status", "done"),
                                    ),
                                    models.Q(("ended_at__isnull", False), ("status", "abandoned")),
                                    _connector="OR",
                                ),
                                name="quality_initiative_status_times",
                                violation_error_message="The status does not fit the times of start and end.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CycleTask",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("task",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "phase",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Week 1: Data Collection & Analysis"),
                                    (2, "Week 2: Root Cause Analysis"),
                                    (3, "Week 3: Solution Development"),
                                    (4, "Week 4: Implementation & Training"),
                                    (5, "Continuous Monitoring"),
                                ]
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        (
                            "repeats",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Does not come again"),
                                    ("weekly", "Every week"),
                                    ("monthly", "Every month"),
                                    ("quarterly", "Every quarter"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        (
                            "working_day",
                            models.PositiveSmallIntegerField(
                                default=1,
                                editable=False,
                                help_text="Of the month, of the week or of the quarter; the last one where there are fewer.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(66),
                                ],
                                verbose_name="due on working day",
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("reviews", "Reviews"),
                                    ("gaps", "Knowledge gaps"),
                                    ("root_causes", "Root causes"),
                                    ("coaching", "Coaching"),
                                    ("initiatives", "Initiatives"),
                                    ("figures", "Figures"),
                                ],
                                max_length=20,
                                verbose_name="worked on in",
                            ),
                        ),
                        ("due", models.DateField()),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("done_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("done_by", models.CharField(blank=True, editable=False, max_length=200)),
                        ("continued", models.BooleanField(default=False, editable=False)),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cycle_tasks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="quality.improvementcycle",
                            ),
                        ),
                        (
                            "initiative",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cycle_tasks",
                                to="quality.initiative",
                            ),
                        ),
                        (
                            "gap",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="cycle_tasks",
                                to="quality.knowledgegap",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["phase", "due", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["owner", "due"],
                                name="quality_cycletask_open",
                            ),
                            models.Index(
                                models.F("due"),
                                condition=models.Q(("continued", False), models.Q(("repeats", ""), _negated=True)),
                                name="quality_cycletask_continue",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("phase", 5), ("repeats", ""), _connector="OR"),
                                name="quality_cycletask_repeats",
                                violation_error_message="Only tasks of the continuous monitoring come again.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("done_by", "")),
                                    models.Q(("done_at__isnull", False), models.Q(("done_by", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="quality_cycletask_done",
                                violation_error_message="A task that is done says when and by whom.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dispute",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.SlugField(
                                blank=True,
                                help_text="Empty: the review as a whole.",
                                max_length=60,
                                verbose_name="criterion",
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("upheld", "Upheld: the score stands"),
                                    ("changed", "Score changed"),
                                    ("voided", "Review voided"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_by", models.CharField(blank=True, max_length=200)),
                        ("decision", models.TextField(blank=True)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="disputes",
                                to="quality.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-opened_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("review",),
                                name="quality_dispute_one_open",
                                violation_error_message="This review has an open dispute already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at", None), ("decided_by", ""), ("state", "open")),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("decided_at__isnull", False),
                                        models.Q(("decided_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_dispute_decision",
                                violation_error_message="Who decided a dispute, and when, are said together.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GapQuestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pinned", models.BooleanField(default=False, verbose_name="put here by a person")),
                        ("fit", models.FloatField(blank=True, null=True)),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("content_gap", "Content gap"),
                                    ("noted", "Agent noted what is missing"),
                                    ("unsure", "AI was unsure or failed"),
                                    ("search", "Search without a hit"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("text", models.CharField(max_length=500, verbose_name="question")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="missing content")),
                        ("at", models.DateTimeField(verbose_name="asked at")),
                        (
                            "conversation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="gap_questions",
                                to="escalations.conversation",
                            ),
                        ),
                        (
                            "escalation",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="gap_question",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "gap",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="asked",
                                to="quality.knowledgegap",
                            ),
                        ),
                        (
                            "search",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="gap_question",
                                to="quality.articlesearch",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question",
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(fields=["gap", "-at"], name="quality_question_gap"),
                            models.Index(fields=["-at", "-id"], name="quality_question_at"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("source__in", ("content_gap", "noted")), _negated=True),
                                    ("escalation__isnull", False),
                                    _connector="OR",
                                ),
                                name="quality_question_escalation",
                                violation_error_message="Content was missing in an escalation.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pinned", False), ("gap__isnull", False), _connector="OR"),
                                name="quality_question_pinned",
                                violation_error_message="A pinned question has its gap.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("escalation", None), ("search", None)),
                                fields=("conversation",),
                                name="quality_question_once",
                                violation_error_message="This conversation's question is known.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("search__isnull", False), ("source", "search")),
                                    models.Q(
                                        models.Q(("source", "search"), _negated=True),
                                        ("conversation__isnull", False),
                                        ("search", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_question_asked_in",
                                violation_error_message="A question was asked in a search or else in a conversation.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupingRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("requested_by", models.CharField(max_length=200)),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "read_up_to",
                            models.BigIntegerField(default=0, help_text="The last message that was looked at."),
                        ),
                        ("questions", models.PositiveIntegerField(blank=True, null=True)),
                        ("new_gaps", models.PositiveIntegerField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "ordering": ["-started_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.Value(1),
                                condition=models.Q(("ended_at", None)),
                                name="quality_one_grouping",
                                violation_error_message="The questions are being grouped just now.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalArticle",
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
                        (
                            "public_id",
                            models.CharField(
                                db_index=True,
                                default=functools.partial(helpninja.common.ids.public_id, *("art",)),
                                editable=False,
                                max_length=30,
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        (
                            "body",
                            models.TextField(
                                blank=True,
                                help_text="In Markdown.",
                                validators=[
                                    django.core.validators.MaxLengthValidator(
                                        100000, "An article has at most %(limit_value)d characters."
                                    )
                                ],
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("customers", "Customers"),
                                    ("agents", "Agents"),
                                    ("both", "Customers and agents"),
                                ],
                                default="both",
                                help_text="Who may read it.",
                                max_length=10,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                default="en",
                                help_text="BCP 47 tag, such as en or pt-BR.",
                                max_length=12,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\\Z",
                                        "Give a BCP 47 tag, such as en or pt-BR.",
                                        code="language",
                                    )
                                ],
                            ),
                        ),
                        (
                            "review_by",
                            models.DateField(
                                blank=True,
                                db_index=True,
                                help_text="When somebody should read it again.",
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
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Who keeps it right; may edit it while it is a draft.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="agents.agent",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                        (
                            "public_url",
                            models.URLField(
                                blank=True,
                                help_text="Where customers can read it, if they can; replies link to it.",
                                max_length=500,
                                validators=[
                                    django.core.validators.URLValidator(
                                        message="Give an address with http or https.", schemes=["http", "https"]
                                    )
                                ],
                                verbose_name="address for customers",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical article",
                        "verbose_name_plural": "historical articles",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="HistoricalRubric",
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
                        ("active", models.BooleanField(default=True)),
                        (
                            "order",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="The first that fits is taken."
                            ),
                        ),
                        (
                            "tiers",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "channels",
                            models.JSONField(
                                blank=True,
                                default=list,
                                validators=[helpninja.common.validators.validate_string_list],
                            ),
                        ),
                        (
                            "dispute_days",
                            models.PositiveSmallIntegerField(
                                default=7,
                                help_text="So long after its publication an agent may dispute a review.",
                                verbose_name="days to dispute",
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
                        "verbose_name": "historical rubric",
                        "verbose_name_plural": "historical rubrics",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="InitiativeStep",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("step",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        ("text", models.CharField(max_length=200)),
                        ("due", models.DateField(blank=True, null=True)),
                        ("done_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("done_by", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "initiative",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="quality.initiative",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="initiative_steps",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": [models.OrderBy(models.F("due"), nulls_last=True), "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at", None), ("done_by", "")),
                                    models.Q(("done_at__isnull", False), models.Q(("done_by", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="quality_step_done",
                                violation_error_message="A step that is done says when and by whom.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NearDuplicate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("likeness", models.FloatField()),
                        ("found_at", models.DateTimeField()),
                        (
                            "dismissed_by",
                            models.CharField(
                                blank=True, help_text="Who said that both are needed.", max_length=200
                            ),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="quality.article"
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="quality.article"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-likeness", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("first", "second"),
                                name="quality_duplicate_once",
                                violation_error_message="This pair is known.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("first__lt", models.F("second"))),
                                name="quality_duplicate_order",
                                violation_error_message="A pair is written in the order of its ids.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Term",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=80, unique=True)),
                        ("articles", models.PositiveIntegerField(default=0, help_text="How many have it.")),
                    ],
                ),
                migrations.CreateModel(
                    name="Posting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("weight", models.FloatField()),
                        (
                            "article",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="postings",
                                to="quality.article",
                            ),
                        ),
                        (
                            "term",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="postings",
                                to="quality.term",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["term", "-weight", "article"], name="quality_posting_term")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "term"), name="quality_posting_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PreScore",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("computed_at", models.DateTimeField()),
                        ("total", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "findings",
                            models.JSONField(help_text="Check, verdict, why, and the message that it is about."),
                        ),
                        (
                            "escalation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prescore",
                                to="escalations.escalation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-computed_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("total", None), ("total__lte", 100), _connector="OR"),
                                name="quality_prescore_total",
                                violation_error_message="A total is 0 to 100.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Remark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("went_well", "Went well"), ("to_improve", "To improve")], max_length=12
                            ),
                        ),
                        ("key", models.SlugField(blank=True, max_length=60, verbose_name="criterion")),
                        ("text", models.CharField(max_length=1000)),
                        (
                            "message",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="escalations.message",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="remarks",
                                to="quality.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewAssignment",
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
                                default=functools.partial(helpninja.common.ids.public_id, *("asg",)),
                                editable=False,
                                max_length=30,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scored", "Review"),
                                    ("calibration", "Calibration"),
                                    ("second", "Review of a review"),
                                ],
                                default="scored",
                                max_length=12,
                            ),
                        ),
                        ("because", models.JSONField(blank=True, default=dict)),
                        ("assigned_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("skipped_at", models.DateTimeField(blank=True, null=True)),
                        ("skip_reason", models.CharField(blank=True, max_length=200)),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agents.agent"
                            ),
                        ),
                        (
                            "escalation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="review_assignments",
                                to="escalations.escalation",
                            ),
                        ),
                        (
                            "of_review",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="quality.review",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="review_assignments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="quality.reviewcycle",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["due_at", "id"],
                        "indexes": [
                            models.Index(fields=["reviewer", "due_at"], name="quality_assignment_reviewer")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("of_review", None)),
                                fields=("cycle", "escalation"),
                                name="quality_assignment_once",
                                violation_error_message="The cycle has this conversation already.",
                            ),
                            models.UniqueConstraint(
                                fields=("cycle", "of_review"),
                                name="quality_assignment_of_review_once",
                                violation_error_message="The cycle has this review already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("skip_reason", ""), ("skipped_at", None)),
                                    models.Q(
                                        ("skipped_at__isnull", False), models.Q(("skip_reason", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="quality_assignment_skip",
                                violation_error_message="What is skipped says why.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("submitted", "Submitted"),
                                    ("returned", "Returned to the reviewer"),
                                    ("published", "Published"),
                                    ("changed", "Changed after a dispute"),
                                    ("voided", "Voided"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=300)),
                        ("at", models.DateTimeField()),
                        ("actor", models.CharField(max_length=200)),
                        (
                            "content",
                            models.JSONField(help_text="Total, answers, remarks, summary and root causes."),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="quality.review",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="RubricCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "points",
                            models.DecimalField(
                                decimal_places=2,
                                default=25,
                                help_text="Its share of the whole, beside the other categories.",
                                max_digits=6,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=1)),
                        (
                            "rubric",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="categories",
                                to="quality.rubric",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "category",
                        "verbose_name_plural": "categories",
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rubric", "name"),
                                name="quality_category_once",
                                violation_error_message="The rubric has a category of this name already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RubricTopic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "rubric",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="for_topics",
                                to="quality.rubric",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="escalations.topic",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "topic",
                        "ordering": ["topic__name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("rubric", "topic"),
                                name="quality_rubrictopic_once",
                                violation_error_message="The rubric is for this topic already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreBand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True)),
                        (
                            "least",
                            models.DecimalField(
                                decimal_places=1,
                                max_digits=4,
                                unique=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="from",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-least"],
                    },
                ),
                migrations.CreateModel(
                    name="TemplateTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "phase",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Week 1: Data Collection & Analysis"),
                                    (2, "Week 2: Root Cause Analysis"),
                                    (3, "Week 3: Solution Development"),
                                    (4, "Week 4: Implementation & Training"),
                                    (5, "Continuous Monitoring"),
                                ]
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        (
                            "repeats",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Does not come again"),
                                    ("weekly", "Every week"),
                                    ("monthly", "Every month"),
                                    ("quarterly", "Every quarter"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        (
                            "working_day",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="Of the month, of the week or of the quarter; the last one where there are fewer.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(66),
                                ],
                                verbose_name="due on working day",
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("reviews", "Reviews"),
                                    ("gaps", "Knowledge gaps"),
                                    ("root_causes", "Root causes"),
                                    ("coaching", "Coaching"),
                                    ("initiatives", "Initiatives"),
                                    ("figures", "Figures"),
                                ],
                                max_length=20,
                                verbose_name="worked on in",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                help_text="Otherwise whoever leads the cycle.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="quality.cycletemplate",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["phase", "working_day", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("phase", 5), ("repeats", ""), _connector="OR"),
                                name="quality_templatetask_repeats",
                                violation_error_message="Only tasks of the continuous monitoring come again.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TermForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("form", models.CharField(max_length=80)),
                        (
                            "term",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="forms",
                                to="quality.term",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("form", "term"), name="quality_term_form_once")
                        ],
                    },
                ),
            ],
        ),
    ]
