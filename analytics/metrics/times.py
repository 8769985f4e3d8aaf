"""Stretches of time as expressions that a query can group by, and as the moments at which they begin."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, Value, When


class Since(Case):
    """The number, counted from 0, of the latest of the ``starts`` that the moment is not before."""

    def __init__(self, clock: str, starts: Sequence[datetime]) -> None:
        self.clock, self.starts = clock, starts
        latest_first = reversed(list(enumerate(starts)))
        super().__init__(
            *(When(**{f"{clock}__gte": start, "then": Value(number)}) for number, start in latest_first),
            output_field=IntegerField(),
        )
