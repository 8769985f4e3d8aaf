"""A report as PDF pages."""

import io
from collections.abc import Iterable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import reportlab
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from analytics.metrics.reports.document import Chart, Document, Figure, Section, Table

FONT, BOLD = "Vera", "VeraBd"
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, SUBTLE, LINE, ACCENT = map(colors.HexColor, ("#1f2937", "#6b7280", "#d1d5db", "#0d7a75"))
TONES = {"good": colors.HexColor("#15803d"), "bad": colors.HexColor("#b91c1c")}
# What the font has no sign for, in words; whatever else it lacks is a question mark.
WORDS = {"→": "to", "▲": "up", "▼": "down"}

TEXT = ParagraphStyle("text", fontName=FONT, fontSize=8.5, leading=12, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=7.5, leading=10, textColor=SUBTLE)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
HEAD = ParagraphStyle("head", SMALL, fontName=BOLD)
TITLE = ParagraphStyle("title", TEXT, fontName=BOLD, fontSize=15, leading=20)
SECTION = ParagraphStyle("section", TEXT, fontName=BOLD, fontSize=11, leading=15, textColor=ACCENT, spaceBefore=10)


def pdf_file(document: Document) -> bytes:
    """On A4, its charts drawn."""
    _fonts()
    out = io.BytesIO()
    pages = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=document.title,
        author="helpNINJA",
        invariant=1,  # the same document is the same file
    )
    footer = partial(_footer, document)
    pages.build(list(_story(document)), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


@cache
def _fonts() -> frozenset[str]:
    """Registers them; the signs that they have."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return frozenset(map(chr, pdfmetrics.getFont(FONT).face.charToGlyph))


def _plain(text: str) -> str:
    known = _fonts()
    return "".join(WORDS.get(sign, sign if sign in known else "?") for sign in text)


def _text(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(escape(_plain(text)), style)


def _footer(document: Document, canvas: Any, pages: Any) -> None:
    canvas.setFont(FONT, 7)
    canvas.setFillColor(SUBTLE)
    made = datetime.fromisoformat(document.made_at).astimezone(ZoneInfo(document.time_zone))
    said = f"{document.title} · made {made:%b %-d, %Y, %H:%M} {document.time_zone}"
    canvas.drawString(MARGIN, MARGIN / 2, _plain(said))
    canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, f"Page {pages.page}")


def _story(document: Document) -> Iterable[Flowable]:
    yield _text(document.title, TITLE)
    running = " It is not over yet." if document.is_running else ""
    yield _text(f"{document.period} ({document.time_zone}), compared with {document.compared}.{running}", SMALL)
    yield _text(f"Teams: {document.scope}", SMALL)
    for section in document.sections:
        first, *others = _section(section)
        yield KeepTogether([_text(section.title, SECTION), Spacer(1, 2 * mm), first])
        yield from others


def _section(section: Section) -> list[Flowable]:
    found: list[Flowable] = []
    if section.figures:
        found += [_figures(section.figures), Spacer(1, 1 * mm)]
    found += [_text(f"•  {sentence}") for sentence in section.sentences]
    for chart in filter(_has_numbers, section.charts):
        found += [Spacer(1, 2 * mm), _chart(chart)]
    for table in section.tables:
        found += [Spacer(1, 2 * mm), KeepTogether([_text(table.title, STRONG), _table(table)])]
    if section.note:
        found.append(_text(section.note, SMALL))
    return found or [_text("Nothing to tell.", SMALL)]


def _figures(figures: Iterable[Figure]) -> Grid:
    rows: list[list[Flowable]] = [[_text(title, HEAD) for title in ("Figure", "Value", "Compared", "Target", "n")]]
    for figure in figures:
        verdict = f", {figure.verdict}" if figure.verdict else ""
        beside = [_text(f"{figure.versus}{verdict}", _toned(figure))] if figure.versus else []
        beside += [_text(figure.note, SMALL)] if figure.note else []
        missing = f", {figure.missing:,} missing" if figure.missing else ""
        rows.append(
            [
                _text(figure.label),
                _text(figure.text, STRONG),
                beside or _text(""),  # type: ignore[list-item]  # a cell may hold several
                _text(_target(figure), SMALL),
                _text(f"{figure.n:,}{missing}", SMALL),
            ]
        )
    return _grid(rows, (0.25, 0.17, 0.36, 0.12, 0.10))


def _toned(figure: Figure) -> ParagraphStyle:
    return ParagraphStyle("toned", TEXT, textColor=TONES[figure.tone]) if figure.tone in TONES else TEXT


def _target(figure: Figure) -> str:
    words = {True: ", met", False: ", missed", None: ""}
    return f"{figure.target}{words[figure.met]}" if figure.target else ""


def _table(table: Table) -> Grid:
    rows = [[_text(column, HEAD) for column in table.columns]]
    rows += [[_text(cell.text) for cell in row] for row in table.rows]
    longest = [max(len(cell) for cell in column) for column in zip(table.columns, *_texts(table), strict=True)]
    weights = [min(max(length, 8) + 2, 44) for length in longest]  # two for what is wider than it is long
    return _grid(rows, [weight / sum(weights) for weight in weights])


def _texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def _grid(rows: list[list[Any]], shares: Iterable[float]) -> Grid:
    rules = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    return Grid(rows, colWidths=[share * WIDTH for share in shares], style=rules, repeatRows=1)


def _has_numbers(chart: Chart) -> bool:
    """A line without any point can't be drawn."""
    return any(number is not None for series in chart.datasets for number in series.data)


def _chart(chart: Chart) -> Drawing:
    """Its axes with their titles; the section's table says the same in numbers."""
    height = 26 * mm + 5 * mm * len(chart.labels) if chart.horizontal else 55 * mm
    drawing = Drawing(WIDTH, height)
    plot = _plot(chart)
    left = 42 * mm if chart.horizontal else 14 * mm
    plot.x, plot.y, plot.width, plot.height = left, 12 * mm, WIDTH - left - 4 * mm, height - 24 * mm
    order = slice(None, None, -1) if chart.horizontal else slice(None)
    plot.data = [tuple(series.data[order]) for series in chart.datasets]
    plot.categoryAxis.categoryNames = [_plain(label) for label in chart.labels[order]]
    plot.valueAxis.valueMin = 0
    for axis in (plot.categoryAxis, plot.valueAxis):
        axis.labels.fontName, axis.labels.fontSize, axis.labels.fillColor = FONT, 7, INK
        axis.strokeColor = LINE
    _paint(plot, chart)
    drawing.add(plot)
    drawing.add(String(0, height - 4 * mm, _plain(chart.title), fontName=BOLD, fontSize=8, fillColor=INK))
    drawing.add(String(left, 2 * mm, _plain(chart.x), fontName=FONT, fontSize=7, fillColor=SUBTLE))
    drawing.add(String(0, height - 8 * mm, _plain(chart.y), fontName=FONT, fontSize=7, fillColor=SUBTLE))
    return drawing


def _plot(chart: Chart) -> Any:
    if chart.type == "line":
        return HorizontalLineChart()
    return HorizontalBarChart() if chart.horizontal else VerticalBarChart()


def _paint(plot: Any, chart: Chart) -> None:
    if chart.type == "line":
        plot.lines[0].strokeColor, plot.lines[0].strokeWidth = ACCENT, 1.5
    else:
        plot.bars[0].fillColor, plot.bars[0].strokeColor = ACCENT, None
        plot.barWidth, plot.groupSpacing = 6, 6
