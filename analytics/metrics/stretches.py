"""In which of many stretches of time a moment lies, as an expression that both databases work out alike."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, IntegerField, Value, When

# From when on a number holds, the earliest first; the first holds before it too.
Edge = tuple[datetime, int]


def number_at(field: str, edges: Sequence[Edge]) -> Case | Value:
    """Found by halving: a thousand edges cost a row ten comparisons."""
    if len(edges) == 1:
        return Value(edges[0][1], output_field=IntegerField())
    middle = len(edges) // 2
    earlier = When(**{f"{field}__lt": edges[middle][0]}, then=number_at(field, edges[:middle]))
    return Case(earlier, default=number_at(field, edges[middle:]), output_field=IntegerField())
