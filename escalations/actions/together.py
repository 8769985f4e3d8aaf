"""Threads with something to write each, of which one writes for all: a group commit.

Who comes while nobody writes begins at once: alone, nobody waits. Who comes while somebody writes waits, and what
has gathered by the end of that is written by the first of them: the more there is to do, the less each costs.

Python runs one thread at a time, and which goes on next is chance. Were those whose items are written told at
once, most of them would go on before the next to write, while the database idles: so the next tells them, as it
begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Turn(Generic[T, R]):
    """``told`` when it is answered, or without an answer when it is this one's turn to write."""

    item: T
    told: Event = field(default_factory=Event)
    answers: list[R] = field(default_factory=list)
    error: BaseException | None = None


class Together(Generic[T, R]):
    """``write`` gets one item or more and returns the answer to each; what it raises is raised to all of them.

    ``prepare`` is what may let other threads go first: it is called before what has gathered is taken up.
    """

    def __init__(self, write: Callable[[Sequence[T]], Sequence[R]], prepare: Callable[[], object]) -> None:
        self._write, self._prepare = write, prepare
        self._lock = Lock()
        self._is_writing = False
        self._waiting: list[_Turn[T, R]] = []
        self._untold: list[_Turn[T, R]] = []

    def write(self, item: T) -> R:
        turn: _Turn[T, R] = _Turn(item)
        if not self._begins(turn):
            turn.told.wait()
        if not turn.answers and turn.error is None:
            self._write_what_waits()
        if turn.error is not None:
            raise turn.error
        return turn.answers[0]

    def _begins(self, turn: _Turn[T, R]) -> bool:
        with self._lock:
            self._waiting.append(turn)
            begins, self._is_writing = not self._is_writing, True
            return begins

    def _write_what_waits(self) -> None:
        turns: list[_Turn[T, R]] = []
        try:
            try:
                self._prepare()
            finally:
                turns = self._take_up()
            for turn, answer in zip(turns, self._write([turn.item for turn in turns]), strict=True):
                turn.answers.append(answer)
        except BaseException as error:  # noqa: BLE001  # whatever it is, nobody may wait for ever
            for turn in turns:
                turn.error = error
        finally:
            self._pass_on(turns)

    def _take_up(self) -> list[_Turn[T, R]]:
        with self._lock:
            turns, self._waiting = self._waiting, []
            untold, self._untold = self._untold, []
        for turn in untold:
            turn.told.set()
        return turns

    def _pass_on(self, turns: list[_Turn[T, R]]) -> None:
        """To who has waited longest, who then tells the others; where nobody waits, they are told here."""
        with self._lock:
            self._is_writing = bool(self._waiting)
            if self._waiting:
                self._untold, turns = turns, self._waiting[:1]
        for turn in turns:
            turn.told.set()
