"""Tables as CSV, XLSX and NDJSON: the same cells, none that a spreadsheet would run, in pieces."""

import csv
import io
import json
from datetime import datetime

import pytest
from django.test import RequestFactory
from openpyxl import load_workbook

from analytics.enums import TableFormat
from analytics.exporters import streamed_workbook
from analytics.exporters.tables import Cell, Head, Table, as_download, pieces

HEADS = [Head("subject", "Subject"), Head("opened", "Opened", is_moment=True), Head("csat", "=Rating")]
ROWS: list[list[Cell]] = [
    ["Plain & <simple>, “quoted”", "2026-03-10T08:00:00-04:00", 4],
    ["", None, 0.5],
    [" two\nlines \U0001f600", None, -3],
]


def table(rows=ROWS, **fields) -> Table:
    return Table("escalations", HEADS, rows, "America/New_York", **fields)


def content(table_format: TableFormat, of: Table) -> bytes:
    return b"".join(pieces(of, table_format))


def csv_rows(of: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(TableFormat.CSV, of).decode(), newline="")))


def sheets(of: Table) -> dict[str, list[list[Cell]]]:
    book = load_workbook(io.BytesIO(content(TableFormat.XLSX, of)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


def test_titles_say_the_zone_of_their_moments_and_what_else_is_noted():
    titles = ["Subject", "Opened (America/New_York)", "'=Rating", "Mar 10, 2026"]

    assert csv_rows(table(note="Mar 10, 2026"))[0] == titles
    assert sheets(table(note="Mar 10, 2026"))["escalations"][0] == titles


def test_csv_has_every_cell():
    assert csv_rows(table())[1:] == [["" if cell is None else str(cell) for cell in row] for row in ROWS]


def test_a_workbook_has_numbers_dates_and_empty_cells_in_their_places():
    assert sheets(table())["escalations"][1:] == [
        ["Plain & <simple>, “quoted”", datetime(2026, 3, 10, 8), 4],  # noqa: DTZ001  # its zone is in the title
        [None, None, 0.5],
        [" two\nlines \U0001f600", None, -3],
    ]


def test_ndjson_says_the_zone_on_each_line_and_leaves_texts_as_they_are():
    lines = content(TableFormat.NDJSON, table([*ROWS, ["=cmd()", None, None]])).decode().splitlines()

    keys = ("subject", "opened", "csat", "time_zone")
    assert [json.loads(line) for line in lines] == [
        dict(zip(keys, [*row, "America/New_York"], strict=True)) for row in [*ROWS, ["=cmd()", None, None]]
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    risky = table([[f"{start}cmd()", None, -1]])

    assert csv_rows(risky)[1] == [f"'{start}cmd()", "", "-1"]
    written = sheets(risky)["escalations"][1]
    assert (written[0][:1], written[2]) == ("'", -1)


def test_a_workbook_leaves_out_what_it_can_not_hold():
    assert sheets(table([["a\x00\x1fb\ud800c", None, None]]))["escalations"][1][0] == "abc"
    assert len(sheets(table([["x" * 40_000, None, None]]))["escalations"][1][0]) == 32_767


@pytest.mark.parametrize(("rows", "lengths"), [(0, [1]), (3, [4]), (4, [4, 2]), (7, [4, 4, 2])])
def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch, rows, lengths):
    monkeypatch.setattr(streamed_workbook, "MOST_ROWS", 4)

    found = sheets(table([[f"row {n}", None, n] for n in range(rows)]))

    assert list(found) == ["escalations", "escalations 2", "escalations 3"][: len(lengths)]
    assert [len(of) for of in found.values()] == lengths
    assert [row[2] for of in found.values() for row in of[1:]] == list(range(rows))


def test_sheets_end_before_they_need_the_extended_zip_format(monkeypatch):
    monkeypatch.setattr(streamed_workbook, "MOST_BYTES", 1500)

    found = sheets(table([["x" * 300, None, n] for n in range(6)]))

    assert len(found) > 1
    assert [row[2] for of in found.values() for row in of[1:]] == list(range(6))


@pytest.mark.parametrize("table_format", TableFormat)
def test_pieces_come_before_the_last_row_is_read(table_format):
    read = []

    def rows():
        for n in range(30_000):
            read.append(n)
            yield [f"{n * 7919 % 30_011} {n}", None, n]

    sent = pieces(table(rows()), table_format)
    next(sent)

    assert len(read) < 30_000
    assert sum(len(piece) for piece in sent) > 0
    assert len(read) == 30_000


def test_files_are_named_for_what_they_hold():
    response = as_download(RequestFactory().get("/"), table(), TableFormat.NDJSON)

    assert response.headers["Content-Disposition"] == 'attachment; filename="escalations.ndjson"'
    assert response.headers["Content-Type"] == "application/x-ndjson"
