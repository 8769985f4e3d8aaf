"""In which language a text is written, by its commonest words. What it doesn't tell for sure is unknown."""

import json
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

from escalations.decisions.words import words_of

# So many different common words of a language a text must have, and twice as many as of any other.
ENOUGH_WORDS = 3
TIMES_THE_NEXT = 2
# Texts beyond this length say nothing more about their language.
LOOKED_AT = 2_000


@cache
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    """Each common word with the languages whose it is, from ``data/common_words.json``."""
    listed = json.loads((Path(__file__).parent / "data" / "common_words.json").read_text())
    by_word: dict[str, list[str]] = {}
    for language, words in listed.items():
        for word in words.split():
            by_word.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in by_word.items()}


@lru_cache(maxsize=32)
def detect_language(text: str) -> str:
    """Its ISO 639-1 code, or "" where the words don't settle it: never a guess."""
    known = _languages_by_word()
    found: Counter[str] = Counter()
    for word in words_of(text[:LOOKED_AT]).every:
        if word in known:
            found.update(known[word])
    if not found:
        return ""
    (language, count), (_, next_count) = [*found.most_common(2), ("", 0)][:2]
    return language if count >= ENOUGH_WORDS and count >= TIMES_THE_NEXT * next_count else ""


def is_language(tag: str, wanted: frozenset[str]) -> bool:
    """Whether a BCP 47 tag is of one of the wanted languages, in lower case: pt-BR is pt, pt is not pt-br."""
    tag = tag.casefold().replace("_", "-")
    return any(tag == one or tag.startswith(f"{one}-") for one in wanted)
