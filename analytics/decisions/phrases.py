"""What a comment holds of phrases. Its stems and negations are those of English."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analytics.validators import Step, negates, steps_of
from escalations.decisions.words import ARTICLES, placed_words
from quality.decisions.words import stem

# "Not only quick": what follows is meant.
_MEANT = frozenset({"only", "just", "merely"})
# A negation reaches so many words ahead, and no further than its clause.
REACH = 3
_SENTENCE_ENDS = re.compile(r"[.!?;\n]+")
_CLAUSE_ENDS = re.compile(r"[.!?;\n,:()]+|\b(?:but|although|though|however|yet)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """As a person wrote it, and what it looks for."""

    text: str
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, text: str) -> "Phrase":
        return cls(text, steps_of(text))

    @property
    def is_negated(self) -> bool:
        return any(step.is_not for step in self.steps)


@dataclass(frozen=True, slots=True)
class Found:
    """By which phrase, and from where up to where in the comment."""

    phrase: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a comment: where it stands, and whether it turns what follows into its opposite."""

    stem: str
    start: int
    end: int
    sentence: int
    clause: int
    negates: bool


class Comment:
    """A text taken apart once for all phrases."""

    def __init__(self, text: str) -> None:
        self.words = _words(text)
        self.stems = {word.stem for word in self.words}
        self.has_negation = any(word.negates for word in self.words)

    def find(self, phrases: Iterable[Phrase]) -> Found | None:
        """The first of the phrases that it holds."""
        return next((found for phrase in phrases if (found := self._find(phrase))), None)

    def _find(self, phrase: Phrase) -> Found | None:
        if not all(self._may_hold(step) for step in phrase.steps):
            return None
        for first in range(len(self.words)):
            places = self._follow(phrase.steps, first, ())
            if places and (phrase.is_negated or not self._is_negated(places)):
                return Found(phrase.text, self.words[first].start, self.words[places[-1]].end)
        return None

    def _may_hold(self, step: Step) -> bool:
        return (step.is_not and self.has_negation) or not step.stems.isdisjoint(self.stems)

    def _follow(self, steps: Sequence[Step], at: int, before: tuple[int, ...]) -> tuple[int, ...]:
        """The places of the steps when the first of them is at ``at``; empty where they aren't there."""
        step, later = steps[0], steps[1:]
        word = self.words[at]
        if not (word.stem in step.stems or (step.is_not and word.negates)):
            return ()
        places = (*before, at)
        if not later:
            return places
        for ahead in range(at + 1, min(at + 2 + later[0].gap, len(self.words))):
            if self.words[ahead].sentence != word.sentence:
                break
            if found := self._follow(later, ahead, places):
                return found
        return ()

    def _is_negated(self, places: tuple[int, ...]) -> bool:
        """A negation shortly before it in its clause, or between its words."""
        first, last = places[0], places[-1]
        near = self.words[max(0, first - REACH) : last]
        return any(word.negates and word.clause >= self.words[first].clause for word in near)


def _words(text: str) -> list[Word]:
    sentences = [found.start() for found in _SENTENCE_ENDS.finditer(text)]
    clauses = [found.start() for found in _CLAUSE_ENDS.finditer(text)]
    spoken = [one for one in placed_words(text) if one[0] not in ARTICLES]
    return [
        Word(
            stem(word),
            start,
            end,
            bisect_right(sentences, start),
            bisect_right(clauses, start),
            negates(word) and after not in _MEANT,
        )
        for (word, start, end), (after, _, _) in pairwise([*spoken, ("", 0, 0)])
    ]
