from django_filters import rest_framework as filters

from escalations.enums import HELD_STATES, Priority, Reason, State, Tier
from escalations.models import Escalation

# The lists of the queue page, by name.
STATE_GROUPS = {
    "waiting": (State.WAITING, State.ASSIGNED),
    "handled": HELD_STATES,
    "resolved": (State.RESOLVED,),
    "cancelled": (State.CANCELLED,),
}


class EscalationFilter(filters.FilterSet):
    state = filters.ChoiceFilter(
        choices=[(name, name) for name in STATE_GROUPS], method="in_group", label="List of the queue page"
    )
    team = filters.CharFilter("team__slug")
    topic = filters.CharFilter("topic__slug")
    plan = filters.CharFilter("plan__code")
    priority = filters.ChoiceFilter(
        choices=[(level.code, level.label) for level in Priority], method="of_priority"
    )
    reason = filters.ChoiceFilter(choices=Reason.choices)
    tier = filters.ChoiceFilter(choices=Tier.choices)
    assignee = filters.CharFilter("assignee__public_id")
    conversation = filters.CharFilter("conversation__public_id")
    opened_from = filters.IsoDateTimeFilter("opened_at", lookup_expr="gte")
    opened_to = filters.IsoDateTimeFilter("opened_at", lookup_expr="lt")

    class Meta:
        model = Escalation
        fields: list[str] = []

    def in_group(self, queryset, name, value):
        return queryset.filter(state__in=STATE_GROUPS[value])

    def of_priority(self, queryset, name, value):
        return queryset.filter(priority=Priority.from_code(value))
