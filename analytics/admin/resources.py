"""The columns of exports and imports."""

from import_export import fields
from import_export.widgets import ForeignKeyWidget

from agents.models import Team
from analytics.metrics.targets import check_target
from analytics.models import FeedbackTheme, Target
from escalations.models import Topic
from helpninja.common.versioned_admin import PartsField, VersionedResource


class FeedbackThemeResource(VersionedResource):
    """A row for each theme, found again by its name, with its phrases in one cell."""

    phrases = PartsField("phrases")

    class Meta:
        model = FeedbackTheme
        import_id_fields = ("name",)
        fields = ("name", "tone", "advice", "active", "order", "phrases")
        export_order = fields


class TargetResource(VersionedResource):
    """A row for each target; teams and topics by their slug."""

    team = fields.Field("team", "team", ForeignKeyWidget(Team, "slug"))
    topic = fields.Field("topic", "topic", ForeignKeyWidget(Topic, "slug"))

    class Meta:
        model = Target
        import_id_fields = ("metric", "per_person", "team", "topic", "valid_from")
        fields = ("metric", "per_person", "team", "topic", "valid_from", "value", "up_to", "excellent")
        export_order = fields

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        super().validate_instance(instance, import_validation_errors, validate_unique)
        check_target(instance)
