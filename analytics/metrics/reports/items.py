"""What people want done, as a report lists it."""

from datetime import datetime

from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Table
from analytics.models import ActionItem
from quality.policy import name_of

TITLE = "Action items"
COLUMNS = ("What", "Who", "Due", "State")


def action_items(asked: Asked) -> Table | None:
    """Those added to this report, and those still open from earlier ones of its kind; None without any."""
    rows = (
        ActionItem.objects.in_report(asked.period.kind, asked.period.first, asked.window.start)
        .of_teams(asked.teams)
        .select_related("owner")
    )
    lines = [
        (row.text, name_of(row.owner), f"{row.due:%b %-d}" if row.due else "", _state(row, asked.now))
        for row in rows
    ]
    return Table.of(TITLE, COLUMNS, lines) if lines else None


def _state(item: ActionItem, now: datetime) -> str:
    if item.done_at is not None:
        return "Done"
    return "Overdue" if item.due and item.due < now.date() else "Open"
