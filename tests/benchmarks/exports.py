"""Exports: rows written by the job, and sent in each format, the workbook beside one that openpyxl makes.

Run on PostgreSQL: ``DATABASE_URL=postgres://... python -m tests.benchmarks.exports [conversations]``. It makes a
database of its own and removes it; a fifth of its conversations are escalated. On SQLite it is a file. Memory: by
how much the process was larger meanwhile.
"""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from tests.benchmarks.analytics.databases import SETTLED, arguments, opened  # isort: skip  # starts Django
from analytics.actions import exports
from analytics.enums import ExportState, ExportSubject, TableFormat
from analytics.exporters.tables import Table, pieces
from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from analytics.metrics.registry import METRICS, measure
from analytics.models import Export
from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from helpninja.common.windows import Window
from tests import factories

SIZE = 50_000
MEBIBYTE = 1024**2


def main() -> None:
    options = arguments(__doc__, [SIZE]).parse_args()
    with opened(options.sizes, keep=options.keep) as worlds:
        for world in worlds:
            print(f"{world.size:,} conversations on {connection.vendor}")
            for subject in ExportSubject:
                _measure(subject)


def _measure(subject: ExportSubject) -> None:
    by = Actor.of_user(factories.make_user(Role.ADMIN))
    now = timezone.now()
    frame = Frame(Window.last_days(5 * 365, now, "UTC"), Filters(), now - SETTLED, comparison=None)

    def written() -> Export:
        asked = exports.request_export(subject=subject, frame=frame, filters_text="", by=by, now=now)
        assert exports.run_export(export_id=asked.pk, clock=lambda: now)
        asked.refresh_from_db()
        assert asked.state == ExportState.DONE, asked.error
        return asked

    cost, export = _timed(written)
    stored = sum(len(part.content) for part in export.parts.all()) / MEBIBYTE
    print(f"{export.done:>9,} {subject.value} of {len(export.columns)} columns")
    print(f"{'written':>17}: {cost}, kept as {stored:.1f} MiB")

    def table() -> Table:
        return exports.table_of(export=export, by=by, now=now)

    for table_format in TableFormat:
        _send(table, table_format)
    cost, size = _timed(lambda: _by_openpyxl(table()))
    print(f"{'openpyxl':>17}: {cost}, {size / MEBIBYTE:.1f} MiB, begun after as long")
    _compare(table(), frame)
    Export.objects.all().delete()


def _send(table: Callable[[], Table], table_format: TableFormat) -> None:
    first, _ = _timed(lambda: next(pieces(table(), table_format)))
    cost, size = _timed(lambda: sum(map(len, pieces(table(), table_format))))
    print(f"{table_format.label:>17}: {cost}, {size / MEBIBYTE:.1f} MiB, begun after {first.clock:.2f} s")


def _by_openpyxl(table: Table) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (table.titles, *table.rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return len(out.getvalue())


def _compare(table: Table, frame: Frame) -> None:
    """The columns' sums with the numbers of the pages."""
    keys = [head.key for head in table.heads]
    sums = dict.fromkeys(keys, 0.0)
    for row in table.rows:
        for key, cell in zip(keys, row, strict=True):
            if isinstance(cell, int | float):
                sums[key] += cell
    found = measure((metric for key, metric in METRICS.items() if f"{key}_missing" in sums), frame)
    wrong = []
    for key, page in found.items():
        number = sums[key] if key in sums else sums[f"{key}_sum"] / (sums[f"{key}_of"] or 1)
        if abs(number - (page.now.value or 0)) > 1e-9 * max(1, abs(number)):
            wrong.append(f"{key}: {number} and {page.now.value}")
    print(
        f"{'':10}{len(found) - len(wrong)} of {len(found)} metrics add up to the page's number {' '.join(wrong)}"
    )


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of this process, and MiB by which it was larger meanwhile."""

    clock: float
    process: float
    growth: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s ({self.process:.1f} s of this process), {self.growth:+.0f} MiB"


def _timed(act: Callable[[], Any]) -> tuple[Cost, Any]:
    Path("/proc/self/clear_refs").write_text("5")  # Linux: the greatest size is from now on
    size, clock, process = _mebibytes("VmRSS"), time.perf_counter(), time.process_time()
    found = act()
    growth = _mebibytes("VmHWM") - size
    return Cost(time.perf_counter() - clock, time.process_time() - process, growth), found


def _mebibytes(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


if __name__ == "__main__":
    main()
