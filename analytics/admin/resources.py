"""The columns of exports and imports."""

from analytics.models import FeedbackTheme
from helpninja.common.versioned_admin import PartsField, VersionedResource


class FeedbackThemeResource(VersionedResource):
    phrases = PartsField("phrases")

    class Meta:
        model = FeedbackTheme
        import_id_fields = ("name",)
        fields = ("name", "tone", "advice", "active", "order", "phrases")
        export_order = fields
