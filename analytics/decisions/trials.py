"""What phrases would find, before anybody saves them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from analytics.decisions.phrases import Comment, Found, Phrase
from helpninja.common.masking import mask_contacts

EXAMPLES = 2
# Characters shown on either side of what was found.
AROUND = 80


@dataclass(frozen=True, slots=True)
class Quote:
    """A comment, without contacts, taken apart where a phrase was found; all is ``before`` where none was."""

    before: str
    match: str = ""
    after: str = ""
    phrase: str = ""

    @classmethod
    def of(cls, text: str, found: Found | None, around: int | None = None) -> "Quote":
        text = mask_contacts(text)
        if found is None:
            return cls(text)
        before, after = text[: found.start], text[found.end :]
        if around is not None and len(before) > around:
            before = f"…{before[-around:]}"
        if around is not None and len(after) > around:
            after = f"{after[:around]}…"
        return cls(before, text[found.start : found.end], after, found.phrase)


@dataclass(slots=True)
class OfPhrase:
    """How many comments a phrase found, and a few of them."""

    text: str
    count: int = 0
    examples: list[Quote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """``matched`` of the ``comments`` hold at least one of the phrases; ``is_cut``: there were more comments."""

    comments: int
    matched: int
    phrases: Sequence[OfPhrase]
    is_cut: bool = False


def preview(phrases: Sequence[Phrase], comments: Sequence[str], *, most: int) -> Preview:
    """Of the first ``most`` comments."""
    counts, matched = [OfPhrase(phrase.text) for phrase in phrases], 0
    for text in comments[:most]:
        comment, any_found = Comment(text), False
        for phrase, count in zip(phrases, counts, strict=True):
            if found := comment.find([phrase]):
                any_found = True
                count.count += 1
                quote = Quote.of(text, found, AROUND)
                if len(count.examples) < EXAMPLES and quote not in count.examples:
                    count.examples.append(quote)
        matched += any_found
    return Preview(min(len(comments), most), matched, counts, len(comments) > most)


@dataclass(frozen=True, slots=True)
class Piece:
    """Of a comment, with the themes that were found there."""

    text: str
    themes: tuple[str, ...] = ()


def pieces(text: str, marks: Iterable[tuple[str, int, int]]) -> list[Piece]:
    """A comment without contacts, cut where what was found begins and ends. ``marks``: theme, start, end."""
    text, marks = mask_contacts(text), list(marks)
    cuts = sorted({0, len(text), *(place for _, start, end in marks for place in (start, end))})
    return [
        Piece(text[start:end], tuple(name for name, first, last in marks if first <= start and end <= last))
        for start, end in pairwise(cuts)
    ]
