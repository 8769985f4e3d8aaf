"""The words of a question that say what it is about."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

_WORDS = re.compile(r"[^\W_]+")
_BREAKS = re.compile(r"[.,;:!?()\n]")
_EMAIL = re.compile(r"\be-mail", re.IGNORECASE)
# English endings, longest first: "exports", "exporting" and "exported" are one word. Nothing shorter than
# three letters is left over.
_ENDINGS = ("ations", "ation", "ings", "ing", "ment", "ness", "ies", "ied", "ers", "er", "es", "ed", "s", "y", "e")
SHORTEST_STEM = 3
# So many filler words at most may stand within a phrase: "owner of the account".
FILLERS_WITHIN = 2


@cache
def filler_words() -> frozenset[str]:
    """Words that any question may hold, from ``data/filler_words.txt``."""
    return frozenset((Path(__file__).parent / "data" / "filler_words.txt").read_text().split())


def written_words(text: str) -> list[str]:
    """In order and as they are written, without filler words; a single Latin letter or digit says nothing."""
    return [one for one in _WORDS.findall(_normal(text)) if _tells(one)]


def phrases(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Two words that say something, with how they are written from the one to the other, fillers and all."""
    text = _normal(text)
    found = list(_WORDS.finditer(text))
    telling = [place for place, one in enumerate(found) if _tells(one[0])]
    for first, last in pairwise(telling):
        start, end = found[first], found[last]
        between = text[start.end() : end.start()]
        if last - first - 1 <= FILLERS_WITHIN and not _BREAKS.search(between):
            pair = (stem(start[0].casefold()), stem(end[0].casefold()))
            yield pair, " ".join(text[start.start() : end.end()].split())


def _normal(text: str) -> str:
    return _EMAIL.sub("email", unicodedata.normalize("NFKC", text))


def _tells(word: str) -> bool:
    return word.casefold() not in filler_words() and (len(word) > 1 or not word.isascii())


def content_words(text: str) -> list[str]:
    """``written_words``, casefolded."""
    return [word.casefold() for word in written_words(text)]


def stem(word: str) -> str:
    """For comparing, not for reading."""
    if not word.isascii() or word.endswith("ss"):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def stems(text: str) -> list[str]:
    """In the order of the text, each as often as it is there."""
    return [stem(word) for word in content_words(text)]
