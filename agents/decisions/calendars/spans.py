"""Sets of half-open spans: of whole seconds, or of moments."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

DAY = 86_400

# From and to: of the wall clock since midnight (beyond DAY it is the next day's), or since the epoch.
Span = tuple[int, int]
Point = TypeVar("Point", int, datetime)


def union(spans: Iterable[tuple[Point, Point]]) -> tuple[tuple[Point, Point], ...]:
    """In order and disjoint; spans that touch are one, and one that ends before it begins is none."""
    merged: list[tuple[Point, Point]] = []
    last: Point | None = None
    for start, end in sorted(spans):
        if end <= start:
            continue
        if last is None or start > last:
            merged.append((start, end))
            last = end
        elif end > last:
            merged[-1] = (merged[-1][0], end)
            last = end
    return tuple(merged)


def without(
    spans: Iterable[tuple[Point, Point]], cuts: Iterable[tuple[Point, Point]]
) -> tuple[tuple[Point, Point], ...]:
    """What the cuts leave of the spans."""
    left = list(spans)
    for cut_start, cut_end in cuts:
        parts = [((start, min(end, cut_start)), (max(start, cut_end), end)) for start, end in left]
        left = [part for pair in parts for part in pair if part[0] < part[1]]
    return tuple(left)


def of_day(spans: Iterable[Span], days_later: int = 0) -> list[Span]:
    """What lies within one day, so many days after that from whose midnight the spans count."""
    moved = ((start - days_later * DAY, end - days_later * DAY) for start, end in spans)
    return [(max(0, start), min(DAY, end)) for start, end in moved if end > 0 and start < DAY]
