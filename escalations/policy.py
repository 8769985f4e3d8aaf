"""Who may do what with an escalation: one function, asked by every page, endpoint, socket and export."""

from enum import StrEnum
from typing import Any

from agents.enums import Level
from escalations.enums import OWNED_STATES, State, Tier
from helpninja.common.actors import Actor
from helpninja.common.roles import Role, Scope

WORKING_ROLES = (Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR)
# The least level of an agent who takes work of a tier; senior agents and supervisors take any.
TIER_LEVELS = {Tier.FRONTLINE: Level.AGENT, Tier.SPECIALIST: Level.SPECIALIST, Tier.MANAGEMENT: Level.MANAGER}


# Who sees the trigger rules with what they did, and who changes them, tries them and replays them on the past.
RULE_READERS = (Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN)
RULE_LEADERS = (Role.SUPERVISOR, Role.ADMIN)


class Action(StrEnum):
    SEE = "see"
    SEE_CONTACT = "see_contact"
    CLAIM = "claim"
    WORK = "work"  # reply, draft, pend, resume, decline, release, hand over, mark, resolve
    SEE_NOTES = "see_notes"
    SEE_ROUTING = "see_routing"
    NOTE = "note"
    ASSIGN = "assign"  # offer to somebody what nobody has
    REASSIGN = "reassign"
    CHANGE_PRIORITY = "change_priority"
    REOPEN = "reopen"
    CANCEL = "cancel"
    ASK_SUPERVISOR = "ask_supervisor"


# What pages and endpoints call the steps of the work.
WORK_NAMES = ("reply", "release", "resolve", "pend", "resume", "decline", "repeated", "draft")


def may(actor: Actor, action: str, escalation: Any) -> bool:
    """Whether the actor may do it to this escalation as it is now; what they may not see they may not touch."""
    action = Action.WORK if action in WORK_NAMES else Action(action)
    if not _sees(actor, escalation):
        return False
    if actor.kind == "key":
        return _key_may(actor, action)
    agent = getattr(actor.user, "agent", None)
    match action:
        case Action.SEE:
            return True
        case Action.SEE_CONTACT:
            return actor.is_any(Role.ADMIN, Role.SENIOR_AGENT, Role.SUPERVISOR) or _is_theirs(agent, escalation)
        case Action.CLAIM:
            return _may_claim(actor, agent, escalation)
        case Action.WORK:
            return _is_theirs(agent, escalation) or _leads(actor, agent, Role.SUPERVISOR)
        case Action.SEE_NOTES:
            return actor.is_any(*WORKING_ROLES, Role.ADMIN, Role.QA_REVIEWER)
        case Action.SEE_ROUTING:
            return actor.is_any(Role.ADMIN) or _leads(actor, agent, Role.SENIOR_AGENT, Role.SUPERVISOR)
        case Action.NOTE:
            return agent is not None and actor.is_any(*WORKING_ROLES)
        case Action.ASK_SUPERVISOR:
            return actor.is_any(*WORKING_ROLES, Role.ADMIN)
        case Action.ASSIGN | Action.REASSIGN | Action.CHANGE_PRIORITY:
            return actor.is_any(Role.ADMIN) or _leads(actor, agent, Role.SENIOR_AGENT, Role.SUPERVISOR)
        case Action.REOPEN:
            resolved_it = agent is not None and escalation.resolved_by_id == agent.pk
            return resolved_it or _leads(actor, agent, Role.SENIOR_AGENT, Role.SUPERVISOR)
        case Action.CANCEL:
            return _is_theirs(agent, escalation) or _leads(actor, agent, Role.SENIOR_AGENT, Role.SUPERVISOR)


def may_hand_over(actor: Actor, escalation: Any) -> bool:
    """Transfer or hand to another tier: whoever holds it may pass on their own, leaders that of others; no key."""
    if actor.kind == "key":
        return False
    return may(actor, Action.WORK, escalation) or may(actor, Action.REASSIGN, escalation)


def _sees(actor: Actor, escalation: Any) -> bool:
    """The same rule as EscalationQuerySet.visible_to, for one row; a test holds them together."""
    if actor.is_any(Role.ADMIN) or actor.has_any_scope(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE):
        return True
    agent = getattr(actor.user, "agent", None)
    if agent is not None and actor.is_any(*WORKING_ROLES):
        return escalation.team_id in agent.team_ids
    return actor.is_any(Role.QA_REVIEWER) and escalation.state == State.RESOLVED


def _key_may(actor: Actor, action: Action) -> bool:
    match action:
        case Action.SEE:
            return True
        case Action.SEE_NOTES | Action.SEE_ROUTING:
            return actor.has_scope(Scope.ESCALATIONS_READ)
        case Action.SEE_CONTACT:
            return actor.has_scope(Scope.PII_READ)
        case Action.WORK | Action.CHANGE_PRIORITY | Action.ASSIGN | Action.ASK_SUPERVISOR:
            return actor.has_scope(Scope.ESCALATIONS_WRITE)
    return False


def _is_theirs(agent: Any, escalation: Any) -> bool:
    return agent is not None and escalation.assignee_id == agent.pk and escalation.state in OWNED_STATES


def _leads(actor: Actor, agent: Any, *roles: Role) -> bool:
    """Their team's work, which ``_sees`` has checked."""
    return agent is not None and actor.is_any(*roles)


def _may_claim(actor: Actor, agent: Any, escalation: Any) -> bool:
    if agent is None or not actor.is_any(*WORKING_ROLES):
        return False
    if actor.is_any(Role.SENIOR_AGENT, Role.SUPERVISOR):
        return True
    if escalation.offer_only and escalation.state == State.WAITING:
        return False
    least = max(TIER_LEVELS[escalation.tier], escalation.required_level or Level.AGENT)
    return bool(agent.level >= least)
