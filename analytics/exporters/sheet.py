"""A report as rows: one for each figure, each cell of a table, each sentence."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from analytics.metrics.reports.document import Document, Section
from helpninja.common.spreadsheets import escape_cell

HEADER = ("Section", "Item", "Figure", "Value", "Unit", "n", "Missing", "Before", "Text")
# So that spreadsheet programs know it as UTF-8.
BYTE_ORDER_MARK = "\ufeff"

Row = tuple[Any, ...]


def rows_of(document: Document) -> Iterator[Row]:
    """Numbers as they are, and in the last column as they are read; what begins like a formula is escaped."""
    yield HEADER
    for row in (*_head(document), *(row for section in document.sections for row in _rows(section))):
        yield tuple(map(escape_cell, row))


def csv_file(document: Document) -> bytes:
    """In UTF-8 with a byte order mark, without which spreadsheets guess another encoding."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    csv.writer(out).writerows(rows_of(document))
    return out.getvalue().encode()


def _head(document: Document) -> Iterator[Row]:
    said = {
        "Title": document.title,
        "From": document.start,
        "To (not included)": document.end,
        "Time zone": document.time_zone,
        "Compared with": document.compared,
        "Teams": document.scope,
        "Made at": document.made_at,
    }
    for item, text in said.items():
        yield _row("Report", item, "", text=text)


def _rows(section: Section) -> Iterator[Row]:
    for figure in section.figures:
        numbers = (figure.value, figure.unit, figure.n, figure.missing, figure.before)
        yield (section.title, figure.label, figure.key, *numbers, figure.line)
    for sentence in section.sentences:
        yield _row(section.title, "", "", text=sentence)
    for table in section.tables:
        for name, *cells in table.rows:
            for column, cell in zip(table.columns[1:], cells, strict=True):
                yield _row(section.title, name.text, column, cell.value, cell.text)
    if section.note:
        yield _row(section.title, "", "", text=section.note)


def _row(section: str, item: str, figure: str, value: float | None = None, text: str = "") -> Row:
    return (section, item, figure, value, "", None, None, None, text)
