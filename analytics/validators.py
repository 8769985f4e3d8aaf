"""What the phrases of a theme may say."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from vaderSentiment.vaderSentiment import NEGATE

from escalations.decisions.words import ARTICLES, words_of
from quality.decisions.words import stem

NEGATIONS = frozenset(NEGATE) | {"no", "nobody", "hardly", "barely", "zero"}
# So many other words may stand where a phrase has a gap.
GAP_WORDS = 4
MOST_STEPS = 8
_GAP = re.compile(r"…|\.{3}")


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a phrase: the stems that it may have, whether any negation will do, and how many other words may
    stand before it.
    """

    stems: frozenset[str]
    is_not: bool = False
    gap: int = 0


def steps_of(phrase: str) -> tuple[Step, ...]:
    """Raises ValidationError, which says what is wrong."""
    steps: list[Step] = []
    gap = 0
    for piece in _GAP.sub(" … ", phrase).split():
        if piece == "…":
            gap = GAP_WORDS
        elif words := [word for one in piece.split("/") for word in words_of(one) if word not in ARTICLES]:
            steps.append(Step(frozenset(map(stem, words)), any(map(negates, words)), gap if steps else 0))
            gap = 0
    if not any(not step.is_not for step in steps):
        raise ValidationError("A phrase needs a word to look for.")
    if gap:
        raise ValidationError("A phrase ends with a word, not with a gap.")
    if len(steps) > MOST_STEPS:
        raise ValidationError(f"A phrase has at most {MOST_STEPS} words.")
    return tuple(steps)


def negates(word: str) -> bool:
    """Of a word in lower case."""
    return word in NEGATIONS or word.endswith("n't")


def validate_phrase(phrase: str) -> None:
    """Raises ValidationError that says which part of it can't be read."""
    steps_of(phrase)
