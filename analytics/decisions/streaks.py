"""The longest row of good ones."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")


def longest_streak(rows: Iterable[T], is_good: Callable[[T], bool]) -> Sequence[T]:
    """Those of the longest run of good ones, in their order; of equal ones the first; empty without any."""
    runs = [list(run) for good, run in groupby(rows, is_good) if good]
    return max(runs, key=len, default=[])
