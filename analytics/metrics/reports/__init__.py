"""The reports that there are, and how each is made."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.enums import ReportKind
from analytics.metrics.reports import daily, executive, weekly
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Document, Section
from helpninja.common.windows import window_text


@dataclass(frozen=True)
class Report:
    """``title`` begins the document's; ``about`` says what it is for."""

    kind: ReportKind
    title: str
    about: str
    sections: Callable[[Asked], tuple[Section, ...]]


REPORTS = {
    report.kind: report
    for report in (
        Report(
            ReportKind.DAILY,
            "Daily escalation operations report",
            "How the day went against its targets and the day before, what stood out, and what tomorrow needs.",
            daily.sections,
        ),
        Report(
            ReportKind.WEEKLY,
            "Weekly escalation trend analysis",
            "The week's volume day by day, how response, resolution and satisfaction went, and quality by agent.",
            weekly.sections,
        ),
        Report(
            ReportKind.EXECUTIVE,
            "Executive escalation overview",
            "The quarter's indicators, what escalations meant for the business, initiatives, and the industry.",
            executive.sections,
        ),
    )
}


def make(asked: Asked) -> Document:
    """Reads; nothing that it says changes afterwards."""
    report, period, scope = REPORTS[asked.period.kind], asked.period, asked.scope
    sections = report.sections(asked)
    return Document(
        kind=report.kind.value,
        title=f"{report.title} – {_name(asked)}",
        period=window_text(period.window),
        compared=window_text(period.before),
        start=period.window.start.isoformat(),
        end=period.window.end.isoformat(),
        time_zone=asked.zone,
        scope=scope(),
        made_at=asked.now.isoformat(),
        is_running=period.is_running,
        sections=sections,
    )


def _name(asked: Asked) -> str:
    """``September 3, 2025``, ``week of August 25 to 31, 2025``, ``Q3 2025``."""
    first, last = asked.period.first, asked.window.days()[-1]
    match asked.period.kind:
        case ReportKind.DAILY:
            return f"{first:%B %-d, %Y}"
        case ReportKind.WEEKLY:
            return f"week of {first:%B %-d} to {last:%B %-d, %Y}"
        case _:
            return executive.quarter_name(first)
