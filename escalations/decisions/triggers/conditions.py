"""Conditions, compiled: each a check of the facts that says what met it."""

import operator as compare
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from escalations.decisions.language import is_language
from escalations.decisions.triggers.facts import Facts
from escalations.decisions.words import longest_words, plain_words, word_set
from escalations.enums import Author, ConditionField, Operator
from escalations.validators.conditions import FIELDS, compile_pattern, label_of

MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that held, with the value that met it."""

    field: str
    operator: str
    value: Any
    actual: Any
    text: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """``holds`` gives what met it, otherwise None.

    ``author``: whose messages alone it can hold at. ``words``: it holds at no text without one of these.
    """

    field: ConditionField
    holds: Callable[[Facts], Held | None]
    author: Author | None = None
    argument: str = ""
    words: frozenset[str] | None = None


Read = Callable[[Facts], Any]
Field, Op = ConditionField, Operator


def _customer_attribute(name: str) -> Read:
    return lambda facts: facts.about.customer_attributes.get(name)


def _attribute(name: str) -> Read:
    return lambda facts: facts.about.attributes.get(name)


def _response_seconds(facts: Facts) -> float | None:
    return None if facts.message.response_ms is None else facts.message.response_ms / 1000


# How each field is read from the facts; None where they say nothing about it.
READERS: dict[str, Read] = {
    Field.AI_CONFIDENCE: lambda facts: facts.message.ai_confidence,
    Field.LAST_CONFIDENCE: lambda facts: facts.signals.last_confidence,
    Field.LOWEST_CONFIDENCE: lambda facts: facts.signals.lowest_confidence,
    Field.FAILED_ATTEMPTS: lambda facts: facts.signals.failed_attempts,
    Field.RESPONSE_SECONDS: _response_seconds,
    Field.CUSTOMER_TEXT: lambda facts: facts.message.text,
    Field.CUSTOMER_MESSAGES: lambda facts: facts.signals.customer_messages,
    Field.SENTIMENT: lambda facts: facts.signals.sentiment,
    Field.FRUSTRATED: lambda facts: facts.signals.frustrated,
    Field.LANGUAGE: lambda facts: facts.language,
    Field.INTENT: lambda facts: facts.signals.intent or None,
    Field.TOPIC: lambda facts: facts.topic or None,
    Field.MINUTES: lambda facts: facts.minutes,
    Field.PLAN: lambda facts: facts.about.plan or None,
    Field.REGION: lambda facts: facts.about.region or None,
    Field.CHANNEL: lambda facts: facts.about.channel or None,
    Field.CUSTOMER_AGE: lambda facts: facts.customer_days,
    Field.MONTHLY_VALUE: lambda facts: facts.about.monthly_value,
}
# Those that are read from the circumstances.
CIRCUMSTANCES = frozenset(
    {
        Field.LANGUAGE,
        Field.MINUTES,
        Field.PLAN,
        Field.REGION,
        Field.CHANNEL,
        Field.CUSTOMER_AGE,
        Field.MONTHLY_VALUE,
        Field.CUSTOMER_ATTRIBUTE,
        Field.CONVERSATION_ATTRIBUTE,
    }
)
# Those that need to be told of what.
READERS_OF: dict[str, Callable[[str], Read]] = {
    Field.MEAN_CONFIDENCE: lambda answers: lambda facts: facts.mean_confidence(int(answers)),
    Field.CUSTOMER_ATTRIBUTE: _customer_attribute,
    Field.CONVERSATION_ATTRIBUTE: _attribute,
    Field.EARLIER_ESCALATIONS: lambda days: lambda facts: facts.escalations_within(int(days)),
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    Op.BELOW: compare.lt,
    Op.AT_MOST: compare.le,
    Op.AT_LEAST: compare.ge,
    Op.ABOVE: compare.gt,
}


def compile_condition(field_name: str, operator: str, value: Any, argument: str = "") -> Check:
    """A check of one condition. Raises ValueError where field, operator, value and argument don't go together."""
    field, operator_ = ConditionField(field_name), Operator(operator)
    spec = FIELDS[field]
    if operator_ not in spec.operators:
        raise ValueError(f"{field.label} does not go with “{operator_.label}”")
    read = READERS_OF[field](argument) if field in READERS_OF else READERS[field]
    condition = _Condition(field, operator_, value, argument, label_of(field, argument))
    match operator_:
        case Op.BELOW | Op.AT_MOST | Op.AT_LEAST | Op.ABOVE:
            holds = _compares(condition, _number(read) if argument else read)
        case Op.ONE_OF | Op.NONE_OF:
            holds = _is_of(condition, read)
        case Op.CONTAINS_PHRASE | Op.LACKS_PHRASES:
            holds = _phrases(condition, read)
        case Op.CONTAINS_WORDS:
            holds = _words(condition, read)
        case Op.MATCHES | Op.MATCHES_NOT:
            holds = _matches(condition, read)
        case Op.IS_TRUE | Op.IS_FALSE:
            holds = _truth(condition, read)
        case Op.IS_KNOWN | Op.IS_UNKNOWN:
            holds = _knowledge(condition, read)
    return Check(field, holds, spec.author, argument, _needed_words(operator_, value))


@dataclass(frozen=True, slots=True)
class _Condition:
    field: ConditionField
    operator: Operator
    value: Any
    argument: str
    label: str

    def held(self, actual: Any, text: str) -> Held:
        return Held(self.field, self.operator, self.value, actual, text, self.argument)


def _compares(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    limit, compares = float(condition.value), COMPARISONS[condition.operator]
    tail = f"{condition.operator.label} {shown(limit)}"

    def holds(facts: Facts) -> Held | None:
        actual = read(facts)
        if actual is None or not compares(actual, limit):
            return None
        return condition.held(actual, f"{condition.label} {shown(actual)} {tail}")

    return holds


def _number(read: Read) -> Read:
    """A custom attribute as a number, where it is one."""

    def number(facts: Facts) -> float | None:
        value = read(facts)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            return float(value)
        except ValueError:
            return None

    return number


def shown(number: float) -> str:
    """At most four decimals: 0.3333, 1,200, 3."""
    return f"{round(number, 4):,}".removesuffix(".0")


def _is_of(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    wanted = frozenset(text.casefold() for text in _texts(condition.value))
    negated = condition.operator == Op.NONE_OF
    same = is_language if condition.field == Field.LANGUAGE else _is_same

    def holds(facts: Facts) -> Held | None:
        actual = read(facts)
        if actual is None:
            return None
        texts = _as_texts(actual)
        found = [text for text in texts if same(text, wanted)]
        if bool(found) == negated:
            return None
        verb = "is none of those named: it is" if negated else "is"
        return condition.held(actual, f"{condition.label} {verb} “{', '.join(found or texts)}”")

    return holds


def _is_same(text: str, wanted: frozenset[str]) -> bool:
    return text.casefold() in wanted


def _as_texts(value: Any) -> list[str]:
    """A custom attribute may be anything: of a list each item counts."""
    match value:
        case str():
            return [value]
        case bool():
            return [str(value).lower()]
        case int() | float():
            return [f"{value:g}"]
        case list():
            return [text for item in value for text in _as_texts(item)]
    return []


def _needed_words(operator: Operator, value: Any) -> frozenset[str] | None:
    if operator == Op.CONTAINS_PHRASE:
        return longest_words(value)
    return longest_words([" ".join(value)]) or None if operator == Op.CONTAINS_WORDS else None


def _phrases(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    phrases = [(phrase, plain_words(phrase)) for phrase in _texts(condition.value)]
    needed = longest_words([phrase for phrase, _ in phrases])
    lacks = condition.operator == Op.LACKS_PHRASES

    def find(text: str) -> str | None:
        if needed.isdisjoint(word_set(text)):
            return None
        words = plain_words(text)
        return next((phrase for phrase, plain in phrases if plain in words), None)

    def holds(facts: Facts) -> Held | None:
        found = find(read(facts))
        if lacks:
            said = f"{condition.label} has none of the phrases"
            return None if found else condition.held("", said)
        return condition.held(found, f"the customer wrote “{found}”") if found else None

    return holds


def _words(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    texts = _texts(condition.value)
    wanted = frozenset(word for text in texts for word in word_set(text))
    said = f"the customer wrote {', '.join(f'“{text}”' for text in texts)}"

    def holds(facts: Facts) -> Held | None:
        return condition.held(texts, said) if wanted <= word_set(read(facts)) else None

    return holds


def _matches(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    pattern, negated = compile_pattern(condition.value), condition.operator == Op.MATCHES_NOT

    def holds(facts: Facts) -> Held | None:
        found = pattern.search(read(facts))
        if negated:
            said = f"{condition.label} does not match “{condition.value}”"
            return None if found else condition.held("", said)
        if not found:
            return None
        matched = found.group()[:MAX_SHOWN]
        return condition.held(matched, f"the customer wrote “{matched}”")

    return holds


def _truth(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    """What is not known is neither true nor false."""
    wanted = condition.operator == Op.IS_TRUE
    said = f"{condition.label} {condition.operator.label}"
    if condition.field == Field.FRUSTRATED:
        said = f"the customer is {'' if wanted else 'not '}frustrated"

    def holds(facts: Facts) -> Held | None:
        actual = read(facts)
        return condition.held(actual, said) if actual is wanted else None

    return holds


def _knowledge(condition: _Condition, read: Read) -> Callable[[Facts], Held | None]:
    wanted = condition.operator == Op.IS_KNOWN
    said = f"{condition.label} {condition.operator.label}"

    def holds(facts: Facts) -> Held | None:
        actual = read(facts)
        return condition.held(actual, said) if (actual not in (None, "", [])) == wanted else None

    return holds


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text for text in value):
        raise ValueError("a list of texts is needed")
    return value
