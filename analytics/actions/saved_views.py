"""The only writer of saved views."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analytics.models import SavedView
from helpninja.common.actions import record
from helpninja.common.actors import Actor


@transaction.atomic
def save_view(
    *, owner: User, name: str, page: str, query: str, is_shared: bool, now: datetime, person: str = ""
) -> SavedView:
    """A view of the same name on the page is replaced. Raises ValidationError.

    ``person`` is the public id of whose page it is, empty for the pages of nobody.
    """
    key = {"owner": owner, "page": page, "person": person, "name": name}
    view = SavedView.objects.filter(**key).first() or SavedView(**key, created_at=now)
    view.query, view.is_shared = query, is_shared
    view.full_clean()
    view.save()
    record(by=Actor.of_user(owner), action="saved_view.saved", subject=view, now=now, page=page, shared=is_shared)
    return view


@transaction.atomic
def remove_view(*, view: SavedView, by: Actor, now: datetime) -> None:
    """For good; the audit keeps its name and page."""
    record(by=by, action="saved_view.removed", subject=view, now=now, page=view.page)
    view.delete()
