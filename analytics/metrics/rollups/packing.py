"""How a rollup keeps its numbers: arrays of float64, exact for whole numbers up to 2**53."""

import zlib
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

HOURS = 24
EPOCH = date(1970, 1, 1)

Numbers = NDArray[np.float64]
# As psycopg and sqlite3 give what a column of bytes holds.
Buffer = bytes | memoryview
PLACE, NUMBER = np.dtype("<u4"), np.dtype("<f8")


def day_of(hour: int) -> date:
    """In UTC; hours count from 1970."""
    return EPOCH + timedelta(days=hour // HOURS)


def first_hour(day: date) -> int:
    """Of the day in UTC, counted from 1970."""
    return (day - EPOCH).days * HOURS


def packed(numbers: Numbers) -> bytes:
    """Most sums of most rollups are 0: the others alone are kept, after their places."""
    flat = numbers.ravel()
    places = np.flatnonzero(flat)
    return places.astype(PLACE).tobytes() + flat[places].astype(NUMBER).tobytes()


def add_packed(blob: Buffer, numbers: Numbers, sign: int = 1) -> None:
    """Onto numbers that lie as those did which were packed, one after another."""
    count = len(blob) // (PLACE.itemsize + NUMBER.itemsize)
    places = np.frombuffer(blob, PLACE, count)
    numbers.reshape(-1)[places] += sign * np.frombuffer(blob, NUMBER, count, places.nbytes)


def squeezed(numbers: Numbers) -> bytes:
    """Packed, for numbers by the hour: these are many, and it takes longer to fetch them than to unpack them."""
    return zlib.compress(packed(numbers), 1)


def add_squeezed(blob: Buffer, numbers: Numbers, sign: int = 1) -> None:
    """As ``add_packed`` does."""
    add_packed(zlib.decompress(blob), numbers, sign)


def month_of(day: date | datetime) -> date:
    """Its first day."""
    return date(day.year, day.month, 1)
