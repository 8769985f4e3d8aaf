"""Tables of any length as files, piece by piece."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.http import StreamingHttpResponse

from analytics.enums import TableFormat
from analytics.exporters.streamed_workbook import xlsx_pieces
from helpninja.common.spreadsheets import escape_cell
from helpninja.common.streaming import download

TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TableFormat.NDJSON: "application/x-ndjson",
}

LINES = 200

Cell = str | int | float | None


@dataclass(frozen=True)
class Head:
    """``key`` names the column for programs, ``title`` for people. Moments are written in ISO 8601 with offset."""

    key: str
    title: str
    is_moment: bool = False


@dataclass(frozen=True)
class Table:
    """``name`` is the file's, without its ending; ``zone`` the one in which its times are told.

    A ``note`` on the whole stands behind the titles.
    """

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]
    zone: str
    note: str = ""

    @property
    def titles(self) -> list[str]:
        titles = [f"{head.title} ({self.zone})" if head.is_moment else head.title for head in self.heads]
        return [*titles, self.note] if self.note else titles


def pieces(table: Table, table_format: TableFormat) -> Iterator[bytes]:
    """In CSV and XLSX no cell can be run as a formula."""
    match table_format:
        case TableFormat.CSV:
            return _together(_csv_lines(table))
        case TableFormat.NDJSON:
            return _together(_ndjson_lines(table))
        case TableFormat.XLSX:
            moments = [at for at, head in enumerate(table.heads) if head.is_moment]
            return xlsx_pieces(table.name, _escaped(table.titles), map(_escaped, table.rows), moments)
    raise ValueError(table_format)


def as_download(request: Any, table: Table, table_format: TableFormat) -> StreamingHttpResponse:
    """Streamed row by row, however long the table is."""
    name = f"{table.name}.{table_format.value}"
    return download(request, pieces(table, table_format), name=name, content_type=TYPES[table_format])


class _Echo:
    """What csv writes to: it gives the line back."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(table: Table) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for row in chain([table.titles], table.rows):
        yield writer.writerow(_escaped(row))


def _ndjson_lines(table: Table) -> Iterator[str]:
    """Each line says the zone, so that it can be read without the others."""
    keys = [head.key for head in table.heads]
    for row in table.rows:
        line = {**dict(zip(keys, row, strict=True)), "time_zone": table.zone}
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _together(lines: Iterator[str]) -> Iterator[bytes]:
    """To send each line by itself would cost more than to write it."""
    while some := list(islice(lines, LINES)):
        yield "".join(some).encode()


def _escaped(row: Sequence[Cell]) -> list[Cell]:
    return [escape_cell(cell) for cell in row]
