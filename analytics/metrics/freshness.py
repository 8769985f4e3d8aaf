"""How far the rollups are. Figures are of the moment in which they are asked all the same: what is not folded in
yet is counted from the rows themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery

from analytics.metrics.rollups.shape import revision
from analytics.models import Mark, RollupState
from helpninja.common.together import Together


@dataclass(frozen=True)
class Freshness:
    """``behind_since``: when the oldest change was made that is not folded in; None where all are.

    ``folded_at``: when changes were folded in for the last time; None where they never were.
    """

    is_built: bool
    behind_since: datetime | None
    folded_at: datetime | None


def freshness(together: Together) -> Callable[[], Freshness]:
    """Gives it once it is called; asked with all else that is collected."""
    oldest = Subquery(Mark.objects.order_by("pk").values("marked_at")[:1])
    state = RollupState.objects.filter(pk=1).values_list("revision", oldest, "folded_at")
    found = together.put(state, lambda row: Freshness(row[0] == revision(), *row[1:]))
    return lambda: found[0] if found else Freshness(False, None, None)
