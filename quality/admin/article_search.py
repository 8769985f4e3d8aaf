from django.contrib import admin
from import_export.admin import ExportMixin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from helpninja.common.admin import MachineWrittenAdmin, MomentRangeFilter
from helpninja.common.exchange import AuditedExportMixin
from quality.admin.article_resources import ArticleSearchResource
from quality.models import ArticleSearch
from quality.policy import ARTICLE_EDITORS


class OutcomeFilter(DropdownFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return (("missed", "Nothing found"), ("left", "Found, nothing opened"), ("used", "Opened or used"))

    def queryset(self, request, queryset):
        match self.value():
            case "missed":
                return queryset.filter(hits=0)
            case "left":
                return queryset.filter(hits__gt=0, first_use_at=None)
            case "used":
                return queryset.filter(first_use_at__isnull=False)
        return queryset


@admin.register(ArticleSearch)
class ArticleSearchAdmin(AuditedExportMixin, ExportMixin, MachineWrittenAdmin):
    """What was searched for, and whether it was found."""

    viewers = ARTICLE_EDITORS
    resource_classes = (ArticleSearchResource,)

    # List
    list_display = ("at", "text", "hits", "shown_took", "seeker", "actor")
    list_filter = (OutcomeFilter, ("seeker", ChoicesDropdownFilter), ("at", MomentRangeFilter))
    search_fields = ("text",)
    search_help_text = "Every search for articles by agents, customers and bots"
    ordering = ("-at", "-id")

    # Form
    fields = (("text", "hits"), ("seeker", "actor", "at"), ("shown_took",))
    readonly_fields = ("shown_took",)

    def scope(self, queryset, actor):
        return queryset.with_first_use()

    @display(description="first opened or used after", ordering="first_use_at")
    def shown_took(self, search):
        return f"{(search.first_use_at - search.at).total_seconds():.0f} s" if search.first_use_at else None
