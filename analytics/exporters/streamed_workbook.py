"""A workbook that is sent while it is written.

openpyxl gives nothing before the last row is in, and takes some 60 microseconds for each cell: a proxy would give
up waiting for 100,000 rows of 100 columns. What is needed of the format for that is little.
"""

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

# Of a sheet, as the format has it; and far enough from what needs the extended zip format, which not all can open.
MOST_ROWS, MOST_BYTES = 1_048_576, 2**30
MOST_CHARACTERS = 32_767
PIECE = 2**16
LONGEST_NAME, FORBIDDEN = 31, str.maketrans("[]:*?/\\", "       ")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"

SHEET_BEGIN = (
    f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
    "</sheetView></sheetViews>"
)
EMPTY = "<c/>"
SHEET_END = "</sheetData></worksheet>"
# The second style is that of titles, the third that of moments.
TITLE, MOMENT = ' s="1"', ' s="2"'
STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

# From which moments are counted, in days.
EPOCH, DAY = datetime(1899, 12, 30), timedelta(days=1)  # noqa: DTZ001  # the format's dates have no zone
WIDTH_OF_MOMENTS = 19

Cell = str | int | float | None


def xlsx_pieces(
    name: str, titles: Sequence[Cell], rows: Iterable[Sequence[Cell]], moments: Collection[int] = ()
) -> Iterator[bytes]:
    """As many sheets as the rows need, each with the titles; at least one.

    ``moments``: the places of columns of ISO 8601 texts. They become dates without a zone, as the format has them.
    """
    sent, rest = _Sent(), iter(rows)
    with ZipFile(sent, "w", ZIP_DEFLATED, compresslevel=1) as book:
        sheets, following = 0, next(rest, None)
        while not sheets or following is not None:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as file:
                sheet = _Sheet(file, titles, moments)
                while following is not None and not sheet.is_full:
                    sheet.add(following)
                    following = next(rest, None)
                    if sent.size > PIECE:
                        yield sent.take()
                sheet.end()
        for path, text in _frame(name, sheets).items():
            book.writestr(path, text)
    yield sent.take()


class _Sent(io.RawIOBase):
    """What a zip is written to that is sent on: nobody can go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self._pieces, self.size = b"".join(self._pieces), [], 0
        return taken


class _Sheet:
    def __init__(self, file: IO[bytes], titles: Sequence[Cell], moments: Collection[int]) -> None:
        self._file, self._rows, self._bytes, self._moments = file, 0, 0, moments
        self._write(f"{SHEET_BEGIN}{_widths(moments)}<sheetData>")
        self._add([_cell(title, TITLE) for title in titles])

    @property
    def is_full(self) -> bool:
        return self._rows >= MOST_ROWS or self._bytes >= MOST_BYTES

    def add(self, row: Sequence[Cell]) -> None:
        cells = [_cell(cell) for cell in row]
        for at in self._moments:
            cells[at] = _moment(row[at])
        self._add(cells)

    def end(self) -> None:
        self._write(SHEET_END)

    def _add(self, cells: list[str]) -> None:
        self._write(f"<row>{''.join(cells)}</row>")
        self._rows += 1

    def _write(self, text: str) -> None:
        data = text.encode()
        self._bytes += len(data)
        self._file.write(data)


def sheet_name(text: str) -> str:
    """Without the characters that workbooks refuse, and no longer than they allow."""
    return text.translate(FORBIDDEN)[:LONGEST_NAME]


def _widths(moments: Collection[int]) -> str:
    columns = (
        f'<col min="{at + 1}" max="{at + 1}" width="{WIDTH_OF_MOMENTS}" customWidth="1"/>'
        for at in sorted(moments)
    )
    return f"<cols>{''.join(columns)}</cols>" if moments else ""


def _moment(value: Cell) -> str:
    if not isinstance(value, str) or not value:
        return EMPTY
    return f"<c{MOMENT}><v>{(datetime.fromisoformat(value).replace(tzinfo=None) - EPOCH) / DAY}</v></c>"


def _cell(value: Cell, style: str = "") -> str:
    """Its place follows from its order; one that is empty keeps it."""
    if value is None or value == "":
        return EMPTY
    if not isinstance(value, str):
        return f"<c{style}><v>{value}</v></c>"
    text = escape(NOT_XML.sub("", value[:MOST_CHARACTERS]))
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _frame(name: str, sheets: int) -> dict[str, str]:
    """What holds the sheets together, by the path in the package."""
    numbers = range(1, sheets + 1)
    names = [sheet_name(name) if n == 1 else f"{sheet_name(name)[: LONGEST_NAME - 4]} {n}" for n in numbers]
    listed = "".join(
        f'<sheet name="{escape(one, {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
        for n, one in zip(numbers, names, strict=True)
    )
    parts = {f"worksheets/sheet{n}.xml": "worksheet" for n in numbers} | {"styles.xml": "styles"}
    types = "".join(
        f'<Override PartName="/xl/{path}" ContentType="{MEDIA}.{kind}+xml"/>'
        for path, kind in {"workbook.xml": "sheet.main", **parts}.items()
    )
    return {
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<bookViews><workbookView/></bookViews><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(parts),
        "xl/styles.xml": STYLES,
        "_rels/.rels": _relationships({"xl/workbook.xml": "officeDocument"}),
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{RELATIONSHIPS}"/>{types}</Types>',
    }


def _relationships(targets: Mapping[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{path}"/>'
        for n, (path, kind) in enumerate(targets.items(), start=1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'
