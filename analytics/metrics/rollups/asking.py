"""What of a question rollups can answer: values of one dimension, split by what they keep apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models.functions import ExtractHour

from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame, Part
from analytics.metrics.rollups.facts import MIX, MIXED, TOTAL, mix_of
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

# So many values of a filter at most.
MANY = 100


@dataclass(frozen=True)
class Pick:
    """Values of a dimension: all, or those ``wanted`` of each of some dimensions; told apart ``by`` one."""

    dimension: str = TOTAL
    wanted: tuple[tuple[str, tuple[str, ...]], ...] = ()
    by: str = ""

    def group(self, value: str) -> str | None:
        """What it is told apart as, nothing being the empty text; None where it is not wanted."""
        of = mix_of(value) if self.dimension == MIX else {self.dimension: value}
        if any(of[name] not in values for name, values in self.wanted):
            return None
        return of[self.by] if self.by else ""


@dataclass(frozen=True)
class Asked:
    """A question that rollups can answer. By ``split_as`` and the like it calls what its numbers are split by."""

    block: Block
    parts: Sequence[Part]
    pick: Pick
    segments: tuple[Segment, ...]
    split_as: str
    reason_as: str
    hour_as: str
    labels: Sequence[str]


def narrowed(filters: Filters) -> dict[str, tuple[str, ...]] | None:
    """By dimension the values that are let through; None where a filter is of none."""
    found: dict[str, tuple[str, ...]] = {}
    for one in fields(filters):
        value = getattr(filters, one.name)
        if value is None or value == ():
            continue
        if one.name not in DIMENSION_OF:
            return None
        values = (value,) if isinstance(value, int) else value
        found[DIMENSION_OF[one.name]] = tuple(sorted(map(str, values)))
    return found


def asked(source: Source, parts: Sequence[Part], dims: Mapping[str, Any], frame: Frame) -> Asked | None:
    """None where only the rows themselves can tell."""
    block, narrow = blocks().get(source.key), narrowed(frame.filters)
    if block is None or narrow is None or not block.number_of.keys() >= set(parts):
        return None
    times: dict[str, Any] = {}
    split_as = reason_as = by = ""
    for name, expression in dims.items():
        dimension = block.facts.dimension_of(expression)
        if is_time(expression, source.clock):
            times[name] = expression
        elif dimension == "reason" and block.facts.by_reason and not reason_as:
            reason_as = name
        elif dimension is None or by:
            return None
        else:
            split_as, by = name, dimension
    pick = _pick(narrow, by, block)
    hours = [name for name, expression in times.items() if isinstance(expression, ExtractHour)]
    if pick is None or len(hours) > 1:
        return None
    labels = [name for name in times if name not in hours]
    cut = segments(frame, {name: times[name] for name in labels}, by_hour=bool(hours))
    return Asked(block, parts, pick, cut, split_as, reason_as, "".join(hours), labels) if cut else None


def _pick(narrow: Mapping[str, tuple[str, ...]], by: str, block: Block) -> Pick | None:
    """None where no dimension tells it, and where rows of several values would count for each of those wanted."""
    names = {*narrow, *((by,) if by else ())}
    dimension = MIX if len(names) > 1 else next(iter(names), TOTAL)
    if dimension not in block.facts.dimensions or (dimension == MIX and not names <= {*MIXED}):
        return None
    most = 1 if {*MIXED} & {*block.facts.also} else MANY
    if not all(0 < len(values) <= most for values in narrow.values()):
        return None
    return Pick(dimension, tuple(sorted(narrow.items())), by)
