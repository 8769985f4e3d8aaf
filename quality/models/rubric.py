"""By what reviews are scored: rubrics in versions, and the bands of their totals."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from escalations.enums import Tier
from helpninja.common.validators import validate_string_list
from helpninja.common.versions import Versions
from quality.enums import CriterionKind, Measure
from quality.validators import validate_bands, validate_criterion


class RubricQuerySet(models.QuerySet):
    def in_order(self):
        """Active ones, as they are asked whether they are for a conversation."""
        return self.filter(active=True, version__gt=0).order_by("order", "id").prefetch_related("for_topics")


class Rubric(models.Model):
    """What people edit. Reviews go by the newest version, which ``actions.rubrics`` publishes, and keep it.

    The first active one in order that is for a conversation is taken.
    """

    name = models.CharField(max_length=80, unique=True)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100, help_text="The first that fits is taken.")
    tiers = models.JSONField(default=list, blank=True, validators=[validate_string_list])
    channels = models.JSONField(default=list, blank=True, validators=[validate_string_list])
    dispute_days = models.PositiveSmallIntegerField(
        "days to dispute", default=7, help_text="So long after its publication an agent may dispute a review."
    )
    version = models.PositiveIntegerField(default=0, editable=False, help_text="The newest one's number.")

    history = Versions("categories", "criteria", "for_topics")
    objects = RubricQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name

    def clean(self):
        unknown = sorted(set(self.tiers) - set(Tier.values))
        if unknown:
            raise ValidationError({"tiers": f"Unknown: {', '.join(unknown)}."})

    def clean_parts(self):
        """Whether the stored parts make one rubric. Raises ValidationError."""
        categories = {one.name for one in self.categories.all()}
        criteria = list(self.criteria.all())
        lost = [one.name for one in criteria if one.is_scored and one.category not in categories]
        if lost:
            raise ValidationError(f"In no category of the rubric: {', '.join(lost)}.")
        if not any(one.is_scored for one in criteria):
            raise ValidationError("A rubric needs at least one scored criterion.")

    def is_for(self, *, topic_id, tier, channel):
        topics = [one.topic_id for one in self.for_topics.all()]
        return (
            (not topics or topic_id in topics)
            and (not self.tiers or tier in self.tiers)
            and (not self.channels or channel in self.channels)
        )


class RubricTopic(models.Model):
    """A rubric with any is for conversations of these alone."""

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="for_topics")
    topic = models.ForeignKey("escalations.Topic", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "topic"
        ordering = ["topic__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "topic"],
                name="quality_rubrictopic_once",
                violation_error_message="The rubric is for this topic already.",
            )
        ]

    def __str__(self):
        return str(self.topic)


class RubricCategory(models.Model):
    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=80)
    points = models.DecimalField(
        max_digits=6, decimal_places=2, default=25, validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text="Its share of the whole, beside the other categories.",
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = "category"
        verbose_name_plural = "categories"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "name"],
                name="quality_category_once",
                violation_error_message="The rubric has a category of this name already.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({self.points:g} points)"


class Criterion(models.Model):
    """``category`` is the name of one of the rubric's; questions, bonus and auto-fail need none."""

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=60, help_text="Names it across versions: its figures go on while it stays.")
    name = models.CharField(max_length=120)
    help = models.CharField("what to look at", max_length=500, blank=True)
    category = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=CriterionKind, default=CriterionKind.SCORED)
    weight = models.DecimalField(
        max_digits=6, decimal_places=2, default=1, validators=[MinValueValidator(0.01), MaxValueValidator(1000)],
        help_text="Beside the other criteria of its category.",
    )  # fmt: skip
    bands = models.JSONField("scale", default=list, blank=True, validators=[validate_bands])
    measure = models.CharField("scored from the data by", max_length=20, choices=Measure, blank=True)
    na_allowed = models.BooleanField(
        "N/A allowed", default=True, help_text="Its weight is spread over the rest of its category."
    )
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "key"],
                name="quality_criterion_once",
                violation_error_message="The rubric has a criterion with this key already.",
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="quality_criterion_weight",
                violation_error_message="The weight must be more than 0.",
            ),
        ]

    def __str__(self):
        scale = ", ".join(f"{band['name']} {band.get('points', 0):g}" for band in self.bands)
        return f"{self.name} ({scale})" if scale else self.name

    @property
    def is_scored(self):
        return self.kind == CriterionKind.SCORED

    def clean(self):
        validate_criterion(self.kind, self.measure, self.bands)


class RubricVersion(models.Model):
    """What a rubric said when it was published, in the form of ``decisions.rubrics.Definition``. Never changed."""

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    actor = models.CharField(max_length=200)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "number"],
                name="quality_rubricversion_once",
                violation_error_message="The rubric has this version already.",
            )
        ]

    def __str__(self):
        return f"{self.rubric} v{self.number}"


class ScoreBand(models.Model):
    """What a total is called: the best band that it reaches."""

    name = models.CharField(max_length=40, unique=True)
    least = models.DecimalField(
        "from",
        max_digits=4,
        decimal_places=1,
        unique=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        ordering = ["-least"]

    def __str__(self):
        return f"{self.name} from {self.least:g}"
