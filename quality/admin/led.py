"""What lists of work that people lead have in common: whom they may give it to, and which rows they may change."""

from typing import Any, ClassVar

from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest

from helpninja.common.actors import Actor
from helpninja.common.admin import Policy, PolicyAdmin
from helpninja.common.roles import Role
from quality.policy import name_of, possible_owners


class OwnersMixin(Policy):
    """Offers as ``owner`` whom the actor may give work to, by name; read once for all rows of a form."""

    owner_roles: ClassVar[tuple[Role, ...]] = ()

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> QuerySet | None:
        if db_field.name == "owner":
            return possible_owners(Actor.of_request(request), self.owner_roles)
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "owner" and field is not None:
            field.label_from_instance = name_of
            field.choices = list(field.choices)
        return field


class LedAdmin(OwnersMixin, PolicyAdmin):
    """Seen by more people than change it: each row by whoever leads it."""

    def led(self, queryset: QuerySet, actor: Actor) -> QuerySet:
        return queryset.led_by(actor)  # type: ignore[attr-defined]

    def leads(self, request: HttpRequest, obj: Any) -> bool:
        rows = self.model._default_manager.filter(pk=obj.pk)
        return self.led(rows, Actor.of_request(request)).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self.leads(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or self.leads(request, obj))
