"""What people do with an escalation. Every function is one transaction: the change and its event, or neither.

Each returns the escalation as it then is, and raises Conflict where its present state forbids the step.
"""

from escalations.actions.lifecycle.alerting import alert_supervisors
from escalations.actions.lifecycle.closing import cancel, record_rating, reopen, resolve
from escalations.actions.lifecycle.moves import settle_presence
from escalations.actions.lifecycle.prioritizing import change_priority, raise_waiting, set_flags
from escalations.actions.lifecycle.taking import (
    claim,
    decline,
    expire_offer,
    hand_to_tier,
    offer,
    release,
    transfer,
)
from escalations.actions.lifecycle.working import (
    add_note,
    mark_repeated,
    pend,
    record_customer_reply,
    reply,
    resume,
    save_draft,
)

__all__ = [
    "add_note",
    "alert_supervisors",
    "cancel",
    "change_priority",
    "claim",
    "decline",
    "expire_offer",
    "hand_to_tier",
    "mark_repeated",
    "offer",
    "pend",
    "raise_waiting",
    "record_customer_reply",
    "record_rating",
    "release",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "save_draft",
    "set_flags",
    "settle_presence",
    "transfer",
]
