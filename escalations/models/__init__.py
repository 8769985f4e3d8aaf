from escalations.models.backtest import Backtest
from escalations.models.conversation import Conversation, Message
from escalations.models.dispatch import Alert, Offer, RoutingPolicy
from escalations.models.escalation import Escalation
from escalations.models.priority import PriorityAdjustment, PriorityCondition, PriorityRevision, PriorityRule
from escalations.models.rating import Rating
from escalations.models.record import EscalationEvent, HandlingInterval, Note, ReplyDraft
from escalations.models.routing import RoutingDecision, RoutingWeights
from escalations.models.sla import Deadline, Pause, SlaPolicy, SlaTarget
from escalations.models.trigger import Topic, TriggerCondition, TriggerRevision, TriggerRule
from escalations.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Alert",
    "Backtest",
    "Conversation",
    "Deadline",
    "Escalation",
    "EscalationEvent",
    "HandlingInterval",
    "Message",
    "Note",
    "Offer",
    "Pause",
    "PriorityAdjustment",
    "PriorityCondition",
    "PriorityRevision",
    "PriorityRule",
    "Rating",
    "ReplyDraft",
    "RoutingDecision",
    "RoutingPolicy",
    "RoutingWeights",
    "SlaPolicy",
    "SlaTarget",
    "Topic",
    "TriggerCondition",
    "TriggerRevision",
    "TriggerRule",
    "WebhookDelivery",
    "WebhookEndpoint",
]
