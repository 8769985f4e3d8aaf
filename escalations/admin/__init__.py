"""The admin's lists and forms of this app, and those of customers, who belong to the teams that work for them."""

from escalations.admin import (
    conversation,
    customer,
    customer_event,
    dispatch,
    escalation,
    pauses,
    priority,
    routing,
    sla,
    topic,
    trigger,
    webhook,
)

__all__ = [
    "conversation",
    "customer",
    "customer_event",
    "dispatch",
    "escalation",
    "pauses",
    "priority",
    "routing",
    "sla",
    "topic",
    "trigger",
    "webhook",
]
