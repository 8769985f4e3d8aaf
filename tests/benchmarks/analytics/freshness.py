"""Whether the overview tells what was committed, at once and while others write.

    DATABASE_URL=postgres://... python -m tests.benchmarks.analytics.freshness [100000] [--seconds 60] [--rate 400]

First an escalation is committed and the next answer over HTTP must count it, time after time. Then processes write
(openings, messages, answers, resolutions, ratings, corrections of old ones), another folds every second, and here
the overview is read from rollups and from the rows in one snapshot, all numbers compared.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import count, takewhile
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from analytics.metrics.overview import Overview, overview
from analytics.metrics.rollups.marks import unfolded
from analytics.models import Mark
from billing.models import Plan
from helpninja.common.values import Value
from helpninja.common.windows import Window
from tests.benchmarks.analytics.databases import World, arguments, copied
from tests.benchmarks.analytics.overview import ZONE, Service, body, differences, rows_alone, served
from tests.benchmarks.analytics.timing import p50, p95, timed, verdict
from tests.benchmarks.analytics.workers import Writer, crew, folding

WRITERS, COMMITS = 4, 100
# Seconds between checks: one after another they would take the processors from those who write.
PAUSE = 0.25
# So many checks of a month for one of two years, which takes the rows long.
MONTHS = 10
# The aim's rate is reached when so much of it was written.
NEARLY = 0.95


@dataclass
class Checked:
    """Milliseconds of each read, marks not folded in, and what differed."""

    kept: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    unanswered: int = 0
    wrong: list[list[str]] = field(default_factory=list)


def check(frame: Frame, checked: Checked) -> None:
    """Both of one moment."""
    found: list[Overview] = []

    def read() -> None:
        found.append(overview(frame))

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        checked.unanswered += unfolded() is None
        checked.marks.append(Mark.objects.count())
        checked.kept += timed(read, 1)
        with rows_alone():
            checked.raw += timed(read, 1)
    wrong = differences(*map(numbers, found))
    if wrong:
        checked.wrong.append(wrong)


def numbers(found: Overview) -> dict[str, Any]:
    measured = (*found.indicators, *found.volumes, *found.besides.values(), *found.queue.values())
    return {
        "metrics": {one.metric.key: [_value(one.now), _value(one.before)] for one in measured},
        "peak": found.peak and asdict(found.peak),
        "series": [asdict(bucket) for bucket in found.series],
        "reasons": [
            [one.reason, _value(one.share), {key: _value(value) for key, value in one.values.items()}]
            for one in found.reasons
        ],
    }


def _value(value: Value | None) -> tuple[Any, ...] | None:
    return value and (value.value, value.n, value.missing, value.hits)


def frames() -> Iterator[Frame]:
    """A month, and a month of one plan, again and again; now and then two years."""
    plan = Filters(plans=(Plan.objects.get(code="pro").pk,))
    for number in count():
        now = timezone.now()
        days = 730 if number % MONTHS == MONTHS - 1 else 30
        filters = plan if number % 2 else Filters()
        yield Frame(Window.last_days(days, now, ZONE), filters, now)


def count_commits(world: World, service: Service) -> int:
    """How often the answer after a commit did not have it."""
    asked = {**body(world, "30 days"), "end_date": (timezone.now() + timedelta(days=1)).date().isoformat()}

    def told() -> int:
        return service.answer(asked)["metrics"]["volume"]["escalations"]["n"]

    writer, missed, known = Writer(seed=0), 0, told()
    for _ in range(COMMITS):
        writer.open()
        now = told()
        missed += now != known + 1
        known = now
    return missed


def measure(world: World, seconds: float, rate: float) -> None:
    with folding(world), served(world) as service:
        missed = count_commits(world, service)
        print(f"{missed} of {COMMITS} commits were missing in the next answer (aim: 0): {verdict(not missed)}")
        with crew(world, WRITERS) as writers:
            checked, until = Checked(), time.monotonic() + seconds
            writers.start(seconds, rate)
            for frame in takewhile(lambda _: time.monotonic() < until, frames()):
                check(frame, checked)
                time.sleep(PAUSE)
            report(checked, writers.written() / seconds, rate)


def report(checked: Checked, written: float, rate: float) -> None:
    checks, wrong = len(checked.kept), len(checked.wrong)
    print(f"{written:.0f} writes/s (aim: {rate:.0f}): {verdict(written >= NEARLY * rate)}")
    print(f"{checks} checks of all numbers, {wrong} with a mismatch (aim: 0): {verdict(not wrong)}")
    print(f"{checks - checked.unanswered} of them answered by rollups")
    print(f"overview by rollups p50 {p50(checked.kept):.1f} ms, p95 {p95(checked.kept):.1f} ms")
    print(f"overview by the rows p50 {p50(checked.raw):.1f} ms, p95 {p95(checked.raw):.1f} ms")
    print(f"marks outstanding p50 {p50(checked.marks):.0f}, p95 {p95(checked.marks):.0f}")
    for line in [line for lines in checked.wrong for line in lines][:10]:
        print(f"  {line}")


def main() -> None:
    parser = arguments(__doc__, [100_000])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=400)
    given = parser.parse_args()
    for size in given.sizes:
        with copied(size, keep=given.keep) as world:
            print(f"{size:,} conversations, {WRITERS} writers, load {os.getloadavg()[0]:.1f}", flush=True)
            measure(world, given.seconds, given.rate)


if __name__ == "__main__":
    main()
