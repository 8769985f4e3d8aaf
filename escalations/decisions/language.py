"""In which language a text is written, by its commonest words. What it doesn't tell for sure is unknown."""

import json
from functools import cache, lru_cache
from pathlib import Path

from escalations.decisions.words import KEPT, word_set

# So many different common words of a language a text must have, and twice as many as of any other.
ENOUGH_WORDS = 3
TIMES_THE_NEXT = 2
# Texts beyond this length say nothing more about their language.
LOOKED_AT = 2_000


@cache
def _common_words() -> dict[str, frozenset[str]]:
    """By language, from ``data/common_words.json``."""
    listed = json.loads((Path(__file__).parent / "data" / "common_words.json").read_text())
    return {language: frozenset(words.split()) for language, words in listed.items()}


@lru_cache(maxsize=KEPT)
def detect_language(text: str) -> str:
    """Its ISO 639-1 code, or "" where the words don't settle it: never a guess."""
    words = word_set(text[:LOOKED_AT])
    if len(words) < ENOUGH_WORDS:
        return ""
    counts = sorted([(len(words & common), language) for language, common in _common_words().items()])
    (next_count, _), (count, language) = counts[-2:]
    return language if count >= ENOUGH_WORDS and count >= TIMES_THE_NEXT * next_count else ""


def is_language(tag: str, wanted: frozenset[str]) -> bool:
    """Whether a BCP 47 tag is of one of the wanted languages, in lower case: pt-BR is pt, pt is not pt-br."""
    tag = tag.casefold().replace("_", "-")
    return any(tag == one or tag.startswith(f"{one}-") for one in wanted)
