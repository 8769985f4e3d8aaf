"""The writers of what people want done after reading a report."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from agents.models import Team
from analytics.enums import ReportKind
from analytics.models import ActionItem
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@transaction.atomic
def add(
    *,
    kind: ReportKind,
    first_day: date,
    text: str,
    by: Actor,
    now: datetime,
    owner: Any = None,
    due: date | None = None,
    team: Team | None = None,
) -> ActionItem:
    """To the report that begins on ``first_day``; ``team`` None makes it everybody's."""
    item = ActionItem.objects.create(
        kind=kind,
        first_day=first_day,
        text=text,
        owner=owner,
        due=due,
        team=team,
        added_by=by.label[:200],
        created_at=now,
    )
    record(by=by, action="action_item.added", subject=item, now=now, report=kind, first_day=str(first_day))
    return item


@transaction.atomic
def mark(*, item: ActionItem, done: bool, by: Actor, now: datetime) -> ActionItem:
    """Done, or not done after all. Raises Conflict where it is so already."""
    as_it_is = ActionItem.objects.filter(pk=item.pk, done_at__isnull=done)
    changed = as_it_is.update(done_at=now if done else None, done_by=by.label[:200] if done else "")
    item.refresh_from_db()
    if not changed:
        raise Conflict(f"This is done already, by {item.done_by}." if done else "This is open already.")
    action = "action_item.done" if done else "action_item.reopened"
    record(by=by, action=action, subject=item, now=now)
    return item
