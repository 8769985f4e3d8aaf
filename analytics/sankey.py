"""Where the places and bands of a flow are drawn. Lengths are in units of the drawing; nothing here is HTML.

Bands are as high as their counts, on one scale for the whole drawing, but never thinner than can be seen. Places
stand in columns, each near the middle of what flows into it, and have room for their two lines of text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.metrics.flow import Link

COLUMN, BAR = 190.0, 14.0
GAP, ROOM = 14.0, 34.0
TALLEST, THINNEST = 300.0, 1.5
# Above and below everything.
MARGIN = 8.0
# Room for the text right of the last column's bars.
TEXT = 190.0


@dataclass
class Node:
    """``height`` is the bar's; ``room`` what it takes with its text."""

    place: str
    column: int
    count: int
    height: float
    y: float = 0.0

    @property
    def x(self) -> float:
        return self.column * COLUMN

    @property
    def room(self) -> float:
        return max(self.height, ROOM)

    @property
    def text_x(self) -> float:
        return self.x + BAR + 6

    @property
    def text_y(self) -> float:
        """Of the first line's foot: two lines in the middle of a high bar, else from its top on."""
        return self.y + max(12.0, self.height / 2 - 3)


@dataclass(frozen=True)
class Band:
    """``path`` is an SVG path through the middle of the band, drawn with a stroke of ``width``."""

    link: Link
    path: str
    width: float


@dataclass(frozen=True)
class Drawing:
    """In pixels, its text included."""

    nodes: Sequence[Node]
    bands: Sequence[Band]
    width: float
    height: float


def draw(links: Sequence[Link], columns: Mapping[str, int]) -> Drawing:
    """``columns`` says in which column each place stands; the order of its names is that from top to bottom."""
    nodes = _nodes(links, columns)
    scale = TALLEST / max(node.count for node in nodes.values())
    for node in nodes.values():
        node.height = max(node.count * scale, THINNEST)
    _place(nodes, links, scale)
    bands = _bands(nodes, links, scale)
    return Drawing(
        list(nodes.values()),
        bands,
        width=max(node.x for node in nodes.values()) + BAR + TEXT,
        height=max(node.y + node.room for node in nodes.values()) + MARGIN,
    )


def _nodes(links: Sequence[Link], columns: Mapping[str, int]) -> dict[str, Node]:
    """Those that something flows through, as far left as ``columns`` leaves empty before them."""
    count = {
        place: max(
            sum(link.count for link in links if link.source == place),
            sum(link.count for link in links if link.target == place),
        )
        for place in columns
    }
    used = sorted({column for place, column in columns.items() if count[place]})
    return {
        place: Node(place, used.index(column), count[place], 0.0)
        for place, column in columns.items()
        if count[place]
    }


def _place(nodes: Mapping[str, Node], links: Sequence[Link], scale: float) -> None:
    """Column by column, below the bands that pass it by: near what flows in, and no lower than there is need."""
    lowest = TALLEST
    for number in sorted({node.column for node in nodes.values()}):
        column = [node for node in nodes.values() if node.column == number]
        passing = [link for link in links if nodes[link.source].column < number < nodes[link.target].column]
        top = free = sum(link.count for link in passing) * scale + (GAP if passing else 0.0)
        for node in column:
            node.y = max(top, _middle(node, nodes, links) - node.height / 2)
            top = node.y + node.room + GAP
        bottom = max(lowest, free + sum(node.room + GAP for node in column) - GAP)
        for node in reversed(column):
            node.y = min(node.y, bottom - node.room)
            bottom = node.y - GAP
        lowest = max(lowest, column[-1].y + column[-1].room)


def _middle(node: Node, nodes: Mapping[str, Node], links: Sequence[Link]) -> float:
    """Of the places that flow into it, weighted by how much does."""
    into = [link for link in links if link.target == node.place]
    total = sum(link.count for link in into)
    if not total:
        return 0.0
    return sum((nodes[link.source].y + nodes[link.source].height / 2) * link.count for link in into) / total


def _bands(nodes: Mapping[str, Node], links: Sequence[Link], scale: float) -> list[Band]:
    """At each bar in the order of the other ends, so that they cross as little as they can."""
    left = dict.fromkeys(nodes, 0.0)
    starts: dict[Link, float] = {}
    for link in sorted(links, key=lambda link: nodes[link.target].y):
        starts[link] = nodes[link.source].y + left[link.source] + link.count * scale / 2
        left[link.source] += link.count * scale
    arrived = dict.fromkeys(nodes, 0.0)
    ends: dict[Link, float] = {}
    for link in sorted(links, key=lambda link: nodes[link.source].y):
        ends[link] = nodes[link.target].y + arrived[link.target] + link.count * scale / 2
        arrived[link.target] += link.count * scale
    return [
        Band(link, _path(nodes[link.source], starts[link], nodes[link.target], ends[link]),
             max(link.count * scale, THINNEST))
        for link in links
    ]  # fmt: skip


def _path(source: Node, start: float, target: Node, end: float) -> str:
    x1, x2 = source.x + BAR, target.x
    middle = (x1 + x2) / 2
    return f"M{x1:.1f},{start:.1f} C{middle:.1f},{start:.1f} {middle:.1f},{end:.1f} {x2:.1f},{end:.1f}"
