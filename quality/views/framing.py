"""What the pages of this app share: who asks, and what they find."""

from textwrap import wrap
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from helpninja.common.actors import Actor
from helpninja.common.roles import Role

LINE_IN_CHART, LINES_IN_CHART = 18, 3

Row = TypeVar("Row", bound=Model)


def actor_for(request: HttpRequest, roles: tuple[Role, ...]) -> Actor:
    actor = Actor.of_user(request.user)
    if not actor.is_any(*roles):
        raise PermissionDenied("Your role does not include this page.")
    return actor


def found(rows: "QuerySet[Row]", public_id: str) -> Row:
    """The row, or 404 where the actor may not know of it."""
    row = None if "\x00" in public_id else rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def problems(form: Any) -> list[str]:
    """Each with the field that it is about."""
    return [
        f"{form.fields[name].label or name.replace('_', ' ').capitalize()}: {error}"
        if name in form.fields
        else error
        for name, errors in form.errors.items()
        for error in errors
    ]


def chart_lines(name: str) -> list[str]:
    """As a chart writes it beside its bars: there is little room on a phone."""
    return wrap(name, LINE_IN_CHART, max_lines=LINES_IN_CHART, placeholder="…")
