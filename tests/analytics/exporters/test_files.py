"""The same document as page, rows, workbook and PDF: each says the same."""

import csv
import io
from dataclasses import replace

import pypdfium2
import pytest
from openpyxl import load_workbook

from analytics.enums import ReportFormat
from analytics.exporters import file_of
from analytics.metrics.reports.document import Cell, Chart, Document, Figure, Section, Series, Table

FIGURE = Figure(
    key="escalations",
    label="Escalations",
    text="23",
    unit="count",
    value=23.0,
    n=23,
    before=21.0,
    versus="vs 21 yesterday, +9.5%",
    target="at most 30",
    met=True,
    definition="Escalations opened.",
)
TABLE = Table.of(
    "By reason",
    ("Reason", "Cases", "Note"),
    [("Low AI confidence", Cell("8 cases", 8.0), "=cmd()"), ("+1", "–", "")],
)
CHART = Chart(
    "reasons", "By reason", "bar", ("A", "B"), "Cases", "", (Series("Cases", "primary", (8.0, 1.0)),), True
)
LINE = Chart("days", "By day", "line", ("Mon", "Tue"), "Day", "Minutes", (Series("Time", "primary", (4.8, None)),))
DOCUMENT = Document(
    kind="daily",
    title="Daily report – September 3, 2025",
    period="Sep 3, 2025",
    compared="Sep 2, 2025",
    start="2025-09-03T00:00:00-04:00",
    end="2025-09-04T00:00:00-04:00",
    time_zone="America/New_York",
    scope="All teams",
    made_at="2025-09-04T12:00:00+00:00",
    is_running=False,
    sections=(
        Section("performance", "Today's performance", figures=(FIGURE,), charts=(LINE,)),
        Section("breakdown", "Breakdown: why?", tables=(TABLE,), charts=(CHART,)),
        Section("notable", "Notable events", sentences=("=Nothing <b> 中 → stood out",), note="A note."),
        Section("empty", "Empty"),
    ),
)


def content(file_format: ReportFormat, document: Document = DOCUMENT) -> bytes:
    return file_of(document, file_format).content


def test_a_document_survives_being_stored():
    assert Document.from_json(DOCUMENT.to_json()) == DOCUMENT


def test_files_are_named_for_their_kind_and_day():
    assert file_of(DOCUMENT, ReportFormat.XLSX).name == "daily-report-2025-09-03.xlsx"


def test_csv_has_numbers_their_text_and_the_zone_and_no_formula():
    rows = list(csv.reader(io.StringIO(content(ReportFormat.CSV).decode("utf-8-sig"))))

    assert ["Report", "Time zone", "", "", "", "", "", "", "America/New_York"] in rows
    line = "23 (vs 21 yesterday, +9.5%; target: at most 30)"
    assert ["Today's performance", "Escalations", "escalations", "23.0", "count", "23", "0", "21.0", line] in rows
    assert ["Breakdown: why?", "Low AI confidence", "Note", "", "", "", "", "", "'=cmd()"] in rows
    assert ["Notable events", "", "", "", "", "", "", "", "'=Nothing <b> 中 → stood out"] in rows
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))] == []


def test_a_workbook_has_all_of_it_and_each_table_by_itself():
    book = load_workbook(io.BytesIO(content(ReportFormat.XLSX)))

    assert book.sheetnames == ["Report", "Breakdown  why , by reason"]
    assert [[cell.value for cell in row] for row in book.worksheets[1]] == [
        ["Reason", "Cases", "Note"],
        ["Low AI confidence", 8, "'=cmd()"],
        ["'+1", "–", None],
    ]
    assert book["Report"]["D9"].value == 23


def test_a_pdf_says_the_same_and_in_words_what_its_font_lacks():
    pdf = pypdfium2.PdfDocument(content(ReportFormat.PDF))

    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())

    wanted = (
        "September 3, 2025",
        "vs 21 yesterday, +9.5%",
        "at most 30, met",
        "8 cases",
        "=Nothing <b> ? to stood out",
    )
    assert [words for words in wanted if words not in text] == []


def test_the_same_document_is_the_same_pdf():
    assert content(ReportFormat.PDF) == content(ReportFormat.PDF)


def test_a_chart_without_any_number_is_left_out_of_a_pdf():
    empty = replace(LINE, datasets=(Series("Time", "primary", (None, None)),))
    document = replace(DOCUMENT, sections=(Section("performance", "Performance", charts=(empty,), note="None."),))

    (page,) = pypdfium2.PdfDocument(content(ReportFormat.PDF, document))

    text = page.get_textpage().get_text_range()
    assert "Performance" in text
    assert LINE.title not in text


@pytest.mark.parametrize("file_format", ReportFormat)
def test_a_document_without_sections_is_a_file_too(file_format):
    assert content(file_format, replace(DOCUMENT, sections=()))
