"""How the knowledge base fares."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpninja.common.actors import Actor
from quality.enums import Seeker
from quality.metrics import knowledge as figures
from quality.policy import ARTICLE_EDITORS, ARTICLE_READERS, KNOWLEDGE_READERS

DAYS = (7, 30, 90)


@require_safe
def knowledge(request: HttpRequest) -> HttpResponse:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*KNOWLEDGE_READERS):
        raise PermissionDenied("Your role does not include the figures of the knowledge base.")
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, DAYS) else 30
    end = timezone.now()
    start = end - timedelta(days=days)
    success = figures.search_success(start, end)
    context = {
        **admin.site.each_context(request),
        "title": "Knowledge",
        "days": days,
        "windows": DAYS,
        "start": start,
        "end": end,
        "success": success["all"],
        "by_seeker": [(seeker.label, success[seeker]) for seeker in Seeker if seeker in success],
        "missed": figures.missed_searches(start, end),
        "time": figures.time_to_article(start, end),
        "self_service": figures.self_service(start, end),
        "preventing": figures.preventing(start, end),
        "most_used": figures.most_used(start, end),
        "missed_texts": figures.missed_texts(start, end) if actor.is_any(*ARTICLE_READERS) else [],
        "issues": figures.open_issues(),
        "is_editor": actor.is_any(*ARTICLE_EDITORS),
        "reads_articles": actor.is_any(*ARTICLE_READERS),
    }
    return TemplateResponse(request, "quality/articles/knowledge.html", context)
