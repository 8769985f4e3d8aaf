"""How long things take, in milliseconds."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def timed(act: Callable[[], Any], times: int) -> list[float]:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        found.append((time.perf_counter() - started) * 1000)
    return found


def p50(times: list[float]) -> float:
    return statistics.median(times)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"
