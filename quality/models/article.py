"""What the knowledge base says."""

from functools import partial
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from helpninja.common.ids import public_id
from helpninja.common.versions import Versions
from quality.enums import FOR_CUSTOMERS, ArticleStatus, Audience, IssueState
from quality.validators import validate_body, validate_language, validate_web_address


class ArticleQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(status=ArticleStatus.PUBLISHED)

    def for_customers(self) -> Self:
        return self.published().filter(audience__in=FOR_CUSTOMERS)

    def with_open_issues(self) -> Self:
        """``open_issues``: how many there are."""
        return self.annotate(open_issues=Count("issues", filter=Q(issues__state=IssueState.OPEN)))


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
    public_url = models.URLField(
        "address for customers",
        max_length=500,
        blank=True,
        validators=[validate_web_address],
        help_text="Where customers can read it, if they can; replies link to it.",
    )
    plain = models.TextField(editable=False, default="", help_text="The body's words without Markdown.")
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

    objects = ArticleQuerySet.as_manager()
    history = Versions(without=("plain", "status", "published_at", "created_at", "updated_at"))

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

    @property
    def is_for_customers(self) -> bool:
        return self.audience in FOR_CUSTOMERS
