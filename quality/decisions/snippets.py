"""The part of an article that shows best why it was found."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from quality.decisions.words import words_in

LENGTH = 220
STRETCH = 30  # words
PUNCTUATION = ".,;:!?()[]{}<>\"'“”‘’…-–—*/\\`"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an excerpt; what was looked for is marked."""

    text: str
    is_match: bool


def snippet(text: str, matched: Collection[str]) -> list[Piece]:
    """About ``LENGTH`` characters where most of the matched words (as the index has them) stand, in order."""
    words = text.split()
    hits = [_is_match(word, matched) for word in words]
    start = best_start(hits)
    pieces: list[Piece] = []
    length = 0
    for place in range(start, len(words)):
        length += len(words[place]) + 1
        if length > LENGTH and pieces:
            pieces.append(Piece(" …", False))
            break
        pieces.append(Piece(words[place][:LENGTH], hits[place]))
        pieces.append(Piece(" ", False))
    return [Piece("… ", False), *pieces] if start else pieces


def _is_match(word: str, matched: Collection[str]) -> bool:
    bare = word.lower().strip(PUNCTUATION)
    if bare.isascii() and bare.isalnum():  # most words; the rules would take ten times as long
        return bare in matched
    return any(part in matched for part in words_in(word))


def best_start(hits: Sequence[bool]) -> int:
    """A little before the first hit of the stretch that has the most of them."""
    places = [place for place, hit in enumerate(hits) if hit]
    if not places:
        return 0
    within = [bisect_left(places, first + STRETCH) - number for number, first in enumerate(places)]
    best = places[within.index(max(within))]
    return max(0, best - 4) if best > 8 else 0
