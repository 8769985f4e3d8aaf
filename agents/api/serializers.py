from datetime import timedelta
from typing import Any

from rest_framework import serializers

from agents.enums import CHOOSABLE_STATUSES
from helpninja.common.api.serializers import StrictSerializer


class PresenceInput(StrictSerializer):
    status = serializers.ChoiceField([(status.value, status.label) for status in CHOOSABLE_STATUSES])
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    until = serializers.DateTimeField(required=False, allow_null=True)


class HoursQuery(StrictSerializer):
    """Days of the agent's zone, both included; without them the last two weeks."""

    AT_MOST = 92

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        last = given.get("last", self.context["today"])
        first = given.get("first", last - timedelta(days=13))
        if not 0 <= (last - first).days < self.AT_MOST:
            raise serializers.ValidationError(
                {"first": [f"Ask for 1 to {self.AT_MOST} days, the first one first."]}
            )
        return {"first": first, "last": last}
