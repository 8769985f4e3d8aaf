"""How a rollup keeps its numbers: arrays of float64, exact for whole numbers up to 2**53."""

import zlib
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOURS = 24
EPOCH = date(1970, 1, 1)

Numbers = NDArray[np.float64]


def day_of(hour: int) -> date:
    return EPOCH + timedelta(days=hour // HOURS)


def first_hour(day: date) -> int:
    return (day - EPOCH).days * HOURS


def packed(numbers: Numbers) -> bytes:
    """Most sums of most rollups are 0: they are smaller, and read faster, compressed."""
    return zlib.compress(np.ascontiguousarray(numbers, "<f8").tobytes(), 1)


def unpacked(blob: Any, *columns: int) -> Numbers:
    """Of all places; ``columns`` says how many numbers each has, where that is not one."""
    return np.frombuffer(zlib.decompress(bytes(blob)), "<f8").reshape(-1, *columns)


def month_of(day: date | datetime) -> date:
    return date(day.year, day.month, 1)
