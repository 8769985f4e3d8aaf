"""A text as words, taken apart once however many rules look at it."""

import re
from dataclasses import dataclass
from functools import lru_cache

_NOT_WORDS = re.compile(r"[^\w']+")
_ARTICLES = frozenset({"a", "an", "the"})


@dataclass(frozen=True, slots=True)
class Words:
    """``plain``: as ``plain_words`` gives it. ``every``: each word, articles too."""

    plain: str
    every: frozenset[str]


# A message is looked at by many rules at once and then no more: few texts are kept, since they may be long.
@lru_cache(maxsize=32)
def words_of(text: str) -> Words:
    words = [word for word in _NOT_WORDS.split(text.casefold().replace("’", "'")) if word]
    return Words(f" {' '.join(word for word in words if word not in _ARTICLES)} ", frozenset(words))


def plain_words(text: str) -> str:
    """Lower-case words between single spaces, without punctuation and articles: " speak to human "."""
    return words_of(text).plain
