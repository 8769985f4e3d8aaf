from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from helpninja.common.actors import Actor
from helpninja.common.admin import ScopedFilter, dialog_done
from helpninja.common.errors import Conflict
from helpninja.common.versioned_admin import VersionedAdmin
from quality.actions.articles import delete, move, revise
from quality.admin.article_resources import ArticleResource
from quality.admin.filters import OpenIssueFilter, ReviewDueFilter
from quality.decisions.rendering import rendered
from quality.enums import ArticleStatus
from quality.models import Article
from quality.policy import ARTICLE_EDITORS, ARTICLE_READERS, article_moves, articles_for, may_edit_article

STATUS_COLOURS = {
    ArticleStatus.PUBLISHED.label: "success",
    ArticleStatus.IN_REVIEW.label: "info",
    ArticleStatus.DRAFT.label: "warning",
}


def _step(title, description, button):
    return {
        "title": title,
        "description": description,
        "form_class": BaseDialogForm,
        "form_submit_text": button,
    }


class ArticleForm(forms.ModelForm):
    public_url = forms.URLField(
        label="Address for customers",
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=Article._meta.get_field("public_url").help_text,
    )

    class Meta:
        model = Article
        fields = ("title", "body", "topic", "audience", "language", "public_url", "owner", "review_by")
        widgets = {"body": UnfoldAdminTextareaWidget(attrs={"rows": 20, "class": "hn-markdown"})}


@admin.register(Article)
class ArticleAdmin(VersionedAdmin):
    viewers = ARTICLE_READERS
    editors = ARTICLE_EDITORS
    adders = ARTICLE_READERS
    open_choices = frozenset({"topic", "owner"})  # what articles are about, and who keeps them, is no secret
    resource_classes = (ArticleResource,)

    # List
    list_display = (
        "title",
        "shown_status",
        "topic",
        "audience",
        "language",
        "owner",
        "shown_issues",
        "review_by",
        "shown_updated",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("topic", ScopedFilter),
        ("audience", ChoicesDropdownFilter),
        "language",
        ("owner", ScopedFilter),
        ReviewDueFilter,
        OpenIssueFilter,
    )
    list_select_related = ("topic", "owner")
    list_per_page = 50
    search_fields = ("title", "public_id", "plain")
    ordering = ("-updated_at",)

    # Form
    form = ArticleForm
    readonly_fields = ("shown_status", "shown_preview", "published_at", "updated_at", "version")
    fieldsets = (
        (None, {"fields": ("title", "body")}),
        ("For whom", {"fields": (("topic", "audience"), ("language", "public_url"))}),
        ("Who keeps it right", {"fields": (("owner", "review_by"),)}),
        ("State", {"fields": (("shown_status", "version"), ("published_at", "updated_at"))}),
        ("As readers see it, as saved", {"fields": ("shown_preview",)}),
    )

    # Actions
    actions_detail = ("read", "to_review", "to_published", "to_draft", "to_retired")

    class Media:
        css = {"all": ("quality/articles.css",)}

    def scope(self, queryset, actor):
        known = articles_for(actor)
        return queryset.with_open_issues().filter(pk__in=known.order_by().values("pk"))

    def has_change_permission(self, request, obj=None):
        """An owner may edit a draft of their own."""
        if obj is None:
            return super().has_change_permission(request)
        return may_edit_article(Actor.of_request(request), obj)

    def has_add_permission(self, request, obj=None):
        """Editors, and agents, who then own their draft."""
        actor = Actor.of_request(request)
        return actor.is_any(*ARTICLE_EDITORS) or (
            super().has_add_permission(request) and _agent(request) is not None
        )

    def has_delete_permission(self, request, obj=None):
        """What readers have seen is retired instead, since figures count its use."""
        return super().has_delete_permission(request) and (obj is None or obj.published_at is None)

    def get_readonly_fields(self, request, obj=None):
        is_editor = Actor.of_request(request).is_any(*ARTICLE_EDITORS)
        return self.readonly_fields if is_editor else (*self.readonly_fields, "owner")

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else super().get_fieldsets(request, obj)[:3]

    def save_model(self, request, obj, form, change):
        if not change and obj.owner is None:
            obj.owner = _agent(request)
        super().save_model(request, obj, form, change)

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, article):
        return article.get_status_display()

    @display(description="updated", ordering="updated_at")
    def shown_updated(self, article):
        return article.updated_at.date()

    @display(description="open issues", ordering="open_issues")
    def shown_issues(self, article):
        if not article.open_issues:
            return "0"
        url = reverse("admin:quality_articleissue_changelist")
        asked = f"?article__id__exact={article.pk}&state__exact=open"
        return format_html('<a class="hn-link" href="{}{}">{}</a>', url, asked, article.open_issues)

    @display(description="")
    def shown_preview(self, article):
        return format_html('<div class="hn-article">{}</div>', mark_safe(rendered(article.body)))  # sanitised

    def publish(self, row, *, by, now, why=""):
        revise(article=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        delete(articles=rows, by=by, now=now)

    # Steps
    @action(description="Read it", icon="menu_book", permissions=["read"])
    def read(self, request, object_id):
        return HttpResponseRedirect(reverse("articles:read", args=[self._article(request, object_id).public_id]))

    @action(
        description="Hand in for review",
        icon="rate_review",
        permissions=["to_review"],
        dialog=_step("Hand it in for review?", "Editors read it, then publish it.", "Hand in"),
    )
    def to_review(self, request, form, object_id):
        return self._move(request, object_id, ArticleStatus.IN_REVIEW)

    @action(
        description="Publish",
        icon="publish",
        permissions=["to_published"],
        dialog=_step("Publish it?", "Its audience finds it from now on, as it is saved.", "Publish"),
    )
    def to_published(self, request, form, object_id):
        return self._move(request, object_id, ArticleStatus.PUBLISHED)

    @action(
        description="Back to draft",
        icon="edit_note",
        permissions=["to_draft"],
        dialog=_step("Make it a draft again?", "Readers don't find it until it is published again.", "To draft"),
    )
    def to_draft(self, request, form, object_id):
        return self._move(request, object_id, ArticleStatus.DRAFT)

    @action(
        description="Retire",
        icon="archive",
        permissions=["to_retired"],
        dialog=_step("Retire it?", "Readers don't find it any more; its figures stay.", "Retire"),
    )
    def to_retired(self, request, form, object_id):
        return self._move(request, object_id, ArticleStatus.RETIRED)

    def has_read_permission(self, request, object_id=None):
        return self.has_view_permission(request)

    def has_to_review_permission(self, request, object_id=None):
        return self._may_move(request, object_id, ArticleStatus.IN_REVIEW)

    def has_to_published_permission(self, request, object_id=None):
        return self._may_move(request, object_id, ArticleStatus.PUBLISHED)

    def has_to_draft_permission(self, request, object_id=None):
        return self._may_move(request, object_id, ArticleStatus.DRAFT)

    def has_to_retired_permission(self, request, object_id=None):
        return self._may_move(request, object_id, ArticleStatus.RETIRED)

    def _may_move(self, request, object_id, to):
        if object_id is None or not self.has_view_permission(request):
            return False
        article = self.get_object(request, str(object_id))
        return article is not None and to in article_moves(Actor.of_request(request), article)

    def _move(self, request, object_id, to):
        article = self._article(request, object_id)
        try:
            move(article=article, to=to, by=Actor.of_request(request), now=timezone.now())
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"“{article}” is now “{article.get_status_display().lower()}”.")
        return dialog_done(reverse("admin:quality_article_change", args=[object_id]))

    def _article(self, request, object_id):
        article = self.get_object(request, str(object_id))
        if article is None:
            raise Http404
        return article


def _agent(request):
    return getattr(request.user, "agent", None)
