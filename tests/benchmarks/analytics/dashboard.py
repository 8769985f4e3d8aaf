"""The overview's data over HTTP, beside the ORM on raw rows, DuckDB and Chatwoot's reports, at each size.

    DATABASE_URL=postgres://... python -m tests.benchmarks.analytics.dashboard [100000 1000000 10000000] [--keep]

Needs the group ``benchmarks`` (DuckDB). Ours is asked of a server process on one connection, the others in this
process, without a server around them; every answer is compared with ours before it is timed. Rounds of all sizes
and sides in turn; a ratio is the median of the rounds' ratios. At 10 M, making and building take half an hour.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from billing.models import Plan
from tests.benchmarks.analytics import chatwoot, duck
from tests.benchmarks.analytics.databases import World, arguments, opened, switch
from tests.benchmarks.analytics.overview import WINDOWS, Service, body, counted_raw, differences, served
from tests.benchmarks.analytics.timing import p50, p95, timed, verdict

ROUNDS = 5
PLAN = "pro"
FILTERS = {"no filter": {}, "one filter": {"plan": PLAN}}
OURS, RAW, DUCK = "helpNINJA", "ORM on raw rows", "DuckDB"
CHATWOOT, CHATWOOT_ROLLUPS = "Chatwoot's SQL", "Chatwoot's SQL, rollups"
# Times each side is asked in a round.
TIMES = {OURS: 20, RAW: 1, DUCK: 3, CHATWOOT: 1, CHATWOOT_ROLLUPS: 3}
AIM_MS, AIM_GROWTH, AIM_RAW, AIM_DUCK = 15, 2, 100, 0.1


@dataclass
class Case:
    """One size, window and filter; ``rounds`` has the milliseconds of each round by side."""

    size: int
    window: str
    filter: str
    sides: dict[str, Callable[[], list[float]]]
    rounds: list[dict[str, list[float]]] = field(default_factory=list)

    def measure(self) -> None:
        self.rounds.append({name: side() for name, side in self.sides.items()})

    def every(self, side: str) -> list[float]:
        return [time for one in self.rounds for time in one[side]]

    def ratio(self, side: str, by: "Case", other: str) -> float:
        pairs = zip(self.rounds, by.rounds, strict=True)
        return statistics.median(p50(mine[side]) / p50(theirs[other]) for mine, theirs in pairs)


def cases(world: World, service: Service, ducks: Any) -> Iterator[Case]:
    switch(world.name)
    plan = Plan.objects.get(code=PLAN).pk
    for window in WINDOWS:
        for name, filters in FILTERS.items():
            asked = body(world, window, filters)
            answer, of = service.answer(asked), plan if filters else None
            sides: dict[str, Callable[[], Any]] = {
                RAW: partial(counted_raw, world, asked),
                DUCK: duck.Duck(ducks, answer, of).figures,
                CHATWOOT: chatwoot.Report(world, answer, of, from_rollups=False).figures,
                CHATWOOT_ROLLUPS: chatwoot.Report(world, answer, of, from_rollups=True).figures,
            }
            told = {RAW: answer, DUCK: duck.told(answer)}
            for side, figures in sides.items():
                wrong = differences(told.get(side, chatwoot.told(answer)), figures())
                assert not wrong, (world.size, window, name, side, wrong)
            timers = {side: partial(timed, figures, TIMES[side]) for side, figures in sides.items()}
            yield Case(world.size, window, name, {OURS: partial(service.times, asked, TIMES[OURS]), **timers})


def report(found: list[Case]) -> None:
    print(
        f"{'conversations':>13} {'window':9} {'filter':10} {'side':24} {'p50 ms':>9} {'p95 ms':>9} {'ours/it':>9}"
    )
    for case in found:
        for side in case.sides:
            times = case.every(side)
            label = f"{case.size:13,} {case.window:9} {case.filter:10} {side:24}"
            print(f"{label} {p50(times):9.1f} {p95(times):9.1f} {case.ratio(OURS, case, side):9.4f}")
    smallest, largest = (sorted(case.size for case in found)[at] for at in (0, -1))
    for case in (case for case in found if case.size == largest):
        base = next(
            one for one in found if (one.size, one.window, one.filter) == (smallest, case.window, case.filter)
        )
        judge(case, base)


def judge(case: Case, base: Case) -> None:
    ours, growth = p50(case.every(OURS)), case.ratio(OURS, base, OURS)
    raw, ducks = case.ratio(RAW, case, OURS), case.ratio(OURS, case, DUCK)
    print(f"{case.size:,}, {case.window}, {case.filter}:")
    print(f"  p50 {ours:.1f} ms (aim: at most {AIM_MS}): {verdict(ours <= AIM_MS)}")
    print(f"  {growth:.2f} times that at {base.size:,} (at most {AIM_GROWTH}): {verdict(growth <= AIM_GROWTH)}")
    print(f"  {raw:.0f} times as fast as the ORM on raw rows (at least {AIM_RAW}): {verdict(raw >= AIM_RAW)}")
    print(f"  {ducks:.3f} of DuckDB's time (at most {AIM_DUCK}): {verdict(ducks <= AIM_DUCK)}")


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with opened(given.sizes, keep=given.keep) as worlds, ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = []
        for world in worlds:
            chatwoot.load(world)
            service, ducks = stack.enter_context(served(world)), duck.load(world, folder)
            found += cases(world, service, ducks)
        print(f"every side's figures are ours; {given.rounds} rounds, load {os.getloadavg()[0]:.1f}", flush=True)
        for _ in range(given.rounds):
            for case in sorted(found, key=lambda case: (case.window, case.filter, case.size)):
                case.measure()
        report(found)


if __name__ == "__main__":
    main()
