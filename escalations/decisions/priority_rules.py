"""Which priority rule applies to what is known of a handoff: the first in order of which one group holds."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from escalations.decisions.triggers import plain_words
from escalations.enums import Priority, PriorityField, Reason

# A platform may send anything as attributes.
MAX_FLAGS, MAX_FLAG_LENGTH = 50, 60


@dataclass(frozen=True, slots=True)
class Content:
    """What the rules may look at: codes, slugs, flags as ``flags_of`` names them, and what the customer wrote."""

    plan: str = ""
    topic: str = ""
    reason: str = ""
    intents: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for any of ``values``, which are as ``PREPARED`` writes them."""

    field: PriorityField
    values: tuple[str, ...]

    def met_by(self, content: Content) -> str | None:
        """The first value that meets it."""
        return READERS[self.field](content, self.values)


@dataclass(frozen=True, slots=True)
class Rule:
    """``groups``: it applies when all conditions of one group hold."""

    id: int
    name: str
    version: int
    priority: Priority
    groups: tuple[tuple[Condition, ...], ...]

    def held_by(self, content: Content) -> tuple[str, ...]:
        """What held, as people read it; empty where the rule does not apply."""
        for group in self.groups:
            found = [condition.met_by(content) for condition in group]
            if None not in found:
                return tuple(
                    SPOKEN[condition.field](str(value)) for condition, value in zip(group, found, strict=True)
                )
        return ()


def compile_rules(rows: Iterable[Any]) -> tuple[Rule, ...]:
    """From PriorityRule rows with their conditions, in their order. One without conditions never applies."""
    return tuple(
        Rule(row.pk, row.name, row.version, Priority(row.priority), _groups(row.conditions.all())) for row in rows
    )


def _groups(conditions: Iterable[Any]) -> tuple[tuple[Condition, ...], ...]:
    groups: dict[int, list[Condition]] = {}
    for row in conditions:
        prepare = PREPARED.get(row.field, str)
        condition = Condition(PriorityField(row.field), tuple(map(prepare, row.values)))
        groups.setdefault(row.group, []).append(condition)
    return tuple(tuple(group) for _, group in sorted(groups.items()))


def flags_of(*attributes: Mapping[str, Any]) -> frozenset[str]:
    """What chat platforms mark: the names under "flags", and every attribute that is true."""
    names = filter(None, map(flag_name, _marked(attributes)))
    return frozenset(sorted(names)[:MAX_FLAGS])


def _marked(attributes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for given in attributes:
        named = given.get("flags")
        if isinstance(named, list):
            yield from (name for name in named if isinstance(name, str))
        yield from (name for name, value in given.items() if value is True)


def flag_name(text: str) -> str:
    """``Service affecting`` and ``service-affecting`` are ``service_affecting``; empty where it is no name."""
    name = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return name if len(name) <= MAX_FLAG_LENGTH else ""


def _one_of(read: Callable[[Content], Collection[str]]) -> Callable[[Content, tuple[str, ...]], str | None]:
    def find(content: Content, values: tuple[str, ...]) -> str | None:
        given = read(content)
        return next((value for value in values if value in given), None)

    return find


def _keyword(content: Content, values: tuple[str, ...]) -> str | None:
    """Whole words, as trigger rules find phrases: no case, punctuation or articles."""
    text = plain_words(content.text)
    return next((value.strip() for value in values if value in text), None)


READERS: dict[str, Callable[[Content, tuple[str, ...]], str | None]] = {
    PriorityField.PLAN: _one_of(lambda content: (content.plan,)),
    PriorityField.TOPIC: _one_of(lambda content: (content.topic,)),
    PriorityField.REASON: _one_of(lambda content: (content.reason,)),
    PriorityField.INTENT: _one_of(lambda content: content.intents),
    PriorityField.FLAG: _one_of(lambda content: content.flags),
    PriorityField.KEYWORD: _keyword,
}
# How a value is written so that it can be compared; as it is typed where nothing is said.
PREPARED: dict[str, Callable[[str], str]] = {
    PriorityField.FLAG: flag_name,
    PriorityField.KEYWORD: plain_words,
}
SPOKEN: dict[str, Callable[[str], str]] = {
    PriorityField.PLAN: lambda value: f"plan {value}",
    PriorityField.TOPIC: lambda value: f"topic {value}",
    PriorityField.REASON: lambda value: f"reason: {Reason(value).label.lower()}",
    PriorityField.INTENT: lambda value: f"intent {value}",
    PriorityField.FLAG: lambda value: f"flag {value}",
    PriorityField.KEYWORD: lambda value: f"the customer wrote “{value}”",
}
