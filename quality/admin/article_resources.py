"""The columns of exports and imports."""

from django.utils import timezone
from import_export import fields
from import_export.widgets import ForeignKeyWidget

from agents.models import Agent
from escalations.models import Topic
from helpninja.common.exchange import ActorResource
from helpninja.common.ids import public_id
from helpninja.common.versioned_admin import VersionedResource
from quality.actions.articles import move
from quality.enums import ArticleStatus
from quality.models import Article, ArticleIssue, ArticleSearch


class ArticleResource(VersionedResource):
    """A line without a ``public_id`` is a new article; ``status`` is reached by the same steps as on the page."""

    topic = fields.Field("topic", "topic", ForeignKeyWidget(Topic, "slug"))
    owner = fields.Field("owner", "owner", ForeignKeyWidget(Agent, "public_id"))
    status = fields.Field("status", "status", readonly=True)

    class Meta(VersionedResource.Meta):
        model = Article
        import_id_fields = ("public_id",)
        fields = (
            "public_id",
            "title",
            "body",
            "topic",
            "audience",
            "language",
            "owner",
            "public_url",
            "review_by",
            "status",
        )
        export_order = fields

    def before_import_row(self, row, **kwargs):
        super().before_import_row(row, **kwargs)
        row["is_new"] = not row.get("public_id")
        row["public_id"] = row.get("public_id") or public_id("art")
        wanted = row.get("status")
        if wanted and wanted not in ArticleStatus:
            raise ValueError(f"status: give one of {', '.join(ArticleStatus.values)}.")

    def after_init_instance(self, instance, new, row, **kwargs):
        super().after_init_instance(instance, new, row, **kwargs)
        if new and not row["is_new"]:
            raise ValueError("public_id: there is no such article; leave it empty for a new one.")

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if row.get("status") and row["status"] != instance.status:
            return False
        return super().skip_row(instance, original, row, import_validation_errors)

    def after_save_instance(self, instance, row, **kwargs):
        super().after_save_instance(instance, row, **kwargs)
        if row.get("status") and row["status"] != instance.status:
            move(article=instance, to=row["status"], by=self.actor, now=timezone.now())


class ArticleIssueResource(ActorResource):
    article = fields.Field(column_name="article", attribute="article__public_id", readonly=True)
    title = fields.Field(column_name="title", attribute="article__title", readonly=True)

    class Meta:
        model = ArticleIssue
        fields = (
            "public_id",
            "article",
            "title",
            "kind",
            "note",
            "raised_by",
            "raised_at",
            "state",
            "decided_by",
            "decided_at",
            "answer",
        )
        export_order = fields


class ArticleSearchResource(ActorResource):
    class Meta:
        model = ArticleSearch
        fields = ("public_id", "text", "seeker", "actor", "hits", "at")
        export_order = fields
