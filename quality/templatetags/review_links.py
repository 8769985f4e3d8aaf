"""The way from an escalation to its review, for pages of apps below."""

from typing import Any

from django import template

from helpninja.common.actors import Actor
from quality.enums import ReviewKind, ReviewState
from quality.models import Review
from quality.policy import may_review

register = template.Library()


@register.inclusion_tag("quality/review_button.html", takes_context=True)
def review_button(context: dict[str, Any], escalation: Any) -> dict[str, Any]:
    """Shown to those who may review it: begins a review, or opens the reader's own."""
    request = context["request"]
    may = may_review(Actor.of_user(request.user), escalation)
    own = Review.objects.filter(escalation=escalation, reviewer=request.user, kind=ReviewKind.SCORED)
    known = own.exclude(state=ReviewState.VOIDED).first() if may else None
    return {"may_review": may, "review": known, "escalation": escalation, "csrf_token": context.get("csrf_token")}
