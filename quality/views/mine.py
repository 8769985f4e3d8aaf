"""An agent's own reviews: those published about them, and what became of their disputes."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Avg, Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpninja.common.actors import Actor
from quality.decisions.scoring import band_of
from quality.decisions.trends import months
from quality.models import Dispute, Review, ScoreBand
from quality.policy import REVIEWED
from quality.views.reviews import actor_for

REVIEWS_A_PAGE = 25
DISPUTES_SHOWN = 20
# Fewer say nothing of an agent.
ENOUGH = 5


@require_safe
def own_reviews(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request, REVIEWED)
    agent = getattr(request.user, "agent", None)
    if agent is None:
        raise PermissionDenied("Your account has no agent, so nothing of yours can be reviewed.")
    bands = list(ScoreBand.objects.all())
    reviews = _reviews_of(actor, agent)
    page = Paginator(reviews, REVIEWS_A_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": "My quality",
        "page": page,
        "rows": [{"review": one, "band": band_of(one.total, bands)} for one in page],
        **_figures(reviews, bands),
        "disputes": Dispute.objects.filter(agent=agent).select_related("review__escalation")[:DISPUTES_SHOWN],
    }
    return TemplateResponse(request, "quality/mine.html", context)


def _reviews_of(actor: Actor, agent: Any) -> QuerySet[Review]:
    own = Review.objects.counted().visible_to(actor).of_agent(agent)
    return own.select_related("escalation", "reviewer").order_by("-published_at", "-id")


def _figures(reviews: QuerySet[Review], bands: list[ScoreBand]) -> dict[str, Any]:
    """The mean of all, and of each of the last months."""
    whole = reviews.order_by().aggregate(mean=Avg("total"), n=Count("pk"))
    found = reviews.order_by().values_list("published_at", "total")
    totals = [(at, total) for at, total in found if at is not None and total is not None]
    enough = whole["n"] >= ENOUGH
    return {
        "mean": whole["mean"],
        "n": whole["n"],
        "band": band_of(whole["mean"], bands) if enough else None,
        "enough": enough,
        "trend": months(totals, timezone.localtime()),
    }
