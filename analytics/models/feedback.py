"""What customers' comments speak of: themes that people edit, and which comment carries which."""

from django.db import models
from django.db.models import F, Q

from analytics.enums import Tone
from analytics.validators import validate_phrase
from escalations.models import Rating
from helpninja.common.versions import Versions


class ThemeQuerySet(models.QuerySet):
    """Themes are few: they are read whole."""

    def for_reading(self):
        """Active ones with their phrases, in two queries."""
        return self.filter(active=True).prefetch_related("phrases")


class FeedbackTheme(models.Model):
    """What feedback can be about. Installed ones can be changed and switched off like any other."""

    name = models.CharField(max_length=80, unique=True)
    tone = models.CharField(max_length=20, choices=Tone)
    advice = models.CharField(
        "what to do",
        max_length=120,
        blank=True,
        help_text="Suggested when much feedback is of this theme; those with the same are weighed together.",
    )
    active = models.BooleanField(default=True, help_text="Looked for in comments.")
    order = models.PositiveIntegerField(default=100)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ThemeQuerySet.as_manager()
    history = Versions("phrases")

    class Meta:
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class ThemePhrase(models.Model):
    """One way of saying it; ``decisions.phrases`` tells what a phrase may hold."""

    theme = models.ForeignKey(FeedbackTheme, on_delete=models.CASCADE, related_name="phrases")
    text = models.CharField("phrase", max_length=120, validators=[validate_phrase])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "text"],
                name="analytics_phrase_once",
                violation_error_message="The theme has this phrase.",
            )
        ]

    def __str__(self):
        return self.text


class ThemeRevision(models.Model):
    """One row that counts the changes of the themes: a comment read by an earlier one is read again."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self):
        return str(self.number)


class CommentReading(models.Model):
    """That a rating's comment has been read, by which revision of the themes, and in which tones they speak."""

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="reading")
    revision = models.PositiveBigIntegerField(db_index=True)
    praises = models.BooleanField()
    criticises = models.BooleanField()
    read_at = models.DateTimeField()

    def __str__(self):
        return f"Comment of {self.rating_id}"


class CommentTheme(models.Model):
    """A comment carries a theme: by a phrase and its place, or without both by what a person decided.

    Made anew from the phrases and the decisions whenever the comment is read.
    """

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="carried")
    theme = models.ForeignKey(FeedbackTheme, on_delete=models.CASCADE, related_name="carried")
    phrase = models.CharField(max_length=120, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["theme__order", "theme"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "theme"], name="analytics_comment_theme_once"),
            models.CheckConstraint(
                condition=Q(phrase="", start=None, end=None) | (~Q(phrase="") & Q(end__gt=F("start"))),
                name="analytics_comment_theme_place",
                violation_error_message="A phrase is found at a place.",
            ),
        ]

    def __str__(self):
        return f"{self.theme} in {self.rating_id}"

    @property
    def place(self):
        """From where up to where in the comment; None without a phrase."""
        return None if self.start is None or self.end is None else (self.start, self.end)


class ThemeDecision(models.Model):
    """What a person said of a comment and a theme; it stands whatever the phrases find."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="decided")
    theme = models.ForeignKey(FeedbackTheme, on_delete=models.CASCADE, related_name="decided")
    belongs = models.BooleanField()
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rating", "theme"], name="analytics_theme_decision_once")]

    def __str__(self):
        return f"{self.theme} {'in' if self.belongs else 'not in'} {self.rating_id}"
