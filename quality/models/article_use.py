"""Every search for articles, and what articles were used for. Append-only; figures are made of these rows."""

from functools import partial
from typing import Self

from django.db import models
from django.db.models import Q

from helpninja.common.ids import public_id
from quality.enums import Seeker, UseKind
from quality.models.article import Article


class ArticleSearchQuerySet(models.QuerySet):
    def with_first_use(self) -> Self:
        """``first_use_at``: when the first of what it found was opened, shown, used or said to have helped."""
        return self.annotate(first_use_at=models.Min("uses__at"))


class ArticleSearch(models.Model):
    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "srch"))
    text = models.CharField(max_length=200)
    seeker = models.CharField(max_length=10, choices=Seeker)
    actor = models.CharField(max_length=200)
    agent = models.ForeignKey("agents.Agent", on_delete=models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(
        "escalations.Conversation", on_delete=models.CASCADE, null=True, related_name="article_searches"
    )
    escalation = models.ForeignKey("escalations.Escalation", on_delete=models.CASCADE, null=True, related_name="+")
    hits = models.PositiveIntegerField(help_text="Articles found, up to the most that one search looks for.")
    at = models.DateTimeField()

    objects = ArticleSearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "article searches"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["at"], name="quality_search_at"),
            models.Index(fields=["at"], condition=Q(hits=0), name="quality_search_missed"),
        ]

    def __str__(self):
        return self.text


class ArticleUse(models.Model):
    """``version``: of the article then; ``seeker``: for whom it was."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="uses")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=UseKind)
    search = models.ForeignKey(ArticleSearch, on_delete=models.CASCADE, null=True, related_name="uses")
    seeker = models.CharField(max_length=10, choices=Seeker)
    actor = models.CharField(max_length=200)
    agent = models.ForeignKey("agents.Agent", on_delete=models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(
        "escalations.Conversation", on_delete=models.CASCADE, null=True, related_name="article_uses"
    )
    escalation = models.ForeignKey("escalations.Escalation", on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["at", "kind"], name="quality_use_at")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.article_id}"
