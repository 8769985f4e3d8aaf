"""Whose figures somebody may see: one function, asked by the page, the API and the team panel."""

from agents.policy import ALL, Sight
from helpninja.common.actors import Actor
from helpninja.common.roles import Role, Scope

# Themes are how everybody reads feedback: those who lead and those who measure change them.
THEME_EDITORS = frozenset({Role.SUPERVISOR, Role.ADMIN, Role.ANALYST})
THEME_READERS = THEME_EDITORS | {Role.SENIOR_AGENT}


def sight_of(actor: Actor) -> Sight | None:
    """The widest that one of the actor's roles or scopes gives; None where there is none."""
    if actor.is_any(Role.ADMIN, Role.ANALYST) or actor.has_scope(Scope.ANALYTICS_READ):
        return ALL
    agent = getattr(actor.user, "agent", None)
    if agent is None:
        return None
    if actor.is_any(Role.SUPERVISOR, Role.SENIOR_AGENT):
        return Sight(teams=agent.team_ids)
    if actor.is_any(Role.AGENT):
        return Sight(teams=agent.team_ids, agent=agent.pk)
    return None


def reads_work(actor: Actor, sight: Sight) -> bool:
    """Who may open the escalations behind a number; analysts see figures, and no transcripts."""
    return actor.is_any(Role.ADMIN) or actor.has_scope(Scope.ESCALATIONS_READ) or sight.teams is not None


def exports_of(actor: Actor) -> Sight | None:
    """Whose single rows the actor may take away; None for whoever takes none, as analysts, who have figures."""
    if actor.is_any(Role.ADMIN) or actor.has_scope(Scope.EXPORT_READ):
        return ALL
    sight = sight_of(actor)
    if sight is None or sight.teams is None or not actor.is_any(Role.SUPERVISOR):
        return None
    return sight


REPORT_READERS = (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def reports_of(actor: Actor) -> Sight | None:
    """Whose figures the actor's reports hold: of supervisors those of their teams; None for whoever has none."""
    if actor.is_any(*REPORT_READERS) or actor.has_scope(Scope.ANALYTICS_READ):
        return sight_of(actor)
    return None


def team_panel_of(actor: Actor) -> Sight | None:
    """The queue page's panel shows colleagues: everybody who works the queue sees those of their own teams."""
    if actor.is_any(Role.ADMIN):
        return ALL
    agent = getattr(actor.user, "agent", None)
    if agent is not None and actor.is_any(Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR):
        return Sight(teams=agent.team_ids)
    return None
