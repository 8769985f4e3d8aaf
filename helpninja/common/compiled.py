"""What is compiled from rows and kept in the process, for as long as its revision is the newest."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

CHECKED_EVERY = 1.0

T = TypeVar("T")


class Compiled(Generic[T]):
    """Compiles once for each revision; a change made in another process is seen within a second.

    ``newest`` reads the number of the revision, which is never 0.
    """

    def __init__(self, newest: Callable[[], int], compile: Callable[[], T]) -> None:
        self._newest, self._compile = newest, compile
        self._known: tuple[int, float, T] | None = None

    def current(self) -> T:
        clock = time.monotonic()
        if self._known and clock - self._known[1] < CHECKED_EVERY:
            return self._known[2]
        newest = self._newest()
        kept = self._known[2] if self._known and self._known[0] == newest else self._compile()
        self._known = (newest, clock, kept)
        return kept

    def forget(self) -> None:
        """So that a change made in this process holds at once."""
        self._known = None
