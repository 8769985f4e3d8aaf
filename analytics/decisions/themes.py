"""What a comment carries: what its words say, corrected by what people said of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.decisions.phrases import Comment, Found, Phrase
from analytics.enums import Tone


@dataclass(frozen=True, slots=True)
class Theme:
    """What comments are read for. One of its phrases is enough."""

    id: int
    tone: str
    phrases: Sequence[Phrase]


@dataclass(frozen=True, slots=True)
class Carried:
    """``found`` is None where only a person says so."""

    theme: Theme
    found: Found | None


def carried(text: str, themes: Iterable[Theme], decided: Mapping[int, bool]) -> list[Carried]:
    """``decided``: by theme id, whether a person said that the comment is of it."""
    comment, result = Comment(text), []
    for theme in themes:
        found = comment.find(theme.phrases) if decided.get(theme.id, True) else None
        if found or decided.get(theme.id):
            result.append(Carried(theme, found))
    return result


def speaks(carried: Iterable[Carried], tone: Tone) -> bool:
    """Whether a theme of this tone is among those that the comment carries."""
    return any(one.theme.tone == tone for one in carried)
