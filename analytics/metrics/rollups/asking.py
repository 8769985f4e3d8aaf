"""What of a question rollups can answer: one value of one dimension, split by what they keep apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models.functions import ExtractHour

from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame, Part
from analytics.metrics.rollups.facts import PAIRS, TOTAL, text_of
from analytics.metrics.rollups.segments import Segment, is_time, segments
from analytics.metrics.rollups.shape import Block, blocks
from analytics.metrics.sources import Source

DIMENSION_OF = {
    "teams": "team",
    "plans": "plan",
    "topics": "topic",
    "regions": "region",
    "channels": "channel",
    "reasons": "reason",
    "priorities": "priority",
    "agent": "agent",
}


@dataclass
class Asked:
    """``value`` None asks for all values of the dimension."""

    block: Block
    parts: Sequence[Part]
    dimension: str
    value: str | None
    segments: tuple[Segment, ...] = ()
    split_as: str = ""
    reason_as: str = ""
    hour_as: str = ""
    labels: list[str] = field(default_factory=list)


def narrowed(filters: Filters) -> tuple[str, str] | None:
    """The dimension that is narrowed, or the two that make a pair, to one value; None where that is more."""
    found = {}
    for one in fields(filters):
        value = getattr(filters, one.name)
        if value is None or value == ():
            continue
        values = (value,) if isinstance(value, int) else tuple(value)
        if one.name not in DIMENSION_OF or len(values) != 1:
            return None
        found[DIMENSION_OF[one.name]] = str(values[0])
    if len(found) < 2:
        return next(iter(found.items()), (TOTAL, ""))
    return next(
        ((name, text_of((found[a], found[b]))) for name, (a, b) in PAIRS.items() if found.keys() == {a, b}), None
    )


def asked(source: Source, parts: Sequence[Part], dims: Mapping[str, Any], frame: Frame) -> Asked | None:
    """None where only the rows themselves can tell."""
    block, narrow = blocks().get(source.key), narrowed(frame.filters)
    if block is None or narrow is None or not block.number_of.keys() >= set(parts):
        return None
    if narrow[0] not in block.facts.dimensions:
        return None
    found = Asked(block, parts, *narrow)
    times: dict[str, Any] = {}
    for name, expression in dims.items():
        if is_time(expression, source.clock):
            times[name] = expression
        elif not _takes(found, name, block.facts.dimension_of(expression)):
            return None
    hours = [name for name, expression in times.items() if isinstance(expression, ExtractHour)]
    if len(hours) > 1:
        return None
    found.hour_as = hours[0] if hours else ""
    found.labels = [name for name in times if name not in hours]
    found.segments = segments(frame, {name: times[name] for name in found.labels}, by_hour=bool(hours)) or ()
    return found if found.segments else None


def _takes(found: Asked, name: str, dimension: str | None) -> bool:
    if dimension == "reason" and found.block.facts.by_reason and not found.reason_as:
        found.reason_as = name
        return True
    if dimension is None or found.split_as or found.dimension not in (TOTAL, dimension):
        return False
    found.split_as = name
    if found.dimension == TOTAL:
        found.dimension, found.value = dimension, None
    return True
