"""Saved views: their owners keep them on the pages themselves; here is who has which."""

from django.contrib import admin

from analytics.models import SavedView
from helpninja.common.admin import PolicyAdmin
from helpninja.common.roles import Role


@admin.register(SavedView)
class SavedViewAdmin(PolicyAdmin):
    """Whose views there are; what they ask is changed on the pages themselves."""

    viewers = frozenset({Role.ADMIN})
    editors = frozenset({Role.ADMIN})
    adders = frozenset()

    # List
    list_display = ("name", "page", "person", "owner", "is_shared", "created_at")
    list_filter = ("is_shared", "page")
    search_fields = ("name",)
    list_select_related = ("owner",)

    # Form
    fields = ("name", "is_shared", "page", "person", "query", "owner", "created_at")
    readonly_fields = ("page", "person", "query", "owner", "created_at")
