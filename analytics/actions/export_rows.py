"""The rows of an export: its fields as on the page, then its share of every metric; and how they are kept."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import cached_property
from typing import Any

from analytics.enums import ExportSubject
from analytics.exporters.tables import Cell
from analytics.listing import Listing, listed
from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from analytics.metrics.shares import OF_A_CONVERSATION, OF_AN_ESCALATION, Shares
from analytics.models import Export
from analytics.policy import exports_of, reads_work
from helpninja.common.actors import Actor
from helpninja.common.snapshots import snapshot
from helpninja.common.values import Number

SUBJECTS = {ExportSubject.ESCALATIONS: OF_AN_ESCALATION, ExportSubject.CONVERSATIONS: OF_A_CONVERSATION}
# How the row of what belongs to no other begins, as a group of such does in addresses.
NOBODYS = "none"


class Rows:
    """``actor`` is whose they are: where they may not read the work, private fields are left out."""

    def __init__(self, export: Export, actor: Actor) -> None:
        sight = exports_of(actor)
        assert sight is not None
        self._frame, subject = frame_of(export), SUBJECTS[ExportSubject(export.subject)]
        self._shares = Shares(subject, self._frame)
        self._listing: Listing = listed(subject.model._default_manager.all(), reads_work=reads_work(actor, sight))

    @cached_property
    def columns(self) -> list[list[Any]]:
        """Key, title, whether of moments."""
        fields = [[head.key, head.title, head.is_moment] for head in self._listing.heads]
        return [*fields, *([key, title, False] for key, title in self._shares.columns)]

    def ids(self) -> list[int]:
        return self._shares.ids()

    def page(self, ids: Sequence[int]) -> list[list[Cell]]:
        """From the first to the last of them. As many queries as there are sources, and one."""
        with snapshot():
            shares = self._shares.between(ids[0], ids[-1])
            objects = self._listing.rows.in_bulk(list(shares))
        return [
            [*self._listing.values(objects[pk], self._frame), *map(_plain, shares[pk])] for pk in sorted(objects)
        ]

    def of_none(self) -> list[Cell] | None:
        """What belongs to no such row; None where there is nothing."""
        cells = self._shares.of_none()
        if cells is None:
            return None
        return [NOBODYS, *(None,) * (len(self._listing.heads) - 1), *map(_plain, cells)]


def frame_of(export: Export) -> Frame:
    """What was asked for: its window and filters, as of the moment of the request, compared with nothing."""
    kept = export.filters
    filters = Filters(
        teams=None if kept["teams"] is None else frozenset(kept["teams"]),
        plans=tuple(kept["plans"]),
        topics=tuple(kept["topics"]),
        regions=tuple(kept["regions"]),
        channels=tuple(kept["channels"]),
        agent=kept["agent"],
    )
    return Frame(export.window, filters, export.requested_at, comparison=None)


def kept_filters(filters: Filters) -> dict[str, Any]:
    """As JSON can hold them; ``frame_of`` reads them again."""
    return {**asdict(filters), "teams": None if filters.teams is None else sorted(filters.teams)}


def packed(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Lines of JSON, one for each row, compressed by zlib."""
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return zlib.compress("\n".join(lines).encode())


def rows_of(export: Export) -> Iterator[list[Cell]]:
    """A part at a time, so that no query stays open while a reader is slow."""
    for number in range(export.parts.count()):
        content = export.parts.values_list("content", flat=True).get(number=number)
        yield from map(json.loads, zlib.decompress(content).splitlines())


def _plain(number: Number | None) -> Cell:
    return float(number) if isinstance(number, Decimal) else number
