"""What a group of questions is called, and which words make it stand out."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from quality.decisions.wording import phrases, stem, stems, written_words

_SENTENCES = re.compile(r"(?<=[.?!])\s+")
LONGEST_NAME = 80
TERMS = 8
# What names a group is in so large a share of its questions, and in two at least.
NAMING_SHARE = 1 / 3


@dataclass(frozen=True)
class Description:
    """``terms`` are those by which the group differs most, the most telling first."""

    name: str
    terms: tuple[str, ...]


def frequencies(texts: Sequence[str]) -> Counter[str]:
    """In how many of the texts each stem is."""
    return Counter(one for text in texts for one in set(stems(text)))


def describe(
    texts: Sequence[str],
    notes: Sequence[str],
    *,
    overall: Mapping[str, int],
    total: int,
    taken: Collection[str] = (),
) -> Description:
    """Of a group whose ``texts`` are sorted with the most typical first, among ``total`` texts with the stem
    frequencies ``overall``.

    The name is what agents called it, if they did; else the question that a third of them are, but for filler
    words; else the pair of words that stands out most, as it is written; else the most typical question. One that
    is ``taken`` (in lower case) is passed over while there is another.
    """
    weights = {one: count * math.log(1 + total / overall.get(one, 1)) for one, count in frequencies(texts).items()}
    forms = _forms(texts)
    terms = tuple(forms[one] for one in sorted(weights, key=lambda one: (-weights[one], one))[:TERMS])
    told, found = [*_spelled(notes), *_same(texts)], _phrases(texts, weights)
    candidates = [*told, *found, *map(_gist, texts[:1]), ", ".join(terms[:3])]
    names = [name for one in candidates if (name := _tidy(one))] or ["Unnamed"]
    return Description(next((name for name in names if name.casefold() not in taken), names[0]), terms)


def _spelled(texts: Iterable[str]) -> list[str]:
    """The most frequent first, whatever their capitals; each as it is written most often."""
    written = Counter(text.strip() for text in texts if text.strip())
    by_spelling: Counter[str] = Counter()
    for text, count in written.items():
        by_spelling[text.casefold()] += count
    return [
        max((text for text in written if text.casefold() == spelling), key=lambda text: written[text])
        for spelling, _ in by_spelling.most_common()
    ]


def _same(texts: Sequence[str]) -> list[str]:
    """The question of a group that is asked in nearly the same words again and again, at its shortest."""
    said = [tuple(stems(text)) for text in texts]
    words, count = Counter(said).most_common(1)[0]
    alike = [text for text, one in zip(texts, said, strict=True) if one == words]
    return [_gist(min(alike, key=len))] if 1 < count >= len(texts) * NAMING_SHARE else []


def _gist(text: str) -> str:
    """The first sentence that says something, or all of it."""
    telling = (one for one in _SENTENCES.split(text) if len(stems(one)) > 1)
    return next(telling, text)


def _phrases(texts: Sequence[str], weights: Mapping[str, float]) -> list[str]:
    """What enough of the texts hold, once each."""
    written: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        for pair, phrase in dict(phrases(text)).items():
            if pair[0] != pair[1]:
                written.setdefault(pair, []).append(phrase)
    least = max(2, len(texts) * NAMING_SHARE)
    common = [pair for pair, found in written.items() if len(found) >= least]
    common.sort(key=lambda pair: (-len(written[pair]) * (weights[pair[0]] + weights[pair[1]]), pair))
    return [_spelled(written[pair])[0] for pair in common]


def _forms(texts: Sequence[str]) -> dict[str, str]:
    """How each stem is written most often; in lower case unless it is a name or an abbreviation."""
    written: dict[str, Counter[str]] = {}
    for text in texts:
        for word in written_words(text):
            form = word if any(letter.isupper() for letter in word[1:]) else word.lower()
            written.setdefault(stem(word.casefold()), Counter())[form] += 1
    return {one: forms.most_common(1)[0][0] for one, forms in written.items()}


def _tidy(name: str) -> str:
    """On one line, with a capital, and cut at a word."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1].rsplit(" ", 1)[0] + "…"
    return name[:1].upper() + name[1:]
