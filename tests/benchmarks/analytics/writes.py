"""What the upkeep of rollups costs those who write.

    DATABASE_URL=postgres://... python -m tests.benchmarks.analytics.writes [100000] [--seconds 15] [--rounds 5]

Eight processes write as fast as they can while another folds every second, in turns with the triggers that mark
what changed and without them. A round begins when nothing is marked any more.
"""

import os
import statistics
import time

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from analytics import marking
from analytics.actions import rollups
from analytics.models import Mark
from tests.benchmarks.analytics.databases import arguments, copied
from tests.benchmarks.analytics.timing import verdict
from tests.benchmarks.analytics.workers import Crew, crew, folding

WRITERS, AIM = 8, 0.7


def rate(writers: Crew, seconds: float) -> float:
    """Writes a second."""
    started = time.monotonic()
    writers.start(seconds)
    return writers.written() / (time.monotonic() - started)


def fold() -> float:
    """Seconds until nothing is marked any more, on top of the fold that runs."""
    started = time.monotonic()
    while rollups.are_behind():
        rollups.fold(now=timezone.now())
    return time.monotonic() - started


def compare(writers: Crew, seconds: float) -> tuple[float, float]:
    """Writes a second with upkeep and without."""
    marking.install(DEFAULT_DB_ALIAS)
    kept = rate(writers, seconds)
    marks = Mark.objects.count()
    print(f"{kept:7.0f}/s with upkeep, {marks:,} marks left, folded in {fold():.1f} s", flush=True)
    marking.remove(DEFAULT_DB_ALIAS)
    bare = rate(writers, seconds)
    print(f"{bare:7.0f}/s without, ratio {kept / bare:.2f}", flush=True)
    return kept, bare


def main() -> None:
    parser = arguments(__doc__, [100_000])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    for size in given.sizes:
        with copied(size, keep=given.keep) as world, folding(world), crew(world, WRITERS) as writers:
            print(f"{size:,} conversations, {WRITERS} writers, load {os.getloadavg()[0]:.1f}", flush=True)
            rounds = [compare(writers, given.seconds) for _ in range(given.rounds)]
            ratio = statistics.median(kept / bare for kept, bare in rounds)
            kept, bare = (statistics.median(side) for side in zip(*rounds, strict=True))
            print(f"medians: {kept:.0f}/s with upkeep, {bare:.0f}/s without")
            print(f"ratio {ratio:.2f} (aim: at least {AIM}): {verdict(ratio >= AIM)}")


if __name__ == "__main__":
    main()
