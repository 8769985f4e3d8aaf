"""Which steps of the work the reader may take now, and of the others why not."""

from escalations.decisions.transitions import MOVES
from escalations.enums import HELD_STATES, OPEN_STATES, EventKind, State
from escalations.models import Escalation
from escalations.policy import may, may_hand_over
from helpninja.common.actors import Actor

STEPS = {
    "claim": EventKind.CLAIMED,
    "decline": EventKind.DECLINED,
    "pend": EventKind.PENDED,
    "resume": EventKind.RESUMED,
    "release": EventKind.RELEASED,
    "transfer": EventKind.TRANSFERRED,
    "tier": EventKind.TIER_CHANGED,
    "resolve": EventKind.RESOLVED,
    "reopen": EventKind.REOPENED,
    "cancel": EventKind.CANCELLED,
}
# Steps without a row in the table of moves: where the action itself allows them.
STATES = {
    "reply": HELD_STATES,
    "draft": OPEN_STATES,
    "flags": OPEN_STATES,
    "priority": OPEN_STATES,
    "repeated": OPEN_STATES,
    "note": tuple(State),
    "alert": OPEN_STATES,
}
ASKED_AS = {"alert": "ask_supervisor", "flags": "change_priority", "priority": "change_priority"}


def refusals(actor: Actor, escalation: Escalation) -> dict[str, str]:
    """Why not, by step, for those that are not possible now."""
    return {step: why for step in (*STEPS, *STATES) if (why := why_not(actor, step, escalation))}


def why_not(actor: Actor, step: str, escalation: Escalation) -> str:
    """Empty when the actor may take the step now."""
    states = MOVES[STEPS[step]].sources if step in STEPS else STATES[step]
    if escalation.state not in states:
        return _wrong_state(actor, step, escalation)
    if step in ("transfer", "tier"):
        allowed = may_hand_over(actor, escalation)
    else:
        allowed = may(actor, ASKED_AS.get(step, step), escalation)
    return "" if allowed and not _offered_to_other(actor, step, escalation) else _not_theirs(step, escalation)


def _wrong_state(actor: Actor, step: str, escalation: Escalation) -> str:
    agent = getattr(actor.user, "agent", None)
    if escalation.state in HELD_STATES and escalation.assignee and step == "claim":
        return "You have it." if escalation.assignee == agent else f"{escalation.assignee.name} has it."
    if escalation.state == State.ASSIGNED and escalation.assignee == agent:
        return "Accept it first."
    if escalation.state in (State.WAITING, State.ASSIGNED):
        return "Claim it first."
    return f"It is {State(escalation.state).label.lower()}."


def _offered_to_other(actor: Actor, step: str, escalation: Escalation) -> bool:
    agent = getattr(actor.user, "agent", None)
    return step == "claim" and escalation.state == State.ASSIGNED and escalation.assignee != agent


def _not_theirs(step: str, escalation: Escalation) -> str:
    match step:
        case "claim" if escalation.state == State.ASSIGNED and escalation.assignee:
            return f"It is offered to {escalation.assignee.name}."
        case "claim" if escalation.offer_only:
            return "It is offered to agents one by one; senior agents and supervisors may take it."
        case "claim":
            return f"It needs an agent of another level ({escalation.get_tier_display().lower()})."
        case "note" | "alert":
            return "That is for those who work on escalations."
        case "flags" | "priority":
            return "Senior agents and supervisors change priorities."
        case "reopen":
            return "Only who resolved it, a senior agent or a supervisor reopens it."
    if escalation.assignee is None:
        return "Claim it first."
    return f"{escalation.assignee.name} has it."
