"""What the work is about, where it came from, and who did it."""

from agents.models import Agent, Team
from analytics.metrics.dimensions.dimension import (
    Chosen,
    Dimension,
    Grouping,
    Stored,
    Texts,
    column,
    of_escalations,
    of_work,
    rated_by,
)
from analytics.metrics.filters import conversation_team, conversation_topic
from analytics.metrics.sources import (
    CONVERSATIONS,
    COSTED,
    HANDLED,
    HANDLED_ONCE,
    HUMAN_MESSAGES,
    RATED,
    RESOLVED,
    RESOLVED_ONCE,
    RESPONDED,
    REVIEWED,
    SURVEYED,
    Source,
)
from billing.models import Plan
from escalations.enums import Priority, Reason, Tier
from escalations.models import Topic

CREDIT = {
    RESPONDED: column("first_responder"),
    RESOLVED_ONCE: column("resolved_by"),
    RESOLVED: column("resolved_by"),
    HANDLED: column("agent"),
    HANDLED_ONCE: column("agent"),
    COSTED: column("agent"),
    RATED: column("handler"),
    SURVEYED: column("handler"),
    REVIEWED: column("agent"),
    HUMAN_MESSAGES: column("agent"),
}

# A conversation is in one group, the same that the filters have it in.
BY_FIRST = "A conversation goes by its first escalation, or else by its own topic."
OF_TOPIC: dict[Source, Grouping] = {
    CONVERSATIONS: lambda frame: conversation_topic(),
    RATED: lambda frame: rated_by("topic", conversation_topic("conversation__")),
    SURVEYED: lambda frame: rated_by("topic", conversation_topic("conversation__")),
}
OF_TEAM: dict[Source, Grouping] = {
    CONVERSATIONS: lambda frame: conversation_team(),
    RATED: lambda frame: rated_by("team", conversation_team("conversation__")),
    SURVEYED: lambda frame: rated_by("team", conversation_team("conversation__")),
}

DIMENSIONS = (
    Dimension("reason", "Reason", of_escalations("reason"), Chosen(Reason)),
    Dimension("topic", "Topic", {**of_work("topic"), **OF_TOPIC}, Stored(Topic, "slug"), BY_FIRST),
    Dimension("priority", "Priority", of_escalations("priority"), Chosen(Priority)),
    Dimension("tier", "Tier", of_escalations("tier"), Chosen(Tier), "The tier that has it now, or had it last."),
    Dimension(
        "plan", "Plan", of_work("plan"), Stored(Plan, "code", "rank", "name"), "The customer's at the time."
    ),
    Dimension("region", "Region", of_work("region"), Texts()),
    Dimension("channel", "Channel", of_work("channel"), Texts()),
    Dimension("team", "Team", {**of_escalations("team"), **OF_TEAM}, Stored(Team, "slug"), BY_FIRST),
    Dimension(
        "agent",
        "Agent",
        CREDIT,
        Stored(Agent, "public_id"),
        "A response belongs to who answered first, a resolution to who resolved, time to who held it, a rating to "
        "who handled it when the survey was sent.",
    ),
)
