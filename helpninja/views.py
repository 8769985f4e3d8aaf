from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from helpninja.common.actors import Actor
from helpninja.common.roles import Role


@require_safe
@login_required
def home(request):
    """Where each role's day begins."""
    actor = Actor.of_request(request)
    if actor.is_any(Role.AGENT, Role.SENIOR_AGENT):
        return redirect("queue:list")
    if actor.is_any(Role.ANALYST) and not actor.is_any(Role.ADMIN, Role.SUPERVISOR):
        return redirect("analytics:overview")
    return redirect("admin:index")
