"""What is asked, and the smallest things that are counted for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Aggregate

from analytics.metrics.filters import Filters
from analytics.metrics.sources import Source
from helpninja.common.together import Together
from helpninja.common.windows import Comparison, Window

NOW, BEFORE = 1, 0


@dataclass(frozen=True)
class Frame:
    """What is asked of what the filters let through: a window and, given a ``comparison``, one before it.

    The comparison says which one that is, or is it.

    ``together`` collects the queries; what is made from the frame by ``replace`` asks with it.
    """

    window: Window
    filters: Filters
    now: datetime
    comparison: Comparison | Window | None = Comparison.PREVIOUS
    together: Together = field(default_factory=Together, compare=False, repr=False)

    @cached_property
    def before(self) -> Window | None:
        if isinstance(self.comparison, Comparison):
            return self.window.before(self.comparison)
        return self.comparison

    @cached_property
    def span(self) -> Window:
        """Both windows, and what lies between them."""
        return Window(self.before.start, self.window.end, self.window.zone) if self.before else self.window

    @property
    def periods(self) -> tuple[int, ...]:
        return (NOW, BEFORE) if self.before else (NOW,)


@dataclass(frozen=True)
class Part:
    """A count or sum over one source. Parts add up over groups, so one grouped query gives totals too.

    ``fold`` makes one number of the groups' numbers: their sum, unless the part is something else, as a maximum.
    """

    source: Source
    aggregate: Aggregate
    fold: Callable[[Iterable[Any]], Any] = sum

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Parts are looked up all the time, and hashing an expression takes its time."""
        return hash((self.source, self.aggregate, self.fold))


Splits = Mapping[Source, Mapping[str, Any]]
