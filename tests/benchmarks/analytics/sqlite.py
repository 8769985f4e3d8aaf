"""The overview's data over HTTP on SQLite, with rollups kept, beside the rows alone.

    python -m tests.benchmarks.analytics.sqlite [1000000]

DATABASE_URL must not name PostgreSQL. Making and building 1 M take some minutes.
"""

import argparse
import os
import sys
from functools import partial

from tests.benchmarks.analytics.databases import is_sqlite, opened
from tests.benchmarks.analytics.overview import WINDOWS, body, counted_raw, differences, served
from tests.benchmarks.analytics.timing import p50, p95, timed, verdict

TIMES, RAW_TIMES, AIM_MS = 50, 3, 100
FILTERS = {"no filter": {}, "one filter": {"plan": "pro"}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000], help="conversations")
    given = parser.parse_args()
    if not is_sqlite():
        sys.exit("DATABASE_URL names another database than SQLite.")
    for size in given.sizes:
        measure(size)


def measure(size: int) -> None:
    with opened([size], keep=False) as (world,), served(world) as service:
        print(f"{size:,} conversations, load {os.getloadavg()[0]:.1f}", flush=True)
        for window in WINDOWS:
            for name, filters in FILTERS.items():
                asked = body(world, window, filters)
                wrong = differences(service.answer(asked), counted_raw(world, asked))
                assert not wrong, (window, name, wrong)
                times = service.times(asked, TIMES)
                raw = timed(partial(counted_raw, world, asked), RAW_TIMES)
                found = f"{window:9} {name:10} p50 {p50(times):.1f} ms, p95 {p95(times):.1f} ms"
                aim = f"(aim: at most {AIM_MS}): {verdict(p50(times) <= AIM_MS)}"
                print(f"{found} {aim}; the rows alone {p50(raw):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
