"""The part of an article that shows best why it was found."""

from collections.abc import Collection
from dataclasses import dataclass

from quality.decisions.words import words_in

LENGTH = 220
PUNCTUATION = ".,;:!?()[]{}<>\"'“”‘’…-–—*/\\`"


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_match: bool


def snippet(text: str, matched: Collection[str]) -> list[Piece]:
    """About ``LENGTH`` characters where most of the matched words (as the index has them) stand, in order."""
    words = text.split()
    hits = [_is_match(word, matched) for word in words]
    start = _best_start(words, hits)
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


def _best_start(words: list[str], hits: list[bool]) -> int:
    """A little before the first hit of the stretch that has the most of them."""
    places = [place for place, hit in enumerate(hits) if hit]
    if not places:
        return 0
    window = 30
    best = max(places, key=lambda first: (sum(first <= place < first + window for place in places), -first))
    return max(0, best - 4) if best > 8 else 0
