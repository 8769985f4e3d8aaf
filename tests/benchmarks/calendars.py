"""A deadline 19 years of office hours ahead, with holidays and clock changes.

    python -m tests.benchmarks.calendars

Three figures: in a process that has never seen the country and the zone, of a version that was just published,
and of one that has been asked before, as every deadline after the first is. At most 5 ms are aimed at.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as clock_time

AIM_MS = 5.0
ROUNDS = 50
START = datetime(2026, 1, 5, 14, tzinfo=UTC)
SECONDS = 19 * 250 * 8 * 3600  # 250 working days of 8 hours are about a year


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def main() -> None:
    from agents.decisions.calendars import ALWAYS_OPEN, Definition, OpenHours, Opening

    week = Opening((0, 1, 2, 3, 4), clock_time(9), clock_time(17))
    definition = Definition("America/New_York", (week,), "US")
    first = milliseconds(lambda: OpenHours(definition).add(START, SECONDS))
    published = [milliseconds(lambda: OpenHours(definition).add(START, SECONDS)) for _ in range(ROUNDS)]
    known = OpenHours(definition)
    due = known.add(START, SECONDS)
    added = [milliseconds(lambda: known.add(START, SECONDS)) for _ in range(ROUNDS)]
    between = [milliseconds(lambda: known.seconds_between(START, due)) for _ in range(ROUNDS)]
    soon = [milliseconds(lambda: known.add(START, 300)) for _ in range(ROUNDS)]
    wall = [milliseconds(lambda: ALWAYS_OPEN.add(START, 300)) for _ in range(ROUNDS)]

    print(f"due {due:%Y-%m-%d %H:%M} UTC, medians of {ROUNDS}; aim: at most {AIM_MS:g} ms")
    print(f"add 19 years, first in the process: {first:9.3f} ms (once)")
    print(f"add 19 years, a new version:        {statistics.median(published):9.3f} ms")
    print(f"add 19 years, asked before:         {statistics.median(added):9.3f} ms")
    print(f"seconds between, asked before:      {statistics.median(between):9.3f} ms")
    print(f"add 5 minutes of office hours:      {statistics.median(soon):9.3f} ms")
    print(f"add 5 minutes on the wall clock:    {statistics.median(wall):9.3f} ms")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
    django.setup()
    main()
