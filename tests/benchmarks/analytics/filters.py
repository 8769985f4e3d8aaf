"""The overview's data over HTTP under two filters at once, which rollups don't keep: from the rows.

    DATABASE_URL=postgres://... python -m tests.benchmarks.analytics.filters [100000 1000000 10000000] [--keep]

Each combination over 30 days and 24 months, rounds in turn. ``--explain`` shows the slowest statement of each.
"""

import os
from contextlib import ExitStack
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Topic
from tests.benchmarks.analytics.databases import World, arguments, opened, switch
from tests.benchmarks.analytics.overview import WINDOWS, Body, Service, body, counted_raw, served
from tests.benchmarks.analytics.timing import p50, p95, verdict

AIMS = {"30 days": 300, "24 months": 1000}
ROUNDS, TIMES = 5, 1


@dataclass
class Case:
    world: World
    window: str
    filters: dict[str, str]
    service: Service
    times: list[float] = field(default_factory=list)

    @property
    def asked(self) -> Body:
        return body(self.world, self.window, self.filters)

    @property
    def label(self) -> str:
        return f"{self.world.size:13,} {self.window:9} {' + '.join(self.filters):15}"

    def measure(self) -> None:
        self.times += self.service.times(self.asked, TIMES)


def combinations(world: World) -> list[dict[str, str]]:
    switch(world.name)
    topic = Topic.objects.order_by("pk").values_list("slug", flat=True)[0]
    return [
        {"plan": "pro", "region": "Europe"},
        {"topic": topic, "channel": "web"},
        {"team": "support", "plan": "pro"},
        {"topic": topic, "plan": "pro", "channel": "web"},
    ]


def report(found: list[Case]) -> None:
    print(f"{'conversations':>13} {'window':9} {'filters':15} {'p50 ms':>9} {'p95 ms':>9}")
    largest = max(case.world.size for case in found)
    for case in found:
        line = f"{case.label} {p50(case.times):9.0f} {p95(case.times):9.0f}"
        if case.world.size == largest:
            aim = AIMS[case.window]
            line += f"  at most {aim}: {verdict(p50(case.times) <= aim)}"
        print(line)


def explain(case: Case) -> None:
    """Only of what takes longest."""
    switch(case.world.name)
    with CaptureQueriesContext(connection) as captured:
        counted_raw(case.world, case.asked)
    slowest = sorted(captured.captured_queries, key=lambda query: -float(query["time"]))
    print(f"\n{case.label}: {' '.join(query['time'] for query in slowest)} s")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {slowest[0]['sql']}")
        print("\n".join(line for (line,) in cursor.fetchall()))


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--explain", action="store_true")
    given = parser.parse_args()
    with opened(given.sizes, keep=given.keep) as worlds:
        measure(worlds, given.rounds, explaining=given.explain)


def measure(worlds: list[World], rounds: int, *, explaining: bool) -> None:
    with ExitStack() as stack:
        services = [stack.enter_context(served(world)) for world in worlds]
        found = [
            Case(world, window, filters, service)
            for world, service in zip(worlds, services, strict=True)
            for window in WINDOWS
            for filters in combinations(world)
        ]
        print(f"{rounds} rounds, load {os.getloadavg()[0]:.1f}", flush=True)
        for _ in range(rounds):
            for case in found:
                case.measure()
    report(found)
    for case in found if explaining else ():
        explain(case)


if __name__ == "__main__":
    main()
