from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from quality.enums import IssueKind, IssueState
from quality.models import ArticleIssue

SOON = timedelta(days=30)


class ReviewDueFilter(DropdownFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request, model_admin):
        return (("due", "Due"), ("soon", "Due within 30 days"), ("none", "No date"))

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "due":
                return queryset.filter(review_by__lte=today)
            case "soon":
                return queryset.filter(review_by__lte=today + SOON)
            case "none":
                return queryset.filter(review_by=None)
        return queryset


class OpenIssueFilter(DropdownFilter):
    title = "open issues"
    parameter_name = "issue"

    def lookups(self, request, model_admin):
        return (("any", "Any"), *IssueKind.choices)

    def queryset(self, request, queryset):
        issues = ArticleIssue.objects.filter(article=OuterRef("pk"), state=IssueState.OPEN)
        if self.value() == "any":
            return queryset.filter(Exists(issues))
        if self.value() in IssueKind.values:
            return queryset.filter(Exists(issues.filter(kind=self.value())))
        return queryset
