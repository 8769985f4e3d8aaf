"""Phrases that are frequent now and were rare before, among comments that speak of no theme yet.

The unit is the comment, not the word: one that says a thing five times says it once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from analytics.decisions.holm import holm
from analytics.decisions.phrases import Comment, Phrase, Word
from helpninja.common.values import ENOUGH
from quality.decisions.words import STOP_WORDS

LONGEST = 3
OFFERED = 3
BEYOND_CHANCE = 0.05
# A longer term stands for a shorter one when it has so much of its comments.
AS_GOOD = 0.8

Differ = Callable[[int, int, int, int], float]
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """``name`` as customers write it; so many comments of now and of before hold the ``phrase``.

    ``p``: how often chance alone would bring such a growth, corrected for all terms looked at.
    """

    name: str
    phrase: str
    now: int
    before: int
    p: float


def fresh_phrases(now: Sequence[str], before: Sequence[str], differ: Differ) -> list[Fresh]:
    """The clearest first, of comments without a theme. ``differ``: the p of ``(hits, n, other hits, other n)``."""
    if min(len(now), len(before)) < ENOUGH:
        return []
    comments, earlier = [Comment(text) for text in now], [Comment(text) for text in before]
    said, known = _places(comments), {term: len(places) for term, places in _places(earlier).items()}
    grown = {
        term: places
        for term, places in said.items()
        if len(places) >= ENOUGH and len(places) * len(before) > known.get(term, 0) * len(now)
    }
    ps = holm([differ(len(said[term]), len(now), known.get(term, 0), len(before)) for term in grown])
    clear = {term: p for term, p in zip(grown, ps, strict=True) if p <= BEYOND_CHANCE}
    found = []
    for term in _apart(clear, grown):
        name, phrase = _written(term, [(comments[place], now[place]) for place in sorted(grown[term])])
        counts = _count(phrase, comments), _count(phrase, earlier)
        if counts[0] >= ENOUGH:
            found.append(Fresh(name, phrase.text, *counts, clear[term]))
    return found[:OFFERED]


def _places(comments: Sequence[Comment]) -> dict[Term, set[int]]:
    """By term, which of the comments hold it."""
    found: dict[Term, set[int]] = defaultdict(set)
    for place, comment in enumerate(comments):
        for words in _runs(comment):
            found[_term(words)].add(place)
    return found


def _runs(comment: Comment) -> Iterator[Sequence[Word]]:
    """Up to three telling words on end within a sentence."""
    telling = [word for word in comment.words if word.stem not in STOP_WORDS and len(word.stem) > 1]
    for first, start in enumerate(telling):
        for end in range(first + 1, min(first + LONGEST, len(telling)) + 1):
            if telling[end - 1].sentence != start.sentence:
                break
            yield telling[first:end]


def _term(words: Sequence[Word]) -> Term:
    return tuple(word.stem for word in words)


def _apart(clear: dict[Term, float], places: dict[Term, set[int]]) -> list[Term]:
    """The clearest ones that are not mostly in the same comments; of each kind the longest that is as good."""
    chosen: list[Term] = []
    for term in sorted(clear, key=lambda one: (clear[one], -len(one), one)):
        if all(len(places[term] & places[other]) * 2 <= len(places[term]) for other in chosen):
            longer = [one for one in clear if len(places[one] & places[term]) >= AS_GOOD * len(places[term])]
            chosen.append(max(longer, key=lambda one: (len(one), len(places[one]), one)))
    return chosen


def _written(term: Term, comments: Iterable[tuple[Comment, str]]) -> tuple[str, Phrase]:
    """As most customers write it, and what finds it."""
    names: Counter[str] = Counter()
    written: Counter[tuple[str, ...]] = Counter()
    for comment, text in comments:
        for words in _runs(comment):
            if _term(words) == term:
                names[text[words[0].start : words[-1].end]] += 1
                written[tuple(text[word.start : word.end] for word in words)] += 1
    name, words_written = names.most_common(1)[0][0], written.most_common(1)[0][0]
    return name[:1].upper() + name[1:], Phrase.of(" … ".join(words_written))


def _count(phrase: Phrase, comments: Sequence[Comment]) -> int:
    return sum(comment.find([phrase]) is not None for comment in comments)
