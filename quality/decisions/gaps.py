"""Which gap each question belongs to, from night to night: the groups are new each time, the gaps stay."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

# One question that nobody else has asked is no gap yet.
FEWEST_QUESTIONS = 2


@dataclass(frozen=True)
class Placed:
    """Where a question was so far; ``pinned``: by a person."""

    gap: int | None = None
    pinned: bool = False


@dataclass(frozen=True)
class Settled:
    """For each question the gap it belongs to, or which of the new ones (from 0), or neither.

    ``joined``: gaps that lost all their questions of this grouping to one other, and which.
    """

    gaps: tuple[int | None, ...]
    new: tuple[int | None, ...]
    joined: dict[int, int]


def settle(groups: np.ndarray, rows: np.ndarray, placed: Sequence[Placed], *, kept: Collection[int]) -> Settled:
    """``groups``: of each question, below 0 for none; ``rows``: their vectors; ``kept``: gaps that people shaped.

    A group continues the gap that it shares most questions with, each gap in one group only; what people shaped
    continues wherever it has questions, and keeps them. Where a group continues several gaps, those who were in
    none of them go to the nearest. A group that continues none, and isn't too small, is a new gap.
    """
    kept = {*kept, *(one.gap for one in placed if one.pinned and one.gap is not None)}
    gaps: list[int | None] = [one.gap if one.gap in kept else None for one in placed]
    new: list[int | None] = [None] * len(placed)
    continued = _continued(groups, placed, kept)
    fresh = 0
    for group in range(int(groups.max(initial=-1)) + 1):
        members = np.flatnonzero(groups == group).tolist()
        heirs = {gap for index in members if (gap := gaps[index]) is not None} | continued.get(group, set())
        if heirs:
            _share_out(members, heirs, rows, placed, gaps)
        elif len(members) >= FEWEST_QUESTIONS:
            for index in members:
                new[index] = fresh
            fresh += 1
    return Settled(tuple(gaps), tuple(new), _joined(placed, gaps, new, kept))


def _continued(groups: np.ndarray, placed: Sequence[Placed], kept: Collection[int]) -> dict[int, set[int]]:
    """The gap that each group continues: the pairs that share most come first, each gap and group once.

    Those that people shaped are not among them: they continue beside it, wherever they have questions.
    """
    shared = Counter(
        (int(group), one.gap)
        for group, one in zip(groups, placed, strict=True)
        if group >= 0 and one.gap is not None and one.gap not in kept
    )
    found: dict[int, set[int]] = {}
    given: set[int] = set()
    for (group, gap), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if group not in found and gap not in given:
            found[group] = {gap}
            given.add(gap)
    return found


def _share_out(
    members: list[int], heirs: set[int], rows: np.ndarray, placed: Sequence[Placed], gaps: list[int | None]
) -> None:
    """Who was in one of the heirs stays there; the others go to the nearest, by its mean."""
    for index in members:
        if gaps[index] is None and placed[index].gap in heirs:
            gaps[index] = placed[index].gap
    order = sorted(heirs)
    if len(order) == 1:
        nearest = dict.fromkeys(members, order[0])
    else:
        means = np.stack([rows[[at for at in members if gaps[at] == gap]].mean(axis=0) for gap in order])
        best = (rows[members] @ means.T).argmax(axis=1)
        nearest = {index: order[at] for index, at in zip(members, best.tolist(), strict=True)}
    for index in members:
        if gaps[index] is None:
            gaps[index] = nearest[index]


def _joined(
    placed: Sequence[Placed], gaps: Sequence[int | None], new: Sequence[int | None], kept: Collection[int]
) -> dict[int, int]:
    went: dict[int, set[int | None]] = {}
    for one, gap, fresh in zip(placed, gaps, new, strict=True):
        if one.gap is not None and one.gap not in kept:
            went.setdefault(one.gap, set()).add(gap if fresh is None else None)
    alive = {gap for gap in gaps if gap is not None}
    lost = {gap: targets.pop() for gap, targets in went.items() if gap not in alive and len(targets) == 1}
    return {gap: target for gap, target in lost.items() if target is not None}
