"""What feedback suggests to do: rules over its figures, each suggestion with what it is drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from helpninja.common.values import ENOUGH, Value

# Of the constructive comments, what is worth working on.
LEAST_SHARE = 0.15
MOST = 3


@dataclass(frozen=True, slots=True)
class Weighed:
    """A constructive theme: its comments now, whether it changes beyond chance, and what its row advises."""

    name: str
    advice: str
    share: Value
    grows: bool
    shrinks: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``share``: the comments of ``themes`` together, each once, of all constructive ones."""

    text: str
    themes: tuple[str, ...]
    share: Value
    grows: tuple[str, ...]


def suggestions(themes: Iterable[Weighed], advised: Mapping[str, Value]) -> Sequence[Suggestion]:
    """What grows first, then by share. ``advised``: by advice, the share of the comments of its themes together.

    What is said of themes that all become rarer beyond chance is being worked on with success, and left out.
    """
    by_advice: dict[str, list[Weighed]] = {}
    for theme in themes:
        if theme.advice and theme.share.hits:
            by_advice.setdefault(theme.advice, []).append(theme)
    found = [
        Suggestion(
            advice,
            tuple(one.name for one in of_advice),
            advised[advice],
            tuple(one.name for one in of_advice if one.grows),
        )
        for advice, of_advice in by_advice.items()
        if advice in advised and not all(one.shrinks for one in of_advice)
    ]
    worth = [one for one in found if one.grows or _is_large(one.share)]
    return sorted(worth, key=lambda one: (not one.grows, -(one.share.value or 0), one.text))[:MOST]


def _is_large(share: Value) -> bool:
    return (share.hits or 0) >= ENOUGH and (share.value or 0) >= LEAST_SHARE
