"""A text as words, taken apart once however many rules look at it.

A message is looked at by all rules at once and then no more: few texts are kept, since they may be long.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_WORDS = re.compile(r"[\w']+")
ARTICLES = frozenset({"a", "an", "the"})
KEPT = 32


@lru_cache(maxsize=KEPT)
def words_of(text: str) -> tuple[str, ...]:
    """In lower case and in order, without punctuation."""
    return tuple(_WORDS.findall(text.casefold().replace("’", "'")))


def placed_words(text: str) -> Iterator[tuple[str, int, int]]:
    """``words_of`` a text with where each begins and ends in it."""
    for found in _WORDS.finditer(text.replace("’", "'")):
        yield found.group().casefold(), found.start(), found.end()


@lru_cache(maxsize=KEPT)
def word_set(text: str) -> frozenset[str]:
    """Each word once, as rules compare them."""
    return frozenset(words_of(text))


@lru_cache(maxsize=KEPT)
def plain_words(text: str) -> str:
    """Lower-case words between single spaces, without punctuation and articles: " speak to human "."""
    return f" {' '.join([word for word in words_of(text) if word not in ARTICLES])} "


def longest_words(phrases: Iterable[str]) -> frozenset[str]:
    """Of each phrase, articles apart: a text with none of these words has none of the phrases."""
    return frozenset(max(words, key=len) for phrase in phrases if (words := plain_words(phrase).split()))
