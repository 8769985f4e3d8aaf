"""What is rolled up: the sources, and by what their rows can be told apart.

Every dimension of a source is a set of pairs of row and value. Most rows have one value, a column; several agents
may have handled an escalation, and a message is of all escalations of its conversation. A filter on one value lets
through exactly the rows that are paired with it: what ``Filters`` says as conditions is said here as pairs.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.expressions import Combinable

from analytics.metrics import sources
from analytics.metrics.filters import conversation_team, conversation_topic
from analytics.metrics.sources import Source

TOTAL = "total"
# All of these at once are a dimension too: what filters and splits have several of them is summed from such mixes.
MIX = "mix"
MIXED = ("topic", "team", "plan", "region", "channel")
# Of these the values are ids, of the others texts.
IDS = ("topic", "team", "plan", "agent", "priority")
PLACES = ("plan", "region", "channel")
HANDLED_BY = ("resolved_by", "first_responder", "handling_intervals__agent")
COLUMNS = ("topic", "team", "plan", "region", "channel", "reason", "priority")

# Texts by ``MIXED``; None where several have not the same one.
Mix = tuple[str | None, ...]
# Of a dimension's name, a row's key and a value.
Pairs = Iterator[tuple[str, int, Any]]


@dataclass(frozen=True, eq=False)
class Several:
    """Where a row may have several values of a dimension: ``find`` asks of rows what ``pairs`` are read off."""

    find: Callable[[QuerySet[Any]], QuerySet[Any, tuple[Any, ...]]]
    pairs: Callable[[tuple[Any, ...]], Pairs]


@dataclass(frozen=True, eq=False)
class Facts:
    """``columns`` are expressions by dimension; ``several`` gives further pairs, of the dimensions ``also``."""

    source: Source
    columns: Mapping[str, str | Combinable]
    several: Several | None = None
    also: tuple[str, ...] = ()

    @cached_property
    def dimensions(self) -> frozenset[str]:
        is_mixed = any(set(MIXED) <= names for names in (self.columns.keys(), set(self.also)))
        return frozenset((TOTAL, *self.columns, *self.also, *((MIX,) if is_mixed else ())))

    def dimension_of(self, expression: Any) -> str | None:
        """The dimension whose only values the expression gives."""
        for name, column in self.columns.items():
            if name not in self.also and expression == (F(column) if isinstance(column, str) else column):
                return name
        return None

    @property
    def by_reason(self) -> bool:
        """Whether its sums are kept apart by the reason of the escalation within each value."""
        return "reason" in self.columns


def _of_escalation(prefix: str = "", **more: str) -> dict[str, str | Combinable]:
    return {**{name: f"{prefix}{name}" for name in COLUMNS}, **more}


def _of_rating() -> dict[str, str | Combinable]:
    """Of the escalation that was rated, or of the conversation where there was none."""

    def of(name: str, otherwise: Combinable) -> Case:
        return Case(When(escalation__isnull=False, then=F(f"escalation__{name}")), default=otherwise)

    return {
        **{name: of(name, F(f"conversation__{name}")) for name in PLACES},
        "topic": of("topic", conversation_topic("conversation__")),
        "team": of("team", conversation_team("conversation__")),
        "reason": "escalation__reason",
        "priority": "escalation__priority",
        "agent": "handler",
    }


def _handlers(rows: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    """Who held it, answered it first or resolved it."""
    return rows.order_by().values_list("pk", *HANDLED_BY).distinct()


def _conversation_handlers(rows: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    escalated = rows.filter(escalations__isnull=False).order_by()
    return escalated.values_list("pk", *(f"escalations__{name}" for name in HANDLED_BY)).distinct()


def _agents(row: tuple[Any, ...]) -> Pairs:
    pk, *agents = row
    return (("agent", pk, agent) for agent in agents if agent is not None)


def _escalations_of_messages(rows: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    escalated = rows.filter(conversation__escalations__isnull=False).order_by()
    return escalated.values_list("pk", *(f"conversation__escalations__{name}" for name in COLUMNS)).distinct()


def _columns(row: tuple[Any, ...]) -> Pairs:
    pk, *values = row
    of = dict(zip(COLUMNS, values, strict=True))
    for name, value in of.items():
        yield name, pk, value
    yield MIX, pk, tuple(text_of(of[name]) for name in MIXED)


def text_of(value: Any) -> str:
    """As rollups keep it; nothing is the empty text."""
    return "" if value is None else str(value)


def mix_text(values: Sequence[str | None]) -> str:
    """Of texts by ``MIXED``; None is none of them."""
    return json.dumps(dict(zip(MIXED, values, strict=True)), ensure_ascii=False)


@lru_cache(maxsize=16384)
def mix_of(text: str) -> dict[str, str | None]:
    """By name; not to be changed."""
    found: dict[str, str | None] = json.loads(text)
    return found


def united(mixes: Iterable[Mix]) -> dict[Mix, int]:
    """How often to count each mix, so that what is of several counts once for any values that some of them has.

    By inclusion and exclusion: two have these values both if what they have in common has them. That holds for one
    value of each dimension, not for a choice of several.
    """
    found: Counter[Mix] = Counter()
    for mix in mixes:
        changes: Counter[Mix] = Counter({mix: 1})
        for other, often in found.items():
            common = tuple(a if a == b else None for a, b in zip(mix, other, strict=True))
            changes[common] -= often
        found.update(changes)
    return {mix: often for mix, often in found.items() if often}


def _facts() -> Iterator[Facts]:
    told: dict[str, str | Combinable] = {name: name for name in PLACES}
    told |= {"topic": conversation_topic(), "team": conversation_team()}
    held = _of_escalation("escalation__", agent="agent")
    handlers = Several(_handlers, _agents)
    yield Facts(sources.CONVERSATIONS, told, Several(_conversation_handlers, _agents), ("agent",))
    yield Facts(sources.OPENED, _of_escalation(), handlers, ("agent",))
    yield Facts(sources.RESPONDED, _of_escalation(agent="first_responder"))
    yield Facts(sources.RESOLVED_ONCE, _of_escalation(agent="resolved_by"))
    yield Facts(sources.RESOLVED, _of_escalation(agent="resolved_by"))
    yield Facts(sources.JUDGED, _of_escalation(), handlers, ("agent",))
    yield Facts(sources.RATED, _of_rating())
    yield Facts(sources.SURVEYED, _of_rating())
    yield Facts(sources.HANDLED, held)
    yield Facts(sources.COSTED, held)
    yield Facts(sources.REVIEWED, held)
    yield Facts(sources.HUMAN_MESSAGES, {"agent": "agent"}, Several(_escalations_of_messages, _columns), COLUMNS)
    yield Facts(sources.ESCALATED_MESSAGES, _of_escalation(), handlers, ("agent",))


# By source; those by whose hours volume is drawn first: their sums are kept by the hour in every tier.
FACTS = {facts.source.key: facts for facts in _facts()}
CLOCKED = (sources.CONVERSATIONS.key, sources.OPENED.key)
