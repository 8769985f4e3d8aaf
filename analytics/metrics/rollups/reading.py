"""Reads a page's numbers off the rollups, and off the rows themselves where these are not folded in yet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from analytics.metrics.rollups.answers import Answer
from analytics.metrics.rollups.asking import Asked, Pick
from analytics.metrics.rollups.marks import Unfolded, unfolded
from analytics.metrics.rollups.sheets import Sheet
from analytics.metrics.tables import Awaited, Table
from helpninja.common.snapshots import snapshot
from helpninja.common.together import Together


@dataclass(frozen=True)
class _Question:
    """``table`` is where the answer goes; where there is none, ``otherwise`` asks the rows."""

    asked: Asked
    otherwise: Callable[[], Table]
    table: Awaited


class Rollups:
    """What a page asks of rollups: put first, and fetched with all else that the page asks, as of one moment."""

    def __init__(self, together: Together) -> None:
        self._together = together
        self._waiting: list[_Question] = []
        self._marked: Unfolded | None = None
        # Once this was found, the page need not ask again.
        self.are_missing = False
        together.around(self._asking)

    def put(self, asked: Asked, otherwise: Callable[[], Table]) -> Table:
        table = Awaited(self._together.ask)
        self._waiting.append(_Question(asked, otherwise, table))
        return table

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Marks first: they say what is needed by the hour, and what is to be counted anew."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            yield
            return
        with snapshot():
            marked = self._marked = unfolded(self._marked)
            self.are_missing = marked is None
            held = [question for question in waiting if marked and _is_held(question.asked, marked)]
            answers = [Answer(question.asked, marked.hours) for question in held if marked]
            for question in waiting:
                if question not in held:
                    question.table.found = question.otherwise()
            sheets = _put(answers, self._together)
            yield
            for sheet in sheets:
                sheet.lay_out()
            for question, answer in zip(held, answers, strict=True):
                question.table.found = answer.cube()


def _is_held(asked: Asked, marked: Unfolded) -> bool:
    names = {asked.pick.by, *(name for name, _ in asked.pick.wanted)}
    return not (marked.teams_moved and "team" in names)


def _put(answers: list[Answer], together: Together) -> list[Sheet]:
    """What the answers need, a sheet for each pick."""
    sheets: dict[Pick, Sheet] = {}
    for answer in answers:
        answer.put(sheets.setdefault(answer.asked.pick, Sheet(answer.asked.pick)), together)
    for sheet in sheets.values():
        sheet.put(together)
    return list(sheets.values())
