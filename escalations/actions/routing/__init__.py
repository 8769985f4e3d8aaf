"""Who should take what: gathered, decided and kept. Nothing here moves an escalation; dispatching does."""

from escalations.actions.routing.deciding import decide_for, decide_many

__all__ = ["decide_for", "decide_many"]
