"""What the lists of this app share."""

from typing import Any

from unfold.contrib.filters.admin import DropdownFilter

from helpninja.common.roles import Role
from quality.enums import DisputeState, ReviewState

# Who sees reviews of others, and works with them.
REVIEW_READERS = frozenset({Role.QA_REVIEWER, Role.SUPERVISOR, Role.ADMIN})

STATE_COLOURS = {
    ReviewState.DRAFT.label: "info",
    ReviewState.SUBMITTED.label: "warning",
    ReviewState.PUBLISHED.label: "success",
    ReviewState.VOIDED.label: "danger",
}
DISPUTE_COLOURS = {
    DisputeState.OPEN.label: "warning",
    DisputeState.UPHELD.label: "info",
    DisputeState.CHANGED.label: "success",
    DisputeState.VOIDED.label: "danger",
}


class OccurringFilter(DropdownFilter):
    """Offers what occurs in the rows that the actor sees, and nothing else of the other table.

    ``parameter_name`` is ``<relation>__id__exact``, as other pages link to the list.
    """

    names: tuple[str, ...] = ("name",)

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        relation = str(self.parameter_name).removesuffix("__id__exact")
        paths = [f"{relation}__{name}" for name in self.names]
        rows = model_admin.get_queryset(request).order_by(*paths).values_list(f"{relation}_id", *paths).distinct()
        return [(str(pk), " ".join(filter(None, names)) or str(pk)) for pk, *names in rows if pk]

    def queryset(self, request: Any, queryset: Any) -> Any:
        value = self.value()
        if not value:
            return queryset
        if not (value.isascii() and value.isdecimal() and len(value) < 18):
            return queryset.none()
        return queryset.filter(**{str(self.parameter_name): value})
