"""Who is looking at the same escalation, so that two people on one see each other."""

import time
from collections.abc import Callable
from typing import Any

# What another process said holds this long unless it says so again.
HOLDS = 30.0


class Rooms:
    """Names by escalation: those of the sockets here, and what other processes told of theirs."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._here: dict[str, dict[Any, str]] = {}
        self._elsewhere: dict[str, dict[str, tuple[list[str], float]]] = {}

    def enter(self, room: str, socket: Any, name: str) -> None:
        self._here.setdefault(room, {})[socket] = name

    def leave(self, room: str, socket: Any) -> None:
        self._here.get(room, {}).pop(socket, None)
        if not self._here.get(room):
            self._here.pop(room, None)
            self._elsewhere.pop(room, None)

    def sockets(self, room: str) -> list[Any]:
        return list(self._here.get(room, ()))

    def names_here(self, room: str) -> list[str]:
        return sorted(set(self._here.get(room, {}).values()))

    def occupied(self) -> list[str]:
        return list(self._here)

    def told(self, room: str, process: str, names: list[str]) -> bool:
        """Another process says who looks there; whether anything is new in a room that concerns this one."""
        if room not in self._here:
            return False
        before = self.names(room)
        self._elsewhere.setdefault(room, {})[process] = (names, self._clock() + HOLDS)
        return self.names(room) != before

    def names(self, room: str) -> list[str]:
        now = self._clock()
        names = set(self.names_here(room))
        for told, until in self._elsewhere.get(room, {}).values():
            names.update(told if until > now else ())
        return sorted(names)
