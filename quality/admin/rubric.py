from django.contrib import admin
from django.db.models import Count
from unfold.admin import StackedInline
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from helpninja.common.admin import LEADERS, NOBODY, PolicyAdmin, PolicyInline, PolicyTabularInline
from helpninja.common.versioned_admin import VersionedAdmin
from quality.actions.rubrics import publish, retire
from quality.admin.access import REVIEW_READERS
from quality.admin.resources import RubricResource
from quality.forms.rubric import CriteriaFormSet, CriterionForm, RubricForm
from quality.models import Criterion, RootCause, Rubric, RubricCategory, RubricTopic, ScoreBand


class CategoryInline(PolicyTabularInline):
    model = RubricCategory
    editors = LEADERS
    fields = ("name", "points", "order")
    hide_title = True


class CriterionInline(PolicyInline, StackedInline):
    model = Criterion
    editors = LEADERS
    extra = 0
    form = CriterionForm
    formset = CriteriaFormSet
    fields = (
        ("name", "key"),
        ("category", "kind"),
        ("measure", "na_allowed"),
        ("weight", "order"),
        "help",
        "bands",
    )


class TopicInline(PolicyTabularInline):
    model = RubricTopic
    editors = LEADERS
    fields = ("topic",)
    open_choices = frozenset({"topic"})  # which topics there are is no secret to whoever edits rubrics
    verbose_name_plural = "only for these topics"


@admin.register(Rubric)
class RubricAdmin(VersionedAdmin):
    """Reviews keep the version by which they began. Nobody deletes one: it is made inactive."""

    viewers = REVIEW_READERS
    editors = LEADERS
    deleters = NOBODY
    resource_classes = (RubricResource,)

    # List
    list_display = ("name", "active", "shown_for", "shown_criteria", "version", "used")
    list_filter = (("active", BooleanRadioFilter),)
    search_fields = ("name",)
    search_help_text = "The first active rubric in this order that is for a conversation is taken"
    ordering = ("order", "name")

    # Form
    form = RubricForm
    inlines = (CategoryInline, CriterionInline, TopicInline)
    readonly_fields = ("version",)
    fieldsets = (
        (None, {"fields": (("name", "active"), ("order", "dispute_days"), "version")}),
        ("For which conversations", {"fields": ("tiers", "channels")}),
    )

    def scope(self, queryset, actor):
        counted = queryset.annotate(used=Count("versions__reviews", distinct=True))
        return counted.prefetch_related("criteria", "for_topics__topic")

    @display(description="for")
    def shown_for(self, rubric):
        topics = [str(one.topic) for one in rubric.for_topics.all()]
        return ", ".join([*topics, *rubric.tiers, *rubric.channels]) or "all conversations"

    @display(description="criteria")
    def shown_criteria(self, rubric):
        return ", ".join(one.name for one in rubric.criteria.all())

    @display(description="reviews", ordering="used")
    def used(self, rubric):
        return rubric.used

    def publish(self, row, *, by, now, why=""):
        publish(rubric=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(rubrics=rows, by=by, now=now)


@admin.register(ScoreBand)
class ScoreBandAdmin(PolicyAdmin):
    viewers = REVIEW_READERS
    editors = LEADERS

    # List
    list_display = ("name", "least")

    # Form
    fields = ("name", "least")


@admin.register(RootCause)
class RootCauseAdmin(PolicyAdmin):
    viewers = editors = REVIEW_READERS
    deleters = NOBODY  # reviews name them; one that is not active is offered no more

    # List
    list_display = ("name", "active")
    list_filter = (("active", BooleanRadioFilter),)
    search_fields = ("name",)

    # Form
    fields = ("name", "active")
