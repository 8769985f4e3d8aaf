"""The overview's data over HTTP under two filters at once, and under three, which rollups don't keep.

    DATABASE_URL=postgres://... python -m tests.benchmarks.analytics.filters [100000 1000000 10000000] [--keep]

Each combination over 30 days and 24 months, rounds in turn, beside the rows alone, which are asked once and must
say the same. ``--explain`` shows the slowest statement of what the rows are asked.
"""

import os
from contextlib import ExitStack
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Topic
from tests.benchmarks.analytics.databases import World, arguments, opened, switch
from tests.benchmarks.analytics.overview import (
    WINDOWS,
    Answer,
    Body,
    Service,
    body,
    counted_raw,
    differences,
    served,
)
from tests.benchmarks.analytics.timing import p50, p95, timed, verdict

AIMS = {"30 days": 300, "24 months": 1000}
ROUNDS = 3
# Requests in a round, by the number of filters.
TIMES = {2: 10, 3: 1}


@dataclass
class Case:
    world: World
    window: str
    filters: dict[str, str]
    service: Service
    times: list[float] = field(default_factory=list)
    rows_alone: float = 0

    def check(self) -> None:
        """Against the rows, and how long these take."""
        found: list[Answer] = []
        (self.rows_alone,) = timed(lambda: found.append(counted_raw(self.world, self.asked)), 1)
        wrong = differences(self.service.answer(self.asked), *found)
        assert not wrong, (self.label, wrong)

    @property
    def asked(self) -> Body:
        return body(self.world, self.window, self.filters)

    @property
    def label(self) -> str:
        return f"{self.world.size:13,} {self.window:9} {' + '.join(self.filters):22}"

    def measure(self) -> None:
        self.times += self.service.times(self.asked, TIMES[len(self.filters)])


def combinations(world: World) -> list[dict[str, str]]:
    switch(world.name)
    topic = Topic.objects.order_by("pk").values_list("slug", flat=True)[0]
    return [
        {"plan": "pro", "region": "Europe"},
        {"topic": topic, "channel": "web"},
        {"team": "support", "plan": "pro"},
        {"plan": "pro", "region": "Europe", "channel": "web"},
        {"topic": topic, "plan": "pro", "channel": "web"},
    ]


def report(found: list[Case]) -> None:
    print(f"{'conversations':>13} {'window':9} {'filters':22} {'p50 ms':>9} {'p95 ms':>9} {'rows ms':>9}")
    largest = max(case.world.size for case in found)
    for case in found:
        line = f"{case.label} {p50(case.times):9.0f} {p95(case.times):9.0f} {case.rows_alone:9.0f}"
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
        for case in found:
            case.check()
        print(f"all answers are those of the rows; {rounds} rounds, load {os.getloadavg()[0]:.1f}", flush=True)
        for _ in range(rounds):
            for case in found:
                case.measure()
    report(found)
    for case in found if explaining else ():
        explain(case)


if __name__ == "__main__":
    main()
