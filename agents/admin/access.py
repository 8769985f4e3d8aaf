"""What the lists of this app share."""

from agents.enums import Status
from helpninja.common.roles import Role

RULE_READERS = frozenset({Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN})

STATUS_COLOURS = {
    Status.AVAILABLE.label: "success",
    Status.IN_CONVERSATION.label: "info",
    Status.AWAY.label: "warning",
    Status.ON_BREAK.label: "warning",
}
