"""When a conversation goes to a person: the rules, compiled, against what the conversation has shown so far.

Nothing here reads the database or the clock. ``fold`` turns messages into ``Signals`` one at a time,
``evaluate`` asks the compiled rules in their order, and ``Fired.because`` tells the reader why.
"""

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from escalations.enums import Author, ConditionField, Operator, Priority

logger = logging.getLogger(__name__)

# An answer of which the platform did not say whether it failed counts as failed below this confidence.
LOW_CONFIDENCE = 0.4


class Said(Protocol):
    """What a rule may know of one message; a Message is one."""

    author: str
    text: str
    ai_confidence: float | None
    ai_failed: bool | None
    intent: str


@dataclass(frozen=True, slots=True)
class Signals:
    """A conversation since its start or its last handoff, folded; kept as JSON on the conversation."""

    customer_messages: int = 0
    failed_attempts: int = 0
    last_confidence: float | None = None
    lowest_confidence: float | None = None
    intent: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}  # a tenth of what asdict takes


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a condition may look at, at the moment of one message (which ``signals`` already include)."""

    message: Said
    signals: Signals
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that held, with the value that met it."""

    field: str
    operator: str
    value: Any
    actual: Any
    text: str


Check = Callable[[Facts], Held | None]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """``groups``: the rule fires when all checks of one group hold."""

    id: int
    name: str
    version: int
    groups: tuple[tuple[Check, ...], ...]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    rule: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fired:
    rule: CompiledRule
    held: tuple[Held, ...]

    @property
    def because(self) -> dict[str, Any]:
        """As it is stored on the escalation and shown to people."""
        return {
            "text": f"{self.rule.name}: {' and '.join(held.text for held in self.held)}",
            "rule": {"id": self.rule.id, "name": self.rule.name, "version": self.rule.version},
            "conditions": [asdict(held) for held in self.held],
        }


def fold(signals: Signals, message: Said) -> Signals:
    """The signals after one more message, in the order in which the messages were said."""
    intent = message.intent or signals.intent
    match message.author:
        case Author.CUSTOMER:
            return Signals(
                signals.customer_messages + 1,
                signals.failed_attempts,
                signals.last_confidence,
                signals.lowest_confidence,
                intent,
            )
        case Author.AI if message.ai_confidence is not None or message.ai_failed is not None:
            confidence = message.ai_confidence
            known = [c for c in (confidence, signals.lowest_confidence) if c is not None]
            return Signals(
                signals.customer_messages,
                signals.failed_attempts + 1 if is_failed(message) else 0,
                confidence,
                min(known, default=None),
                intent,
            )
    if intent == signals.intent:
        return signals
    return Signals(
        signals.customer_messages,
        signals.failed_attempts,
        signals.last_confidence,
        signals.lowest_confidence,
        intent,
    )


def is_failed(message: Said) -> bool:
    """Whether an AI answer failed: as the platform said, otherwise by its confidence."""
    if message.ai_failed is not None:
        return message.ai_failed
    return message.ai_confidence is not None and message.ai_confidence < LOW_CONFIDENCE


def evaluate(rules: Iterable[CompiledRule], facts: Facts, now: datetime) -> Fired | None:
    """The first rule in order that fires, or None."""
    for rule in rules:
        if (rule.valid_from and now < rule.valid_from) or (rule.valid_to and now >= rule.valid_to):
            continue
        for group in rule.groups:
            held = _all_held(group, facts)
            if held:
                return Fired(rule, held)
    return None


def _all_held(group: tuple[Check, ...], facts: Facts) -> tuple[Held, ...]:
    held = []
    for check in group:
        one = check(facts)
        if one is None:
            return ()
        held.append(one)
    return tuple(held)


def compile_rules(rules: Iterable[Any]) -> tuple[CompiledRule, ...]:
    """From TriggerRule rows with their conditions. One that can't be compiled is logged and left out."""
    compiled = []
    for rule in rules:
        try:
            compiled.append(_compile_rule(rule))
        except (TypeError, ValueError, KeyError) as error:
            logger.error("Trigger rule %s (%s) is left out: %s", rule.pk, rule.name, error)
    return tuple(compiled)


def _compile_rule(rule: Any) -> CompiledRule:
    groups: dict[int, list[Check]] = {}
    for condition in rule.conditions.all():
        check = compile_condition(condition.field, condition.operator, condition.value)
        groups.setdefault(condition.group, []).append(check)
    return CompiledRule(
        id=rule.pk,
        name=rule.name,
        version=rule.version,
        groups=tuple(tuple(checks) for _, checks in sorted(groups.items())),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        rule=rule,
    )


def _confidence(facts: Facts) -> float | None:
    return facts.message.ai_confidence if facts.message.author == Author.AI else None


def _failed_attempts(facts: Facts) -> int | None:
    return facts.signals.failed_attempts if facts.message.author == Author.AI else None


def _customer_text(facts: Facts) -> str | None:
    return facts.message.text if facts.message.author == Author.CUSTOMER else None


# How each field is read from the facts; None where this message says nothing about it.
READERS: dict[str, Callable[[Facts], Any]] = {
    ConditionField.AI_CONFIDENCE: _confidence,
    ConditionField.FAILED_ATTEMPTS: _failed_attempts,
    ConditionField.CUSTOMER_TEXT: _customer_text,
    ConditionField.INTENT: lambda facts: facts.message.intent or None,
    ConditionField.TOPIC: lambda facts: facts.topic or None,
}


def compile_condition(field_name: str, operator: str, value: Any) -> Check:
    """A check of one condition. Raises ValueError where field, operator and value don't go together."""
    field_ = ConditionField(field_name)
    read, label = READERS[field_], field_.label
    match Operator(operator):
        case Operator.BELOW:
            limit = float(value)
            return _check(
                field_, operator, value, read, lambda actual: actual < limit, f"{label} {{}} is below {limit:g}"
            )
        case Operator.AT_LEAST:
            limit = float(value)
            return _check(
                field_,
                operator,
                value,
                read,
                lambda actual: actual >= limit,
                f"{label} {{}} is at least {limit:g}",
            )
        case Operator.ONE_OF:
            texts = frozenset(_texts(value))
            return _check(field_, operator, value, read, lambda actual: actual in texts, f"{label} is “{{}}”")
        case Operator.CONTAINS_PHRASE:
            return _phrases(field_, operator, _texts(value), read)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text for text in value):
        raise ValueError("a list of texts is needed")
    return value


def _check(
    field_name: str,
    operator: str,
    value: Any,
    read: Callable[[Facts], Any],
    holds: Callable[[Any], bool],
    text: str,
) -> Check:
    def check(facts: Facts) -> Held | None:
        actual = read(facts)
        if actual is None or not holds(actual):
            return None
        return Held(field_name, operator, value, actual, text.format(actual))

    return check


def _phrases(field_name: str, operator: str, phrases: list[str], read: Callable[[Facts], Any]) -> Check:
    prepared = [(phrase, plain_words(phrase)) for phrase in phrases]

    def check(facts: Facts) -> Held | None:
        actual = read(facts)
        if actual is None:
            return None
        text = plain_words(actual)
        for phrase, words in prepared:
            if words in text:
                return Held(field_name, operator, phrases, phrase, f"the customer wrote “{phrase}”")
        return None

    return check


_NOT_WORDS = re.compile(r"[^\w']+")
_ARTICLES = frozenset({"a", "an", "the"})


def plain_words(text: str) -> str:
    """Lower-case words between single spaces, without punctuation and articles: " speak to human "."""
    words = (word for word in _NOT_WORDS.split(text.casefold()) if word and word not in _ARTICLES)
    return f" {' '.join(words)} "


def priority_for(rule: Any, plan_code: str) -> Priority:
    """The rule's priority, or the one it gives to this plan."""
    by_plan = rule.priority_by_plan.get(plan_code)
    return Priority.from_code(by_plan) if by_plan else Priority(rule.priority)
