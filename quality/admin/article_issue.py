from django.contrib import admin, messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from helpninja.common.actors import Actor
from helpninja.common.admin import MachineWrittenAdmin, MomentRangeFilter, ScopedFilter, dialog_done
from helpninja.common.errors import Conflict
from helpninja.common.exchange import AuditedExportMixin
from quality.actions.article_issues import decide_issue
from quality.admin.article_resources import ArticleIssueResource
from quality.enums import IssueState
from quality.forms.issues import DoneForm, RejectForm
from quality.models import ArticleIssue
from quality.policy import ARTICLE_EDITORS, ARTICLE_READERS, articles_for

STATE_COLOURS = {
    IssueState.OPEN.label: "warning",
    IssueState.DONE.label: "success",
    IssueState.REJECTED.label: "info",
}
STEPS = ("done", "reject")


@admin.register(ArticleIssue)
class ArticleIssueAdmin(AuditedExportMixin, ExportMixin, MachineWrittenAdmin):
    """The list that is worked off; issues are raised where the article is read."""

    viewers = ARTICLE_READERS
    resource_classes = (ArticleIssueResource,)

    # List
    list_display = ("shown_kind", "shown_article", "note", "raised_by", "raised_at", "shown_state", "decided_by")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("article__topic", ScopedFilter),
        ("raised_at", MomentRangeFilter),
    )
    allowed_lookups = ("article__id",)
    list_select_related = ("article",)
    search_fields = ("article__title", "note", "raised_by")
    ordering = ("-raised_at", "-id")

    # Form
    fields = (
        ("shown_kind", "shown_article", "shown_state"),
        "note",
        ("raised_by", "raised_at"),
        ("decided_by", "decided_at"),
        "answer",
    )
    readonly_fields = ("shown_kind", "shown_article", "shown_state")

    # Actions
    actions_detail = STEPS
    actions_row = STEPS

    def scope(self, queryset, actor):
        return queryset.filter(article__in=articles_for(actor).order_by())

    @display(description="kind", ordering="kind")
    def shown_kind(self, issue):
        return issue.get_kind_display()

    @display(description="article", ordering="article__title")
    def shown_article(self, issue):
        url = reverse("admin:quality_article_change", args=[issue.article_id])
        return format_html('<a class="hn-link" href="{}">{}</a>', url, issue.article)

    @display(description="state", ordering="state", label=STATE_COLOURS)
    def shown_state(self, issue):
        return issue.get_state_display()

    def has_decide_permission(self, request, object_id=None):
        if not Actor.of_request(request).is_any(*ARTICLE_EDITORS):
            return False
        if object_id is None:
            return True
        issue = self.get_object(request, str(object_id))
        return issue is not None and issue.state == IssueState.OPEN

    @action(
        description="Done",
        icon="check",
        permissions=["decide"],
        dialog={"title": "Mark it as done?", "form_class": DoneForm, "form_submit_text": "Done"},
    )
    def done(self, request, form, object_id):
        return self._decide(request, object_id, IssueState.DONE, form.cleaned_data["answer"])

    @action(
        description="Reject",
        icon="close",
        permissions=["decide"],
        dialog={"title": "Reject it?", "form_class": RejectForm, "form_submit_text": "Reject"},
    )
    def reject(self, request, form, object_id):
        return self._decide(request, object_id, IssueState.REJECTED, form.cleaned_data["answer"])

    def _decide(self, request, object_id, state, answer):
        issue = self.get_object(request, str(object_id))
        if issue is None:
            raise Http404
        try:
            decide_issue(issue=issue, state=state, answer=answer, by=Actor.of_request(request), now=timezone.now())
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            messages.success(request, f"The issue is {issue.get_state_display().lower()}.")
        return dialog_done(reverse("admin:quality_articleissue_changelist") + "?state__exact=open")
