"""A report as a workbook: all of it on the first sheet, and each table on one of its own."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from analytics.exporters.sheet import rows_of
from analytics.exporters.streamed_workbook import sheet_name
from analytics.metrics.reports.document import Document, Table
from helpninja.common.spreadsheets import escape_cell

WIDEST = 60


def xlsx_file(document: Document) -> bytes:
    """The report on the first sheet, and each of its tables on one of its own."""
    book = Workbook()
    _fill(book.active, "Report", list(rows_of(document)))
    for section in document.sections:
        for table in section.tables:
            _fill(book.create_sheet(), f"{section.title}, {table.title.lower()}", _grid(table))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _grid(table: Table) -> list[tuple[Any, ...]]:
    """Numbers where there are some: their text says how they are read."""
    rows = [tuple(cell.text if cell.value is None else cell.value for cell in row) for row in table.rows]
    return [table.columns, *(tuple(map(escape_cell, row)) for row in rows)]


def _fill(sheet: Any, name: str, rows: list[tuple[Any, ...]]) -> None:
    sheet.title = sheet_name(name)
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(zip(*rows, strict=True), start=1):
        longest = max(len(str(value)) for value in column if value is not None)
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 2, WIDEST)
