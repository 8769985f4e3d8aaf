"""The vocabulary of the work: states and their groups, reasons, kinds of events."""

from django.db import models


class Author(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    AI = "ai", "AI"
    AGENT = "agent", "Agent"
    SYSTEM = "system", "System"
    TOOL = "tool", "Tool"


class Timing(models.TextChoices):
    """What is known of when things happened."""

    MEASURED = "measured", "Measured"
    PLACED = "placed", "Only the day it belongs to is known"
    UNKNOWN = "unknown", "Unknown"


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    ASSIGNED = "assigned", "Offered"
    ACTIVE = "active", "Being handled"
    PENDING = "pending", "Waiting for the customer"
    RESOLVED = "resolved", "Resolved"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (State.WAITING, State.ASSIGNED, State.ACTIVE, State.PENDING)
# Nobody works on it yet: in the queue or offered to somebody.
WAITING_STATES = (State.WAITING, State.ASSIGNED)
HELD_STATES = (State.ACTIVE, State.PENDING)
OWNED_STATES = (State.ASSIGNED, State.ACTIVE, State.PENDING)
# What counts against an agent's capacity: waiting for the customer costs nobody's attention.
BUSY_STATES = (State.ASSIGNED, State.ACTIVE)
CLOSED_STATES = (State.RESOLVED, State.CANCELLED)


class Priority(models.IntegerChoices):
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"
    CRITICAL = 4, "Critical"

    @property
    def code(self) -> str:
        """As the API writes it: low, medium, high, critical."""
        return self.name.lower()

    @classmethod
    def from_code(cls, code: str) -> "Priority":
        return cls[code.upper()]


class SlaMetric(models.TextChoices):
    """What a deadline asks for, counted from the opening, a message of the customer, or a reopening."""

    FIRST_RESPONSE = "first_response", "First response"
    NEXT_RESPONSE = "next_response", "Next response"
    RESOLUTION = "resolution", "Resolution"


# Met by a message to the customer.
RESPONSES = (SlaMetric.FIRST_RESPONSE, SlaMetric.NEXT_RESPONSE)


class PauseEnd(models.TextChoices):
    RESUMED = "resumed", "Resumed"
    CUSTOMER = "customer", "The customer wrote"
    LIMIT = "limit", "Longest pause reached"
    PASSED_ON = "passed_on", "Released or passed on"
    CLOSED = "closed", "Resolved or cancelled"


class Reason(models.TextChoices):
    LOW_AI_CONFIDENCE = "low_ai_confidence", "Low AI confidence"
    CUSTOMER_REQUEST = "customer_request", "Customer request"
    TECHNICAL_ISSUE = "technical_issue", "Technical issue"
    BILLING_ACCOUNT = "billing_account", "Billing/account"
    CONTENT_GAP = "content_gap", "Content gap"


class Tier(models.TextChoices):
    FRONTLINE = "frontline", "Frontline"
    SPECIALIST = "specialist", "Specialist"
    MANAGEMENT = "management", "Management"


class EventKind(models.TextChoices):
    OPENED = "opened", "Escalated"
    OFFERED = "offered", "Offered"
    DECLINED = "declined", "Offer declined"
    OFFER_EXPIRED = "offer_expired", "Offer expired"
    ALERTED = "alerted", "Supervisors alerted"
    CLAIMED = "claimed", "Claimed"
    REPLIED = "replied", "Agent replied"
    CUSTOMER_REPLIED = "customer_replied", "Customer replied"
    PENDED = "pended", "Waiting for the customer"
    RESUMED = "resumed", "Resumed"
    RELEASED = "released", "Released to the queue"
    TRANSFERRED = "transferred", "Transferred"
    TIER_CHANGED = "tier_changed", "Handed to another tier"
    PRIORITY_CHANGED = "priority_changed", "Priority changed"
    PRIORITY_RAISED = "priority_raised", "Raised in the queue"
    FLAGGED = "flagged", "Flags changed"
    NOTED = "noted", "Note added"
    REPEAT_MARKED = "repeat_marked", "Customer had to repeat"
    RESOLVED = "resolved", "Resolved"
    REOPENED = "reopened", "Reopened"
    CANCELLED = "cancelled", "Cancelled"
    RATED = "rated", "Rated"
    SLA_WARNED = "sla_warned", "Deadline is near"
    SLA_BREACHED = "sla_breached", "Deadline missed"
    SLA_PAUSE_ENDED = "sla_pause_ended", "Pause ended by its limit"
    SLA_RECOMPUTED = "sla_recomputed", "Deadlines recomputed"
    IMPORTED = "imported", "Imported from history"


# It comes into the queue anew with these, and whoever did not take it before may be asked again.
ENTRY_KINDS = (
    EventKind.OPENED,
    EventKind.RELEASED,
    EventKind.TRANSFERRED,
    EventKind.TIER_CHANGED,
)


class RoutingMode(models.TextChoices):
    """How waiting work finds its agent."""

    PULL = "pull", "Agents pull"
    OFFER = "offer", "The system offers"
    BOTH = "both", "The system offers, and agents may pull"


class OfferOutcome(models.TextChoices):
    OPEN = "", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DeclineReason(models.TextChoices):
    BUSY = "busy", "Busy with another customer"
    NOT_MY_FIELD = "not_my_field", "Not my field"
    LEAVING = "leaving", "Break or end of shift is near"
    CONFLICT = "conflict", "Somebody else should handle this customer"
    OTHER = "other", "Another reason"


class AlertKind(models.TextChoices):
    """What supervisors are told of, so that nobody waits unseen."""

    NO_ELIGIBLE_AGENT = "no_eligible_agent", "No eligible agent"
    BELOW_THRESHOLD = "below_threshold", "No agent fits well enough"
    NOBODY_ACCEPTED = "nobody_accepted", "Nobody took the offer"
    ASKED = "asked", "A supervisor is asked for"
    SLA_WARNING = "sla_warning", "Deadline is near"
    SLA_BREACH = "sla_breach", "Deadline missed"


# What ends as soon as somebody has it, or is offered it; the rest stands until it is closed or cleared.
ROUTING_ALERTS = (AlertKind.NO_ELIGIBLE_AGENT, AlertKind.BELOW_THRESHOLD, AlertKind.NOBODY_ACCEPTED)


# Of one deadline: near, or missed.
SLA_EVENTS = (EventKind.SLA_WARNED, EventKind.SLA_BREACHED)


class ReescalationCause(models.TextChoices):
    INCOMPLETE_INFORMATION = "incomplete_information", "Incomplete information"
    MISUNDERSTOOD_REQUIREMENTS = "misunderstood_requirements", "Misunderstood requirements"
    TECHNICAL_LIMITATION = "technical_limitation", "Technical limitation"
    POLICY_EXCEPTION = "policy_exception", "Policy exception needed"


class ResolutionCategory(models.TextChoices):
    ANSWERED = "answered", "Question answered"
    FIXED = "fixed", "Problem fixed"
    WORKAROUND = "workaround", "Workaround given"
    ACCOUNT_CHANGED = "account_changed", "Account or plan changed"
    MONEY = "money", "Refund or billing correction"
    PASSED_ON = "passed_on", "Passed on (feature request, bug)"
    NO_ANSWER = "no_answer", "Customer did not come back"


class ResolutionQuality(models.TextChoices):
    IMMEDIATE = "immediate", "Resolved immediately"
    MINOR_FOLLOW_UP = "minor_follow_up", "Minor follow-up needed"
    ADDITIONAL_RESEARCH = "additional_research", "Additional research required"
    MULTIPLE_INTERACTIONS = "multiple_interactions", "Multiple interactions"


class Necessity(models.TextChoices):
    NEEDED = "needed", "Needed"
    UNNEEDED = "unneeded", "The AI should have managed"
    TOO_LATE = "too_late", "Needed, but too late"


# Of a sentiment, from -1 to 1. VADER's own bounds lie at +-0.05: these are further out.
STRONGLY_NEGATIVE = -0.5
MILDLY_NEGATIVE = -0.2
POSITIVE = 0.3


class Mood(models.TextChoices):
    """How a customer sounds, where that is out of the ordinary."""

    FRUSTRATED = "frustrated", "Frustrated"
    UNHAPPY = "unhappy", "Unhappy"
    PLEASED = "pleased", "Pleased"

    @classmethod
    def of(cls, sentiment: float | None, *, frustrated: bool = False) -> "Mood | None":
        """None where it is not known, or as usual."""
        if frustrated or (sentiment is not None and sentiment <= STRONGLY_NEGATIVE):
            return cls.FRUSTRATED
        if sentiment is None or MILDLY_NEGATIVE < sentiment < POSITIVE:
            return None
        return cls.UNHAPPY if sentiment <= MILDLY_NEGATIVE else cls.PLEASED


class ConditionField(models.TextChoices):
    """What a trigger condition may look at. ``decisions.triggers.conditions`` says how each is read."""

    AI_CONFIDENCE = "ai_confidence", "AI confidence (this answer)"
    LAST_CONFIDENCE = "last_confidence", "AI confidence (last answer)"
    LOWEST_CONFIDENCE = "lowest_confidence", "AI confidence (lowest so far)"
    MEAN_CONFIDENCE = "mean_confidence", "AI confidence (mean of the last answers)"
    FAILED_ATTEMPTS = "failed_attempts", "Failed attempts in a row"
    RESPONSE_SECONDS = "response_seconds", "AI response time in seconds"
    CUSTOMER_TEXT = "customer_text", "Customer's message"
    CUSTOMER_MESSAGES = "customer_messages", "Customer's messages so far"
    SENTIMENT = "sentiment", "Customer's sentiment"
    FRUSTRATED = "frustrated", "Customer is frustrated"
    LANGUAGE = "language", "Language"
    INTENT = "intent", "Intent"
    TOPIC = "topic", "Topic"
    MINUTES = "minutes", "Minutes since the start"
    PLAN = "plan", "Plan"
    REGION = "region", "Region"
    CHANNEL = "channel", "Channel"
    CUSTOMER_AGE = "customer_age", "Days since the customer signed up"
    MONTHLY_VALUE = "monthly_value", "Customer's monthly value"
    CUSTOMER_ATTRIBUTE = "customer_attribute", "Customer's custom attribute"
    CONVERSATION_ATTRIBUTE = "conversation_attribute", "Conversation's custom attribute"
    EARLIER_ESCALATIONS = "earlier_escalations", "Customer's earlier escalations"


class Operator(models.TextChoices):
    BELOW = "below", "is below"
    AT_MOST = "at_most", "is at most"
    AT_LEAST = "at_least", "is at least"
    ABOVE = "above", "is above"
    ONE_OF = "one_of", "is one of"
    NONE_OF = "none_of", "is none of"
    CONTAINS_PHRASE = "contains_phrase", "contains one of the phrases"
    LACKS_PHRASES = "lacks_phrases", "contains none of the phrases"
    CONTAINS_WORDS = "contains_words", "contains all of the words"
    MATCHES = "matches", "matches the pattern"
    MATCHES_NOT = "matches_not", "does not match the pattern"
    IS_TRUE = "is_true", "is true"
    IS_FALSE = "is_false", "is not true"
    IS_KNOWN = "is_known", "is known"
    IS_UNKNOWN = "is_unknown", "is not known"


class ContextKind(models.TextChoices):
    """What a rule asks to show the agent beside the transcript."""

    PAYMENT_HISTORY = "payment_history", "Payment history"
    PLAN = "plan", "Current plan"
    TECHNICAL_ENVIRONMENT = "technical_environment", "Technical environment"
    ACCOUNT_HISTORY = "account_history", "Account history"
    SECURITY_FLAGS = "security_flags", "Security flags"


class PriorityField(models.TextChoices):
    """What a priority rule may look at. ``decisions.priority.READERS`` says how each is read."""

    PLAN = "plan", "Plan"
    TOPIC = "topic", "Topic"
    REASON = "reason", "Reason"
    INTENT = "intent", "Intent"
    FLAG = "flag", "Flag"
    KEYWORD = "keyword", "Keyword"


class AdjustmentKind(models.TextChoices):
    """What raises or lowers an escalation's priority beside its base."""

    WAIT = "wait", "Customer's wait"
    REPEAT = "repeat", "Repeat escalation"
    FRUSTRATED = "frustrated", "Frustrated customer"
    AFTER_HOURS = "after_hours", "After hours"
    LOAD = "load", "System load"


MEASURED_ADJUSTMENTS = (AdjustmentKind.WAIT, AdjustmentKind.LOAD)


class RoutingFactor(models.TextChoices):
    """What a routing score is weighed from; ``decisions.routing.parts`` says what each is made of."""

    SPECIALIZATION = "specialization", "Specialization"
    WORKLOAD = "workload", "Workload"
    CUSTOMER = "customer", "Customer"
    PERFORMANCE = "performance", "Performance"
    AVAILABILITY = "availability", "Availability"


class Requirement(models.TextChoices):
    """What an agent must meet before scores count; the labels say how it reads when they don't."""

    PRESENT = "present", "away or offline"
    ON_SHIFT = "on_shift", "off shift"
    NOT_ON_BREAK = "not_on_break", "on a break"
    NOT_ON_LEAVE = "not_on_leave", "on leave"
    CAPACITY = "capacity", "at capacity"
    TEAM = "team", "not in the team"
    SKILL = "skill", "without the required skill"
    LEVEL = "level", "below the required level"
    NOT_ASKED = "not_asked", "asked already"
