"""Feedback: themes, what is new, suggestions, and the comments themselves with their themes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from analytics.actions.comments import commented, decide
from analytics.actions.themes import make_theme
from analytics.enums import Tone
from analytics.feedback import comment_rows, feedback_context
from analytics.figures import rows_link
from analytics.forms import FiguresForm
from analytics.metrics.breakdown import counted
from analytics.metrics.comments import CONSTRUCTIVE, POSITIVE, examples
from analytics.metrics.dimensions.dimension import NONE
from analytics.metrics.feedback import candidates
from analytics.metrics.feedback import feedback as feedback_of
from analytics.metrics.filters import Filters
from analytics.metrics.registry import METRICS
from analytics.metrics.targets import targets_for
from analytics.models import FeedbackTheme
from analytics.policy import THEME_EDITORS, reads_work, reports_of, sight_of
from analytics.tasks import read_comments
from analytics.views.page import Asked, figures_page
from escalations.models import Rating
from helpninja.common.actors import Actor
from helpninja.common.jobs import enqueue

EXAMPLES_EACH, PER_PAGE = 2, 50
TONES = {Tone.POSITIVE: POSITIVE, Tone.CONSTRUCTIVE: CONSTRUCTIVE}


@figures_page("analytics/feedback.html", "Feedback")
def feedback(asked: Asked) -> dict[str, Any]:
    """What comments say, by theme, with examples and suggestions."""
    found = feedback_of(asked.frame)
    aims = targets_for(found.measured, asked.frame)
    return {
        **feedback_context(found, examples(asked.frame, EXAMPLES_EACH), asked.query, aims),
        "candidates": candidates(asked.frame, found),
        "may_edit": Actor.of_request(asked.request).is_any(*THEME_EDITORS),
        "tones": Tone.choices,
        "may_add_items": reports_of(Actor.of_request(asked.request)) is not None,
        "item_day": asked.frame.now.astimezone(asked.frame.window.tzinfo).date(),
    }


class CommentsForm(FiguresForm):
    """Of a theme by its name, of none, or of a tone; ``page`` counts from 1."""

    theme = forms.ChoiceField(required=False, label="Theme")
    tone = forms.ChoiceField(choices=[("", "Both"), *Tone.choices], required=False, label="Tone")
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput, label="Page")

    field_order = ("theme", "tone", *FiguresForm.field_order)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.themes = list(FeedbackTheme.objects.filter(active=True))
        names = [(theme.name, theme.name) for theme in self.themes]
        field = self.fields["theme"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All comments"), *names, (NONE, "Without theme")]


@figures_page("analytics/comments.html", "Comments", CommentsForm)
def comments(asked: Asked) -> dict[str, Any]:
    """The comments themselves, the newest first, with the places that phrases found."""
    form: CommentsForm = asked.form
    theme, tone = form.cleaned_data["theme"], form.cleaned_data["tone"]
    metric, codes = METRICS["comments"], {"theme": theme} if theme else {}
    rows = counted(metric, asked.frame, codes)
    if tone:
        rows = rows.filter(TONES[Tone(tone)])
    shown = (
        rows.select_related("escalation", "conversation")
        .prefetch_related("carried__theme")
        .order_by("-rated_at", "-pk")
    )
    page = Paginator(shown, PER_PAGE).get_page(form.cleaned_data["page"] or 1)
    actor = Actor.of_request(asked.request)
    return {
        "page_of_rows": page,
        "rows": comment_rows(page.object_list, form.themes, opens=reads_work(actor, asked.sight)),
        "rows_link": "" if tone else rows_link(metric, asked.query, codes),
        "may_edit": actor.is_any(*THEME_EDITORS),
    }


@require_POST
@login_required
def decide_theme(request: HttpRequest, pk: int) -> HttpResponse:
    """``theme``: its name; ``belongs``: yes or no."""
    actor = _editor(request)
    sight = sight_of(actor)
    if sight is None:
        raise Http404
    known = commented().filter(Filters(teams=sight.teams).of_ratings())
    rating: Rating = get_object_or_404(known, pk=pk)
    theme = FeedbackTheme.objects.filter(active=True, name=request.POST.get("theme", "")).first()
    belongs = request.POST.get("belongs")
    if theme is None or belongs not in ("yes", "no"):
        problem = "Theme: choose one of the list." if theme is None else "Belongs: give yes or no."
        messages.error(request, problem)
    else:
        decide(rating=rating, theme=theme, belongs=belongs == "yes", by=actor, now=timezone.now())
        verb = "carries" if belongs == "yes" else "no longer carries"
        messages.success(request, f"The comment {verb} “{theme}”, whatever the phrases find.")
    return _back(request, "analytics:comments")


class ThemeForm(forms.ModelForm):
    """A new theme of one phrase."""

    phrase = forms.CharField(max_length=120)

    class Meta:
        model = FeedbackTheme
        fields = ("name", "tone")


@require_POST
@login_required
def add_theme(request: HttpRequest) -> HttpResponse:
    """Of a phrase that customers came up with; its form opens, where more can be added."""
    actor = _editor(request)
    form = ThemeForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([f"{name}: {error}" for name, errors in form.errors.items() for error in errors])
        theme = make_theme(**form.cleaned_data, by=actor, now=timezone.now())
    except ValidationError as error:
        messages.error(request, f"No theme was made. {' '.join(error.messages)}")
        return _back(request, "analytics:feedback")
    enqueue(read_comments)
    messages.success(request, f"“{theme}” is looked for in all comments from now on.")
    return HttpResponseRedirect(reverse("admin:analytics_feedbacktheme_change", args=[theme.pk]))


def _editor(request: HttpRequest) -> Actor:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*THEME_EDITORS):
        raise PermissionDenied("Your role does not include the themes of feedback.")
    return actor


def _back(request: HttpRequest, page: str) -> HttpResponse:
    """To the page as it was asked."""
    there = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(there if is_ours else reverse(page))
