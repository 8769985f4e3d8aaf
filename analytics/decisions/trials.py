"""What phrases would find, before anybody saves them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
                if len(count.examples) < EXAMPLES:
                    count.examples.append(Quote.of(text, found, AROUND))
        matched += any_found
    return Preview(min(len(comments), most), matched, counts, len(comments) > most)
