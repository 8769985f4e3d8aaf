from rest_framework import serializers

from agents.enums import CHOOSABLE_STATUSES
from helpninja.common.api.serializers import StrictSerializer


class PresenceInput(StrictSerializer):
    status = serializers.ChoiceField([(status.value, status.label) for status in CHOOSABLE_STATUSES])
    reason = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    until = serializers.DateTimeField(required=False, allow_null=True)
