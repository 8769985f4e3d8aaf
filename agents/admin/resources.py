"""The columns of exports and imports."""

from import_export import fields
from import_export.widgets import ForeignKeyWidget

from agents.models import Agent, Calendar, OnCall, Shift, ShiftException, TimeOff
from agents.policy import known_agents
from helpninja.common.versioned_admin import PartsField, VersionedResource


class AgentWidget(ForeignKeyWidget):
    """By user name; whom the actor does not look after does not exist for an import."""

    def __init__(self, actor):
        super().__init__(Agent, "user__username")
        self.actor = actor

    def get_queryset(self, value, row, *args, **kwargs):
        return known_agents(self.actor)

    def clean(self, value, row=None, **kwargs):
        try:
            return super().clean(value, row, **kwargs)
        except Agent.DoesNotExist:
            raise ValueError(f"agent: none of your teams' agents has the user name “{value}”.") from None


class CalendarResource(VersionedResource):
    """Without what came from files and addresses, which are taken in again where the calendar goes."""

    openings = PartsField("openings")
    days = PartsField("days")

    class Meta:
        model = Calendar
        import_id_fields = ("name",)
        fields = ("name", "time_zone", "holiday_country", "holiday_region", "worked_holidays", "openings", "days")
        export_order = fields


class PlanResource(VersionedResource):
    agent = fields.Field("agent", "agent", ForeignKeyWidget(Agent, "user__username"))

    def __init__(self, *, actor, **kwargs):
        super().__init__(actor=actor, **kwargs)
        self.fields["agent"].widget = AgentWidget(actor)


class ShiftResource(PlanResource):
    breaks = PartsField("breaks")

    class Meta:
        model = Shift
        import_id_fields = ("agent", "weekday", "start", "valid_from")
        fields = ("agent", "weekday", "start", "end", "valid_from", "valid_to", "breaks")
        export_order = fields


class ShiftExceptionResource(PlanResource):
    class Meta:
        model = ShiftException
        import_id_fields = ("agent", "date", "change", "start")
        fields = ("agent", "date", "change", "start", "end", "reason")
        export_order = fields


class TimeOffResource(PlanResource):
    class Meta:
        model = TimeOff
        import_id_fields = ("agent", "first_day", "from_time")
        fields = ("agent", "first_day", "from_time", "last_day", "until_time", "kind", "approved", "note")
        export_order = fields


class OnCallResource(PlanResource):
    class Meta:
        model = OnCall
        import_id_fields = ("agent", "first_day", "from_time")
        fields = ("agent", "first_day", "from_time", "last_day", "until_time", "note")
        export_order = fields
