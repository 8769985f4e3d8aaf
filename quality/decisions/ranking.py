"""Which articles answer a search, and in what order; ``actions.searching`` reads the index."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quality.decisions.words import Closeness, closeness

# Of the words that may stand for one, those of the nearest length are looked at, and the closest taken.
LOOKED_AT = 60
EXPANSIONS = 10
MOST_WORDS = 8
TOPIC_BONUS = 1.25


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a search: the index's words that stand for it, and how much it tells."""

    word: str
    factors: Mapping[int, float]  # by the id of an index's word
    telling: float

    @property
    def is_known(self) -> bool:
        return bool(self.factors)


@dataclass(frozen=True, slots=True)
class Ranked:
    """``article`` by id; scores of two questions can't be compared."""

    article: int
    score: float


def factors_of(asked: str, terms: Iterable[tuple[int, str]]) -> dict[int, float]:
    """By the id of each term that may stand for the word. A slip is supposed only where nothing else is found."""
    nearest = sorted(terms, key=lambda term: (abs(len(term[1]) - len(asked)), term[1]))[:LOOKED_AT]
    near = [(found, pk) for pk, text in nearest if (found := closeness(asked, text)) is not None]
    meant = [one for one in near if one[0] is not Closeness.MISTYPED] or near
    best = sorted(meant, key=lambda one: -one[0].value)[:EXPANSIONS]
    return {pk: found.value for found, pk in best}


def telling(articles: int, having: int) -> float:
    """The inverse document frequency of BM25, never negative."""
    return math.log(1 + (max(articles - having, 0) + 0.5) / (having + 0.5))


def least_matched(words: int) -> int:
    """So many words of a search an article must have: both of two, half of more, as whole sentences are asked."""
    return words if words <= 2 else math.ceil(words / 2)


def rarest(asked: Sequence[Asked], least: int) -> list[Asked]:
    """Whoever has ``least`` of the words has one of these, which the fewest articles have."""
    known = sorted((one for one in asked if one.is_known), key=lambda one: -one.telling)
    return known[: max(0, len(known) - least + 1)]


def rank(
    asked: Sequence[Asked],
    postings: Iterable[tuple[int, int, float]],
    *,
    least: int,
    favoured: frozenset[int] = frozenset(),
) -> list[Ranked]:
    """``postings``: article, term, weight. Of the terms that stand for a word the best counts.

    ``favoured``: articles of the conversation's own topic.
    """
    worth: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for place, one in enumerate(asked):
        for term, factor in one.factors.items():
            worth[term].append((place, factor * one.telling))
    best: dict[int, dict[int, float]] = defaultdict(dict)
    for article, term, weight in postings:
        values = best[article]
        for place, value in worth[term]:
            values[place] = max(weight * value, values.get(place, 0.0))
    found = [
        Ranked(article, round(sum(values.values()) * (TOPIC_BONUS if article in favoured else 1.0), 4))
        for article, values in best.items()
        if len(values) >= least
    ]
    return sorted(found, key=lambda one: (-one.score, one.article))
