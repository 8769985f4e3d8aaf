"""From gap to article: what is missing most, the board on which it is planned, and what articles changed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations.models import Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.gaps import add_gap, draft_article, plan_gap
from quality.actions.likeness import dismiss_pair
from quality.enums import ArticleStatus, GapStatus, Lane
from quality.forms.gaps import AddForm, BoardForm
from quality.metrics.gaps import Published, effects_of, missing_content
from quality.models import KnowledgeGap, NearDuplicate
from quality.policy import GAP_EDITORS
from quality.views.framing import actor_for, found, problems

WINDOW = timedelta(days=30)
# In a column, of what is asked for most, of pairs of articles: the rest is in the lists.
CARDS, REQUESTED, POINTED_OUT = 50, 5, 10


@dataclass(frozen=True)
class Card:
    gap: Any  # with its figures
    effect: Published | None
    overdue: bool


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    return _board(request, actor_for(request, GAP_EDITORS), AddForm())


def _board(request: HttpRequest, actor: Actor, form: AddForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    seen = Escalation.objects.visible_to(actor)
    gaps = KnowledgeGap.objects.visible_to(actor).with_figures(actor, now - WINDOW, now)
    live = gaps.live().select_related("article", "owner", "topic", "answered_by")
    planned = live.filter(status=GapStatus.PLANNED).ranked()
    columns = {lane: list(planned.filter(lane=lane)[:CARDS]) for lane in Lane}
    effects = effects_of([gap for column in columns.values() for gap in column], seen, now)
    context = {
        **admin.site.each_context(request),
        "title": "Content pipeline",
        "missing": missing_content(seen, now - WINDOW, now),
        "requested": live.filter(missing__gt=0).order_by("-missing", "name")[:REQUESTED],
        "unplanned": live.filter(status=GapStatus.OPEN, escalations__gt=0).ranked()[:REQUESTED],
        "columns": [(lane, [_card(gap, effects, now.date()) for gap in columns[lane]]) for lane in Lane],
        "answered": live.filter(answered_by__isnull=False, article=None).order_by("-likeness")[:POINTED_OUT],
        "duplicates": _duplicates(),
        "lanes": Lane.choices,
        "form": form,
        "problems": problems(form),
    }
    return TemplateResponse(request, "quality/pipeline.html", context, status=status)


def _card(gap: Any, effects: dict[int, Published], today: date) -> Card:
    done = gap.article is not None and gap.article.status == ArticleStatus.PUBLISHED
    return Card(gap, effects.get(gap.pk), bool(gap.due and gap.due < today and not done))


def _duplicates() -> Any:
    return NearDuplicate.objects.filter(dismissed_by="").select_related("first", "second")[:POINTED_OUT]


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, GAP_EDITORS)
    form = AddForm(request.POST)
    if not form.is_valid():
        return _board(request, actor, form, status=400)
    gap = add_gap(**form.cleaned_data, by=actor, now=timezone.now())
    return _back(gap)


@require_POST
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """``lane``: where to; owner and due date stay."""
    actor, now = actor_for(request, GAP_EDITORS), timezone.now()
    gap = found(KnowledgeGap.objects.visible_to(actor).select_related("owner"), public_id)
    form = BoardForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Nothing was changed. {' '.join(problems(form))}")
        return _back(gap)
    try:
        plan_gap(gap=gap, **form.cleaned_data, owner=gap.owner, due=gap.due, by=actor, now=now)
    except Conflict as conflict:
        messages.warning(request, str(conflict))
    return _back(gap)


@require_POST
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Starts the article and opens it."""
    actor = actor_for(request, GAP_EDITORS)
    gap = found(KnowledgeGap.objects.visible_to(actor).select_related("topic", "owner"), public_id)
    try:
        article = draft_article(gap=gap, by=actor, now=timezone.now())
    except (Conflict, ValidationError) as refused:
        messages.warning(request, _words(refused))
        return _back(gap)
    messages.success(request, "This is the draft. The questions it is to answer are on the gap's page.")
    return HttpResponseRedirect(reverse("admin:quality_article_change", args=[article.pk]))


@require_POST
def both_needed(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_for(request, GAP_EDITORS)
    pair = NearDuplicate.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    if pair is None:
        raise Http404
    dismiss_pair(pair=pair, by=actor, now=timezone.now())
    return HttpResponseRedirect(reverse("quality:pipeline"))


def _back(gap: KnowledgeGap) -> HttpResponse:
    """To the board, with the focus on the gap's card."""
    return HttpResponseRedirect(f"{reverse('quality:pipeline')}#{gap.public_id}")


def _words(refused: Conflict | ValidationError) -> str:
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
