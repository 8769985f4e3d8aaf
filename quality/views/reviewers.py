"""Review of reviewers: how each of them reviews, side by side."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from quality.actions.reviewer_figures import figures_of_reviewers, names_of
from quality.decisions.agreement import ACCEPTABLE
from quality.decisions.reviewers import ENOUGH, OfReviewer
from quality.policy import READERS, name_of
from quality.views.framing import actor_for

SPANS = (30, 90, 180, 365)
SPAN = 90


@require_safe
def reviewers(request: HttpRequest) -> HttpResponse:
    """``days``: how far back."""
    actor = actor_for(request, READERS)
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in map(str, SPANS) else SPAN
    now = timezone.now()
    found = figures_of_reviewers(actor=actor, start=now - timedelta(days=days), end=now)
    users = names_of(found)
    rows = [_row(one, name_of(users.get(one.reviewer))) for one in found]
    context = {
        **admin.site.each_context(request),
        "title": "Reviewers",
        "rows": sorted(rows, key=lambda row: str(row["name"])),
        "days": days,
        "spans": SPANS,
        "enough": ENOUGH,
        "acceptable": ACCEPTABLE,
    }
    return TemplateResponse(request, "quality/reviewers.html", context)


def _row(one: OfReviewer, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "figures": one,
        "minutes": None if one.seconds is None else one.seconds / 60,
        "disputed_share": 100 * one.disputed / one.given if one.given else None,
        "overruled_share": 100 * one.overruled / one.given if one.given else None,
        "is_few": one.given < ENOUGH,
    }
