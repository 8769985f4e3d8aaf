"""The themes of feedback, with their phrases, and a trial of them before they are saved."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from analytics.actions.themes import publish, retire
from analytics.admin.resources import FeedbackThemeResource
from analytics.decisions.phrases import Comment, Phrase
from analytics.decisions.trials import Quote, preview
from analytics.enums import Tone
from analytics.metrics.comments import latest_comments
from analytics.models import FeedbackTheme, ThemePhrase
from analytics.policy import THEME_EDITORS, THEME_READERS, sight_of
from analytics.tasks import read_comments
from helpninja.common.actors import Actor
from helpninja.common.admin import PolicyTabularInline
from helpninja.common.jobs import enqueue
from helpninja.common.versioned_admin import VersionedAdmin

TONE_COLOURS = {Tone.POSITIVE.label: "success", Tone.CONSTRUCTIVE.label: "warning"}
PREVIEW_DAYS, PREVIEWED = 90, 5_000
LONGEST_EXAMPLE, MOST_PHRASES = 2_000, 50


class PhraseInline(PolicyTabularInline):
    """The phrases by which the theme is found."""

    model = ThemePhrase
    editors = THEME_EDITORS
    fields = ("text",)
    hide_title = True
    template_before = "admin/analytics/phrase_help.html"


@admin.register(FeedbackTheme)
class FeedbackThemeAdmin(VersionedAdmin):
    """Themes with their phrases, in versions; whoever reads them need not be one who may change them."""

    viewers = THEME_READERS
    editors = THEME_EDITORS
    resource_classes = (FeedbackThemeResource,)

    # List
    list_display = ("name", "shown_tone", "shown_phrases", "active", "version", "comments")
    list_filter = (("tone", ChoicesDropdownFilter), ("active", BooleanRadioFilter))
    search_fields = ("name", "phrases__text")
    ordering = ("order", "id")

    # Form
    inlines = (PhraseInline,)
    change_form_after_template = "admin/analytics/theme_trial.html"
    readonly_fields = ("version",)
    fieldsets = ((None, {"fields": (("name", "active"), ("tone", "advice"), ("order", "version"))}),)

    def scope(self, queryset, actor):
        return queryset.annotate(counted=Count("carried", distinct=True)).prefetch_related("phrases")

    @display(description="tone", ordering="tone", label=TONE_COLOURS)
    def shown_tone(self, theme):
        return theme.get_tone_display()

    @display(description="phrases")
    def shown_phrases(self, theme):
        return "; ".join(phrase.text for phrase in theme.phrases.all())

    @display(description="comments", ordering="counted")
    def comments(self, theme):
        return theme.counted

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        trial = {"trial_url": reverse("admin:analytics_feedbacktheme_try"), "preview_days": PREVIEW_DAYS}
        return super().render_change_form(request, {**context, **trial}, add, change, form_url, obj)

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.try_phrases))
        return [path("try/", view, name="analytics_feedbacktheme_try"), *super().get_urls()]

    # Actions
    def try_phrases(self, request: HttpRequest) -> HttpResponse:
        """The form as it stands, with an ``example``: what its phrases find in it, and in the latest comments."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        context = {"days": PREVIEW_DAYS, **_tried(request)}
        return TemplateResponse(request, "admin/analytics/theme_tried.html", context)

    def publish(self, row, *, by, now, why=""):
        publish(theme=row, by=by, now=now, why=why)
        transaction.on_commit(_read_comments)

    def retire(self, rows, *, by, now):
        retire(themes=rows, by=by, now=now)
        transaction.on_commit(_read_comments)


def _read_comments():
    enqueue(read_comments)


def _tried(request):
    example = request.POST.get("example", "")[:LONGEST_EXAMPLE]
    phrases, problems = _phrases(request.POST)
    if problems:
        return {"problems": problems}
    found = Comment(example).find(phrases)
    since = timezone.now() - timedelta(days=PREVIEW_DAYS)
    sight = sight_of(Actor.of_request(request))
    comments = latest_comments(sight, since, PREVIEWED + 1) if sight else []
    return {
        "example": example,
        "tried": Quote.of(example, found) if found else None,
        "preview": preview(phrases, comments, most=PREVIEWED),
    }


def _phrases(data):
    """Those of the form's lines that are neither empty nor to be deleted, and what is wrong with the others."""
    phrases, problems = [], []
    for number in range(MOST_PHRASES):
        text = data.get(f"phrases-{number}-text", "").strip()
        if text and not data.get(f"phrases-{number}-DELETE"):
            try:
                phrases.append(Phrase.of(text))
            except ValidationError as error:
                problems += [f"“{text}”: {message}" for message in error.messages]
    return phrases, problems
