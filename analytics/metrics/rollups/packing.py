"""How a rollup keeps its numbers: arrays of float64, exact for whole numbers up to 2**53."""

import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOURS = 24
EPOCH = date(1970, 1, 1)

Numbers = NDArray[np.float64]
# As psycopg and sqlite3 give what a column of bytes holds.
Buffer = bytes | memoryview
PLACE, WHOLE, NUMBER = np.dtype("<u2"), np.dtype("<u4"), np.dtype("<f8")


def day_of(hour: int) -> date:
    """In UTC; hours count from 1970."""
    return EPOCH + timedelta(days=hour // HOURS)


def first_hour(day: date) -> int:
    """Of the day in UTC, counted from 1970."""
    return (day - EPOCH).days * HOURS


def packed(numbers: Numbers) -> bytes:
    """Those that are not 0 after their places, and most of them in four bytes: whole numbers of less than 2**32.

    How many these are, the places of these and of the others, these, the others.
    """
    flat = numbers.ravel()
    places = np.flatnonzero(flat)
    assert len(flat) < 2**16  # so that a place, and how many there are, have room in two bytes
    if not len(places):
        return b""
    are_whole = (flat[places] >= 0) & (flat[places] < 2**32) & (flat[places] % 1 == 0)
    whole, others = places[are_whole], places[~are_whole]
    parts = (np.array(len(whole), PLACE), whole.astype(PLACE), others.astype(PLACE))
    return b"".join(part.tobytes() for part in (*parts, flat[whole].astype(WHOLE), flat[others].astype(NUMBER)))


def unpack(blob: Buffer, numbers: Numbers) -> None:
    """Into zeros that lie as those numbers did which were packed, one after another."""
    flat = numbers.reshape(-1)
    for places, values in _parts(blob):
        flat[places] = values


def added_up(blobs: Sequence[tuple[int, Buffer]], count: int, size: int) -> Numbers:
    """So many arrays of that size: each is the sum of those packed ones that come with its number.

    Where none is of several, which is faster told, nothing is added.
    """
    if len({number for number, _ in blobs}) == len(blobs):
        found = np.zeros((count, size))
        for number, blob in blobs:
            unpack(blob, found[number])
        return found
    places: list[NDArray[Any]] = [np.zeros(0, PLACE)]
    values: list[NDArray[Any]] = [np.zeros(0, NUMBER)]
    firsts = [0]
    for number, blob in blobs:
        for at, of in _parts(blob):
            places.append(at)
            values.append(of)
            firsts.append(number * size)
    where = np.concatenate(places, dtype=np.int64) + np.repeat(firsts, [len(at) for at in places])
    return np.bincount(where, np.concatenate(values), count * size).astype(NUMBER).reshape(count, size)


def add_packed(blob: Buffer, numbers: Numbers) -> None:
    """Onto numbers that lie so."""
    flat = numbers.reshape(-1)
    for places, values in _parts(blob):
        flat[places] += values


def places_of(blob: Buffer) -> NDArray[np.uint16]:
    """Of the numbers that are not 0."""
    whole, others = _counts(blob)
    return np.frombuffer(blob, PLACE, whole + others, 2) if whole + others else np.zeros(0, PLACE)


def _counts(blob: Buffer) -> tuple[int, int]:
    """Of whole numbers, and of others."""
    whole = int.from_bytes(blob[:2], "little")
    return whole, max(0, len(blob) - 2 - 6 * whole) // 10


def _parts(blob: Buffer) -> Iterator[tuple[NDArray[np.uint16], NDArray[Any]]]:
    """Places and numbers: whole ones, then the others."""
    whole, others = _counts(blob)
    places = places_of(blob)
    first = 2 + places.nbytes
    if whole:
        yield places[:whole], np.frombuffer(blob, WHOLE, whole, first)
    if others:
        yield places[whole:], np.frombuffer(blob, NUMBER, others, first + 4 * whole)


def squeezed(numbers: Numbers) -> bytes:
    """Packed, for days in parts: these numbers are very many, and seldom read."""
    return zlib.compress(packed(numbers), 1)


def unsqueezed(blob: Buffer) -> bytes:
    """As packed."""
    return zlib.decompress(blob)


def month_of(day: date | datetime) -> date:
    """Its first day."""
    return date(day.year, day.month, 1)
