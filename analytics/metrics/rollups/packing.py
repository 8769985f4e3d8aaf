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


def unpacked(blob: Any, *columns: int) -> Numbers:
    """Of all places; ``columns`` says how many numbers each has, where that is not one."""
    return np.frombuffer(bytes(blob), "<f8").reshape(-1, *columns)


def packed(numbers: Numbers) -> bytes:
    return np.ascontiguousarray(numbers, "<f8").tobytes()


def unpacked_hours(blob: Any, size: int) -> Numbers:
    """24 numbers for each place; it may be written to."""
    if not blob:
        return np.zeros((size, HOURS))
    return np.frombuffer(zlib.decompress(bytes(blob)), "<f8").reshape(size, HOURS).copy()


def packed_hours(numbers: Numbers) -> bytes:
    return zlib.compress(packed(numbers), 1)


def month_of(day: date | datetime) -> date:
    return date(day.year, day.month, 1)
