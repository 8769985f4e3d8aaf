"""What the knowledge base says."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from helpninja.common.ids import public_id
from helpninja.common.versions import Versions
from quality.enums import ArticleStatus, Audience
from quality.validators import validate_body, validate_language


class Article(models.Model):
    """``status`` and ``published_at`` are written by ``actions.articles`` alone; they are no part of a version."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "art"))
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True, validators=[validate_body], help_text="In Markdown.")
    topic = models.ForeignKey(
        "escalations.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    audience = models.CharField(
        max_length=10, choices=Audience, default=Audience.BOTH, help_text="Who may read it."
    )
    language = models.CharField(
        max_length=12,
        default="en",
        validators=[validate_language],
        help_text="BCP 47 tag, such as en or pt-BR.",
    )
    owner = models.ForeignKey(
        "agents.Agent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        help_text="Who keeps it right; may edit it while it is a draft.",
    )
    status = models.CharField(
        max_length=10, choices=ArticleStatus, default=ArticleStatus.DRAFT, editable=False, db_index=True
    )
    review_by = models.DateField(
        null=True, blank=True, db_index=True, help_text="When somebody should read it again."
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    published_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was last published."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    history = Versions(without=("status", "published_at", "created_at", "updated_at"))

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=(ArticleStatus.DRAFT, ArticleStatus.IN_REVIEW))
                | Q(published_at__isnull=False),
                name="quality_article_published_at",
                violation_error_message="What is or was published says when.",
            )
        ]

    def __str__(self):
        return self.title
