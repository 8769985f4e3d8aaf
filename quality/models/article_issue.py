"""What readers find wrong with an article, and what became of it."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from helpninja.common.ids import public_id
from quality.enums import IssueKind, IssueState
from quality.models.article import Article


class ArticleIssue(models.Model):
    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "iss"))
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="issues")
    kind = models.CharField(max_length=20, choices=IssueKind)
    note = models.CharField(max_length=2000, blank=True)
    raised_by = models.CharField(max_length=200)
    raised_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=IssueState, default=IssueState.OPEN)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=2000, blank=True, help_text="What was done, or why nothing was.")

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [models.Index(fields=["state", "kind"], name="quality_issue_work")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=IssueState.OPEN, decided_by="", decided_at=None, answer="")
                | (~Q(state=IssueState.OPEN) & ~Q(decided_by="") & Q(decided_at__isnull=False)),
                name="quality_issue_decided",
                violation_error_message="What is done or rejected says by whom and when.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.article}"
