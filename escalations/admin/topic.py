from django.contrib import admin
from django.utils import timezone

from escalations.actions.rules import topic_changed
from escalations.admin.access import RULE_READERS
from escalations.models import Topic
from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, PolicyAdmin


@admin.register(Topic)
class TopicAdmin(PolicyAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    open_choices = frozenset({"team", "skill"})  # no secret to those who route work by them

    # List
    list_display = ("name", "slug", "team", "skill")
    list_select_related = ("team", "skill")
    search_fields = ("name",)

    # Form
    fields = ("name", "slug", "team", "skill")

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": ("name",)} if obj is None else {}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        topic_changed(topic=obj, by=Actor.of_request(request), now=timezone.now())
