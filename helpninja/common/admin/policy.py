"""Who may do what in the admin: declared on each class, and asked by every way to its rows."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.paginator import InfinitePaginator

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.roles import Role

NOBODY: frozenset[Role] = frozenset()
ADMINS = frozenset({Role.ADMIN})
LEADERS = frozenset({Role.SUPERVISOR, Role.ADMIN})

# What may follow a filter's field in a list's address; anything else could ask about other fields.
LOOKUPS = frozenset(
    {"exact", "in", "isnull", "gt", "gte", "lt", "lte", "range", "date", "year", "month", "day", "id", "pk"}
)


class Policy(BaseModelAdmin):
    """Roles instead of Django's model permissions, and rows that exist for the actor or don't.

    Every view of the admin (list, search, autocomplete, form, history, bulk action, export) reads through
    ``get_queryset``, so ``scope`` bounds them all; a row outside it is answered like one that is missing.
    """

    viewers: ClassVar[frozenset[Role]] = ADMINS
    editors: ClassVar[frozenset[Role]] = NOBODY
    adders: ClassVar[frozenset[Role] | None] = None
    deleters: ClassVar[frozenset[Role] | None] = None
    # Relations whose choices are no secret to whoever may fill in the form.
    open_choices: ClassVar[frozenset[str]] = frozenset()

    def scope(self, queryset: models.QuerySet, actor: Actor) -> models.QuerySet:
        """The rows that the actor may know of."""
        return queryset

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return self.scope(super().get_queryset(request), Actor.of_request(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of_request(request).is_any(*self.viewers, *self.editors)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of_request(request).is_any(*self.editors)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of_request(request).is_any(*(self.editors if self.adders is None else self.adders))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of_request(request).is_any(*(self.editors if self.deleters is None else self.deleters))

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet | None:
        """Forms offer, and accept, only what the actor would find in the other list."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(related, Policy) and db_field.name not in self.open_choices:
            return related.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)


class PolicyMixin(Policy, admin.ModelAdmin):
    """For ModelAdmins that come from elsewhere (users, groups); others take PolicyAdmin."""

    # Fields beside the filters that an address may ask about, such as links from the dashboards.
    allowed_lookups: ClassVar[tuple[str, ...]] = ()
    # Where the actions that the forms call write the audit entries themselves.
    audited_by_actions: ClassVar[bool] = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only the page's own filters: ``?email__startswith=`` would tell what the list masks."""
        names = list(self.allowed_lookups)
        filters = self.get_list_filter(request) if request is not None else ()
        for spec in filters:
            name = str(spec[0] if isinstance(spec, tuple | list) else getattr(spec, "parameter_name", spec))
            if lookup.startswith((f"{name}_from", f"{name}_to")) and "__" not in lookup[len(name) :]:
                return True  # the ends of a range
            names.append(name)
        for name in names:
            rest = lookup.removeprefix(f"{name}__")
            if lookup == name or (rest != lookup and LOOKUPS.issuperset(rest.split("__"))):
                return True
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: models.options.Options, object_id: str
    ) -> HttpResponse:
        raise Http404

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Rows that nobody changes by hand have no history of such changes."""
        extra_context = {"show_history": bool(self.editors), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asked before the row is looked for, so that the answer is the same whether or not there is one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def audit(self, request: HttpRequest, verb: str, obj: Any, **details: Any) -> None:
        if self.audited_by_actions:
            return
        subject = str(self.opts.verbose_name).replace(" ", "_").lower()
        by = Actor.of_request(request)
        record(by=by, action=f"{subject}.{verb}", subject=obj, now=timezone.now(), **details)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.audit(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.audit(request, "changed", obj, changes=message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self.audit(request, "deleted", obj)
        return super().log_deletions(request, queryset)


class PolicyAdmin(PolicyMixin, ModelAdmin):
    """The base of every list of ours."""

    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    show_full_result_count = False


class MachineWrittenAdmin(PolicyAdmin):
    """Rows that the work itself writes: nobody adds, changes or deletes them here. The tables grow big."""

    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    actions = None
    warn_unsaved_form = False


class ScopedFilter(RelatedDropdownFilter):
    """Offers what the actor would find in the other list, as forms do."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        related = model_admin.admin_site._registry.get(field.remote_field.model)
        if not isinstance(related, Policy):
            return list(super().field_choices(field, request, model_admin))
        ordering = self.field_admin_ordering(field, request, model_admin)
        known = related.get_queryset(request).order_by().values("pk")
        return list(field.get_choices(include_blank=False, ordering=ordering, limit_choices_to={"pk__in": known}))


class PolicyInline(Policy):
    """Rows of a form: whoever sees the form sees them, ``editors`` change them."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class PolicyTabularInline(PolicyInline, TabularInline):
    """Without empty rows."""

    extra = 0


class ReadOnlyTabularInline(PolicyTabularInline):
    """To be looked at."""

    can_delete = False
    max_num = 0
    hide_title = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class ReadOnlyStackedInline(PolicyInline, StackedInline):
    """To be looked at, one below the other."""

    extra = 0
    can_delete = False
    max_num = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields
