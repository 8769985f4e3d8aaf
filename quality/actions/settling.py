"""Keeps what a grouping found. What people decided while it was being worked out stands."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from django.db import transaction

from quality.decisions.gaps import Settled
from quality.decisions.naming import describe, frequencies
from quality.enums import GapStatus
from quality.models import GapQuestion, KnowledgeGap

AT_ONCE = 500
FIT_STEP = 0.02
# A topic is a gap's where more than so large a share of its questions is of it.
TOPIC_SHARE = 0.5


@transaction.atomic
def keep_grouping(questions: Sequence[GapQuestion], rows: np.ndarray, settled: Settled, *, now: datetime) -> int:
    """``rows``: the questions' vectors. Gives the number of new gaps."""
    gaps = {one.pk: one for one in KnowledgeGap.objects.select_for_update()}
    made = _make(settled, now)
    homes = _homes(questions, settled, gaps, made)
    members: dict[int, list[int]] = defaultdict(list)
    for index, home in enumerate(homes):
        if home is not None:
            members[home].append(index)
    fits = _fits(rows, members)
    _describe(questions, fits, {**gaps, **{one.pk: one for one in made}}, members)
    _move(questions, homes, fits)
    for gap, target in settled.joined.items():
        _join(gaps, gap, target)
    return len(made)


def _make(settled: Settled, now: datetime) -> list[KnowledgeGap]:
    count = max((number + 1 for number in settled.new if number is not None), default=0)
    return KnowledgeGap.objects.bulk_create([KnowledgeGap(name="…", created_at=now) for _ in range(count)])


def _homes(
    questions: Sequence[GapQuestion],
    settled: Settled,
    gaps: dict[int, KnowledgeGap],
    made: Sequence[KnowledgeGap],
) -> list[int | None]:
    """Each question's gap: where a person has put it meanwhile, else what was found."""
    pinned = dict(GapQuestion.objects.filter(pinned=True).values_list("pk", "gap"))
    homes: list[int | None] = []
    for question, gap, new in zip(questions, settled.gaps, settled.new, strict=True):
        if question.pk in pinned:
            homes.append(pinned[question.pk])
        else:
            homes.append(_alive(gaps, gap) if new is None else made[new].pk)
    return homes


def _alive(gaps: dict[int, KnowledgeGap], gap: int | None) -> int | None:
    """Itself, or what it was merged into."""
    while gap is not None and gap in gaps and gaps[gap].merged_into_id is not None:
        gap = gaps[gap].merged_into_id
    return gap if gap in gaps else None


def _fits(rows: np.ndarray, members: dict[int, list[int]]) -> dict[int, float]:
    """By the question's place: how much it resembles its gap's."""
    return {
        index: round(float(fit), 3)
        for indexes in members.values()
        for index, fit in zip(indexes, rows[indexes] @ rows[indexes].mean(axis=0), strict=True)
    }


def _describe(
    questions: Sequence[GapQuestion],
    fits: dict[int, float],
    gaps: dict[int, KnowledgeGap],
    members: dict[int, list[int]],
) -> None:
    """Names those that people have not, the largest first, no two alike."""
    overall = frequencies([one.text for one in questions])
    taken = {one.name.casefold() for pk, one in gaps.items() if one.kept or pk not in members}
    described = sorted(members, key=lambda pk: (-len(members[pk]), pk))
    for pk in described:
        gap = gaps[pk]
        asked = [questions[index] for index in sorted(members[pk], key=lambda index: (-fits[index], index))]
        found = describe(
            [one.text for one in asked],
            [one.note for one in asked],
            overall=overall,
            total=len(questions),
            taken=taken,
        )
        if not gap.kept:
            gap.name = found.name
            taken.add(found.name.casefold())
        gap.terms, gap.topic_id = list(found.terms), _topic(asked)
        gap.last_asked_at = max(one.at for one in asked)
    changed = ["name", "terms", "topic", "last_asked_at"]
    KnowledgeGap.objects.bulk_update([gaps[pk] for pk in described], changed, batch_size=AT_ONCE)


def _topic(asked: Sequence[GapQuestion]) -> int | None:
    topic, count = Counter(one.topic_id for one in asked).most_common(1)[0]
    return topic if count > TOPIC_SHARE * len(asked) else None


def _move(questions: Sequence[GapQuestion], homes: Sequence[int | None], fits: dict[int, float]) -> None:
    """Writes those that moved, gap by gap, and those whose fit is clearly another than it was."""
    moved: dict[int | None, list[int]] = defaultdict(list)
    refitted = []
    for index, (question, home) in enumerate(zip(questions, homes, strict=True)):
        fit = fits.get(index)
        if question.gap_id != home:
            moved[home].append(question.pk)
        if abs((question.fit or 0) - (fit or 0)) >= FIT_STEP:
            question.fit = fit
            refitted.append(question)
    for home, ids in moved.items():
        for at in range(0, len(ids), AT_ONCE):
            GapQuestion.objects.filter(pk__in=ids[at : at + AT_ONCE]).update(gap=home)
    GapQuestion.objects.bulk_update(refitted, ["fit"], batch_size=AT_ONCE)


def _join(gaps: dict[int, KnowledgeGap], gap: int, target: int) -> None:
    """Whoever looks for the one finds the other; older questions go along."""
    into = _alive(gaps, target)
    if into is None or into == gap or gaps[gap].kept:
        return
    GapQuestion.objects.filter(gap=gap).update(gap=into)
    changes = {"status": GapStatus.MERGED, "merged_into": into}
    KnowledgeGap.objects.filter(pk=gap, kept=False).update(**changes)
