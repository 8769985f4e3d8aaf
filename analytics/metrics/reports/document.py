"""A report as data: everything it says, worked out and worded. It is stored as JSON and opens again as it was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Figure:
    """``key`` is the metric's; ``versus`` says how it compares (``vs 21 yesterday, +9.5%``).

    ``tone`` is good, bad or even and ``verdict`` says the same in a word; ``met`` is None without a target.
    """

    key: str
    label: str
    text: str
    unit: str
    value: float | None
    n: int
    missing: int = 0
    before: float | None = None
    versus: str = ""
    arrow: str = ""
    tone: str = "even"
    verdict: str = ""
    target: str = ""
    met: bool | None = None
    note: str = ""
    definition: str = ""

    @property
    def line(self) -> str:
        """``23 (vs 21 yesterday, +9.5%; target: < 5 min)``, as it is read aloud."""
        aim = f"target: {self.target}" if self.target else ""
        besides = "; ".join(part for part in (self.versus, aim, self.note) if part)
        return f"{self.text} ({besides})" if besides else self.text


@dataclass(frozen=True)
class Cell:
    """``value`` is the number, where it is one."""

    text: str
    value: float | None = None

    @classmethod
    def of(cls, said: "str | Cell") -> "Cell":
        return said if isinstance(said, Cell) else cls(said)


@dataclass(frozen=True)
class Table:
    """The first cell of each row names it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, title: str, columns: tuple[str, ...], rows: Any) -> Self:
        return cls(title, columns, tuple(tuple(map(Cell.of, row)) for row in rows))


@dataclass(frozen=True)
class Series:
    """One line or group of bars; None is a gap."""

    label: str
    color: str
    data: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """As charts.js draws it: ``type`` is line or bar; each has a table in its section that says the same."""

    key: str
    title: str
    type: str
    labels: tuple[str, ...]
    x: str
    y: str
    datasets: tuple[Series, ...]
    horizontal: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the report. Empty parts are left out by whoever shows it."""

    key: str
    title: str
    figures: tuple[Figure, ...] = ()
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.figures or self.sentences or self.tables)


@dataclass(frozen=True)
class Document:
    """``start`` and ``end`` are ISO moments of a half-open window in ``time_zone``; ``scope``: of which teams."""

    kind: str
    title: str
    period: str
    compared: str
    start: str
    end: str
    time_zone: str
    scope: str
    made_at: str
    is_running: bool
    sections: tuple[Section, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave, also after it was stored."""
        return cls(**{**data, "sections": tuple(map(_section, data["sections"]))})

    @property
    def charts(self) -> dict[str, Any]:
        return {chart.key: asdict(chart) for section in self.sections for chart in section.charts}


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        **{
            **data,
            "figures": tuple(Figure(**one) for one in data["figures"]),
            "sentences": tuple(data["sentences"]),
            "tables": tuple(map(_table, data["tables"])),
            "charts": tuple(map(_chart, data["charts"])),
        }
    )


def _table(data: Mapping[str, Any]) -> Table:
    rows = tuple(tuple(Cell(**cell) for cell in row) for row in data["rows"])
    return Table(data["title"], tuple(data["columns"]), rows)


def _chart(data: Mapping[str, Any]) -> Chart:
    datasets = tuple(Series(one["label"], one["color"], tuple(one["data"])) for one in data["datasets"])
    return Chart(**{**data, "labels": tuple(data["labels"]), "datasets": datasets})
