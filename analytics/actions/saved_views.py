"""The only writer of saved views."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analytics.models import SavedView
from helpninja.common.actions import record
from helpninja.common.actors import Actor


@transaction.atomic
def save_view(*, owner: User, name: str, page: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """A view of the same name on the page is replaced. Raises ValidationError."""
    view = SavedView.objects.filter(owner=owner, page=page, name=name).first() or SavedView(
        owner=owner, page=page, name=name, created_at=now
    )
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
