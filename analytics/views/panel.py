"""The figures of the queue page's team panel."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from analytics.metrics.team_today import AgentDay, team_today
from analytics.policy import team_panel_of
from helpninja.common.actors import Actor
from helpninja.common.windows import Window

PANEL_SECONDS = 1


@require_safe
@login_required
def team_today_panel(request: HttpRequest) -> JsonResponse:
    """What colleagues did today, by public id, for the queue page.

    Kept for a moment, since every open page asks.
    """
    sight = team_panel_of(Actor.of_user(request.user))
    if sight is None:
        raise PermissionDenied("Your role does not include the queue.")
    day = Window.today(timezone.now(), settings.DISPLAY_TIME_ZONE)
    teams = "all" if sight.teams is None else ",".join(map(str, sorted(sight.teams)))
    agents = cache.get_or_set(
        f"analytics:team-today:{day.start:%Y-%m-%d}:{teams}",
        lambda: {row.agent: _panel_row(row) for row in team_today(sight.teams, day)},
        PANEL_SECONDS,
    )
    return JsonResponse({"day": f"{day.start:%Y-%m-%d}", "time_zone": day.zone, "agents": agents})


def _panel_row(row: AgentDay) -> dict[str, Any]:
    return {
        "conversations": row.conversations,
        "first_response_seconds": row.first_response.value,
        "first_response_n": row.first_response.n,
        "csat": row.csat.value,
        "csat_n": row.csat.n,
    }
