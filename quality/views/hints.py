"""How far the automatic hints agree with the reviewers."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from quality.decisions.hint_agreement import ENOUGH, Judged, agreement_of
from quality.models import Review
from quality.policy import READERS
from quality.views.reviews import actor_for

WINDOW = timedelta(days=90)
REVIEWS_AT_MOST = 5000


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Of the counted reviews that the reader sees, of the last 90 days."""
    actor, now = actor_for(request, READERS), timezone.now()
    reviews = Review.objects.counted().visible_to(actor).filter(published_at__gte=now - WINDOW)
    rows = reviews.filter(escalation__prescore__isnull=False).select_related("escalation__prescore")
    found = rows.prefetch_related("remarks__message").order_by("-published_at", "-id")[:REVIEWS_AT_MOST]
    context = {
        **admin.site.each_context(request),
        "title": "Automatic hints",
        "found": agreement_of([_judged(review) for review in found]),
        "days": WINDOW.days,
        "enough": ENOUGH,
    }
    return TemplateResponse(request, "quality/hints.html", context)


def _judged(review: Any) -> Judged:
    hints = review.escalation.prescore
    kinds: dict[str, set[str]] = {}
    for remark in review.remarks.all():
        if remark.message:
            kinds.setdefault(remark.message.public_id, set()).add(remark.kind)
    findings: list[dict[str, Any]] = hints.findings
    return Judged(
        total=float(review.total or 0),
        hinted=hints.total,
        verdicts={one["check"]: one["verdict"] for one in findings},
        messages={one["check"]: one["message"] for one in findings},
        remarks={message: ones.pop() for message, ones in kinds.items() if len(ones) == 1},
    )
