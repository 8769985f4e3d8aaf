"""What people want done, as a report lists it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Table
from analytics.models import ActionItem
from quality.policy import name_of

TITLE = "Action items"
COLUMNS = ("What", "Who", "Due", "State")


class Item(NamedTuple):
    """``place`` is that among the report's; without an owner the names are None."""

    place: int
    text: str
    first_name: Any
    last_name: Any
    username: Any
    due: date | None
    done_at: datetime | None

    @property
    def owner(self) -> str:
        if self.username is None:
            return ""
        return name_of(User(first_name=self.first_name, last_name=self.last_name, username=self.username))


def items_of(asked: Asked) -> Iterable[Item]:
    """Those added to this report, and those still open from earlier ones of its kind."""
    rows = ActionItem.objects.in_report(asked.period.kind, asked.period.first, asked.window.start)
    owner = ("owner__first_name", "owner__last_name", "owner__username")
    place = Window(RowNumber(), order_by=[F("due").asc(nulls_last=True), "pk"])
    found = rows.of_teams(asked.teams).order_by().values_list(place, "text", *owner, "due", "done_at")
    return asked.together.put(found, Item._make)


def action_items(found: Iterable[Item], now: datetime) -> Table | None:
    """None without any."""
    lines = [
        (row.text, row.owner, f"{row.due:%b %-d}" if row.due else "", _state(row, now)) for row in sorted(found)
    ]
    return Table.of(TITLE, COLUMNS, lines) if lines else None


def _state(item: Item, now: datetime) -> str:
    if item.done_at is not None:
        return "Done"
    return "Overdue" if item.due and item.due < now.date() else "Open"
