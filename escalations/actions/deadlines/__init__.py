"""The only writers of deadlines and pauses, and of their copies on the escalation.

Whoever comes first writes what has happened on a clock by then, with its true time: a sweep, or a reply that came
late. They hold the escalation's row while they do, which is why each thing is written once.
"""

from escalations.actions.deadlines.recomputing import AT_ONCE, Moved, preview, recompute
from escalations.actions.deadlines.steps import (
    after_move,
    answered,
    before_move,
    customer_wrote,
    reassess_deadlines,
    set_deadlines,
)
from escalations.actions.deadlines.watching import LOOKS_EVERY, coming_moments, settle_due

__all__ = [
    "AT_ONCE",
    "LOOKS_EVERY",
    "Moved",
    "after_move",
    "answered",
    "before_move",
    "coming_moments",
    "customer_wrote",
    "preview",
    "reassess_deadlines",
    "recompute",
    "set_deadlines",
    "settle_due",
]
