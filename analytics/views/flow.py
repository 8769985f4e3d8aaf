"""Which way the conversations of a window went: by the AI alone, or through the tiers of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.figures import Figure, figure, rows_link
from analytics.metrics.breakdown import breakdown
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.flow import AGAIN, CAUSES, PEOPLE, PLACES, START, Link, links
from analytics.metrics.registry import METRICS, Measured, measure
from analytics.metrics.targets import targets_for
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from analytics.sankey import BAR, Band, Drawing, Node, draw
from analytics.views.page import Asked, figures_page
from helpninja.common.snapshots import snapshot

FIGURES = ("conversations", "escalated_conversations", "escalation_rate")
# Where each place stands; from top to bottom in this order.
COLUMNS = {
    START: 0,
    **dict.fromkeys(("ai", PEOPLE), 1),
    "specialist": 2,
    "management": 3,
    **dict.fromkeys(("ai_resolved", "ai_returned", "ai_open"), 4),
    **dict.fromkeys(("resolved", "cancelled", "open", "unknown", AGAIN), 4),
    **dict.fromkeys(CAUSES, 5),
}
TONES = {
    **dict.fromkeys(("ai", "ai_resolved", "ai_returned"), "ai"),
    **dict.fromkeys((AGAIN, "cancelled", *CAUSES), "again"),
    **dict.fromkeys(("open", "ai_open", "unknown"), "open"),
}


@dataclass(frozen=True)
class Step:
    """A link worded: between which places, how many, which share of those that left the first, and its rows."""

    source: str
    target: str
    count: str
    share: str
    link: str

    @property
    def text(self) -> str:
        return f"{self.source} to {self.target}: {self.count} conversations, {self.share}"


@dataclass(frozen=True)
class Shown:
    """A drawing with its words: ``nodes`` with their label, ``bands`` with their step."""

    key: str
    title: str
    drawing: Drawing
    nodes: list[tuple[Node, str, str]]
    bands: list[tuple[Band, Step, str]]
    steps: list[Step]


@figures_page("analytics/flow.html", "Escalation flow")
def flow(asked: Asked) -> dict[str, Any]:
    """Routes and figures of one moment; with the targets at most three queries, where rollups don't answer."""
    with snapshot():
        found = breakdown(("conversations",), ("route",), replace(asked.frame, comparison=None))
        measured = measure((METRICS[key] for key in FIGURES), asked.frame)
    counts = {group.labels[0].code: group.measured["conversations"].now.n for group in found.groups}
    parts = ((START, "all", "All conversations"), (PEOPLE, "people", "Those that came to people"))
    flows = ((key, title, links(counts, beginning)) for beginning, key, title in parts)
    return {
        "figures": _figures(measured, asked) if counts else [],
        "flows": [_shown(key, title, steps, asked) for key, title, steps in flows if steps],
        "dimension": DIMENSIONS["route"],
        "metric": METRICS["conversations"],
        "bar": BAR,
    }


def _figures(measured: Mapping[str, Measured], asked: Asked) -> list[Figure]:
    """One person's conversations were all escalated: that is how they came to that person."""
    aims = targets_for(FIGURES, asked.frame)
    shown = ("conversations",) if asked.sight.is_own else FIGURES
    return [figure(measured[key], asked.query, aim=aims.get(key)) for key in shown]


def _shown(key: str, title: str, steps: Sequence[Link], asked: Asked) -> Shown:
    drawing = draw(steps, COLUMNS)
    worded = {link: _step(link, asked) for link in steps}
    return Shown(
        key,
        title,
        drawing,
        [(node, PLACES[node.place], _tone(node.place)) for node in drawing.nodes],
        [(band, worded[band.link], _tone(band.link.target)) for band in drawing.bands],
        [worded[link] for link in sorted(steps, key=_in_order)],
    )


def _tone(place: str) -> str:
    return TONES.get(place, "people")


def _in_order(link: Link) -> tuple[int, int]:
    places = list(COLUMNS)
    return places.index(link.source), places.index(link.target)


def _step(link: Link, asked: Asked) -> Step:
    return Step(
        PLACES[link.source],
        PLACES[link.target],
        f"{link.count:,}",
        value_text(link.share, Unit.RATE),
        rows_link(METRICS["conversations"], asked.query, {"route": link.code}),
    )
