"""The words of a question that say what it is about."""

import re
import unicodedata
from functools import cache
from pathlib import Path

_WORDS = re.compile(r"[^\W_]+")
_EMAIL = re.compile(r"\be-mail", re.IGNORECASE)
# English endings, longest first: "exports", "exporting" and "exported" are one word. Nothing shorter than
# three letters is left over.
_ENDINGS = ("ations", "ation", "ings", "ing", "ment", "ness", "ies", "ied", "ers", "er", "es", "ed", "s", "y", "e")
SHORTEST_STEM = 3


@cache
def filler_words() -> frozenset[str]:
    """Words that any question may hold, from ``data/filler_words.txt``."""
    return frozenset((Path(__file__).parent / "data" / "filler_words.txt").read_text().split())


def written_words(text: str) -> list[str]:
    """In order and as they are written, without filler words; a single Latin letter or digit says nothing."""
    words = _WORDS.findall(_EMAIL.sub("email", unicodedata.normalize("NFKC", text)))
    return [one for one in words if one.casefold() not in filler_words() and (len(one) > 1 or not one.isascii())]


def content_words(text: str) -> list[str]:
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
    return [stem(word) for word in content_words(text)]
