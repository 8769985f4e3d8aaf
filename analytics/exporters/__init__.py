"""Reports as files."""

from dataclasses import dataclass
from datetime import datetime

from analytics.enums import ReportFormat
from analytics.exporters.sheet import csv_file
from analytics.metrics.reports.document import Document

TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv",
}


@dataclass(frozen=True)
class File:
    """To attach or to download; ``type`` is its media type."""

    name: str
    type: str
    content: bytes


def file_of(document: Document, file_format: ReportFormat) -> File:
    """The report in one format, named by its kind and first day."""
    day = datetime.fromisoformat(document.start).date()
    name = f"{document.kind}-report-{day:%Y-%m-%d}.{file_format.value}"
    return File(name, TYPES[file_format], _content(document, file_format))


def _content(document: Document, file_format: ReportFormat) -> bytes:
    match file_format:
        case ReportFormat.CSV:
            return csv_file(document)
        case ReportFormat.XLSX:
            from analytics.exporters.workbook import xlsx_file  # heavy, for those alone who ask for it

            return xlsx_file(document)
        case ReportFormat.PDF:
            from analytics.exporters.pdf import pdf_file  # heavy, for those alone who ask for it

            return pdf_file(document)
    raise ValueError(file_format)
