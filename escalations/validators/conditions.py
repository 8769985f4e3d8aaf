"""Which operators, values and arguments go with each field that a trigger condition may look at."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import re2
from django.core.exceptions import ValidationError

from escalations.enums import Author, ConditionField, Operator

Field, Op = ConditionField, Operator

NUMBERS = (Op.BELOW, Op.AT_MOST, Op.AT_LEAST, Op.ABOVE)
TEXTS = (Op.ONE_OF, Op.NONE_OF)
PHRASES = (Op.CONTAINS_PHRASE, Op.LACKS_PHRASES, Op.CONTAINS_WORDS)
PATTERNS = (Op.MATCHES, Op.MATCHES_NOT)
TRUTHS = (Op.IS_TRUE, Op.IS_FALSE)
KNOWLEDGE = (Op.IS_KNOWN, Op.IS_UNKNOWN)
# With these a condition has no value.
WITHOUT_VALUE = (*TRUTHS, *KNOWLEDGE)

MAX_TEXTS = 200
MAX_TEXT_LENGTH = 200
MAX_PATTERN_LENGTH = 500
MAX_ARGUMENT_LENGTH = 80
RECENT_ANSWERS = 10  # so many confidences of the AI are kept for their mean


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What goes with a field. ``author``: whose messages alone say it, so that at others it never holds.

    ``argument``: what has to be said beside the value, in people's words; a whole number where ``arguments`` is
    given, otherwise a name. Numbers lie from ``lowest`` to ``highest``.
    """

    operators: tuple[Operator, ...]
    author: Author | None = None
    argument: str = ""
    arguments: range | None = None
    lowest: float | None = None
    highest: float | None = None
    whole: bool = False
    hint: str = ""


_CONFIDENCE: dict[str, Any] = {"operators": NUMBERS, "lowest": 0, "highest": 1}
_COUNT: dict[str, Any] = {"operators": NUMBERS, "lowest": 1, "whole": True}
_ATTRIBUTE = FieldSpec((*TEXTS, *NUMBERS, *TRUTHS, *KNOWLEDGE), argument="name of the attribute")

FIELDS: dict[str, FieldSpec] = {
    Field.AI_CONFIDENCE: FieldSpec(**_CONFIDENCE, author=Author.AI),
    Field.LAST_CONFIDENCE: FieldSpec(**_CONFIDENCE, hint="Holds at the customer's messages too."),
    Field.LOWEST_CONFIDENCE: FieldSpec(**_CONFIDENCE, hint="Since the start, or the last handoff."),
    Field.MEAN_CONFIDENCE: FieldSpec(
        **_CONFIDENCE, argument="number of answers", arguments=range(2, RECENT_ANSWERS + 1)
    ),
    Field.FAILED_ATTEMPTS: FieldSpec(**_COUNT),
    Field.RESPONSE_SECONDS: FieldSpec(NUMBERS, author=Author.AI, lowest=0),
    Field.CUSTOMER_TEXT: FieldSpec(
        (*PHRASES, *PATTERNS),
        author=Author.CUSTOMER,
        hint="Upper case, punctuation and articles make no difference to phrases, upper case none to patterns.",
    ),
    Field.CUSTOMER_MESSAGES: FieldSpec(**_COUNT, hint="Since the start, or the last handoff."),
    Field.SENTIMENT: FieldSpec(NUMBERS, lowest=-1, highest=1, hint="From -1 (angry) to 1 (happy)."),
    Field.FRUSTRATED: FieldSpec(TRUTHS),
    Field.LANGUAGE: FieldSpec(
        (*TEXTS, *KNOWLEDGE), hint="Such as en or pt-BR: as stated, otherwise detected from what was written."
    ),
    Field.INTENT: FieldSpec((*TEXTS, *KNOWLEDGE), hint="The latest that the chat platform gave."),
    Field.TOPIC: FieldSpec((*TEXTS, *KNOWLEDGE)),
    Field.MINUTES: FieldSpec(NUMBERS, lowest=0),
    Field.PLAN: FieldSpec((*TEXTS, *KNOWLEDGE)),
    Field.REGION: FieldSpec((*TEXTS, *KNOWLEDGE)),
    Field.CHANNEL: FieldSpec(TEXTS),
    Field.CUSTOMER_AGE: FieldSpec((*NUMBERS, *KNOWLEDGE), lowest=0, hint="In days."),
    Field.MONTHLY_VALUE: FieldSpec((*NUMBERS, *KNOWLEDGE), lowest=0, hint="In US dollars."),
    Field.CUSTOMER_ATTRIBUTE: _ATTRIBUTE,
    Field.CONVERSATION_ATTRIBUTE: _ATTRIBUTE,
    Field.EARLIER_ESCALATIONS: FieldSpec(
        NUMBERS, argument="number of days", arguments=range(1, 366), lowest=0, whole=True
    ),
}


def label_of(field: str, argument: str = "") -> str:
    """The field as people say it, such as "Customer's custom attribute “beta”"."""
    match field:
        case Field.MEAN_CONFIDENCE:
            return f"AI confidence (mean of the last {argument} answers)"
        case Field.EARLIER_ESCALATIONS:
            return f"Customer's earlier escalations in {argument} days"
        case Field.CUSTOMER_ATTRIBUTE | Field.CONVERSATION_ATTRIBUTE:
            return f"{ConditionField(field).label} “{argument}”"
    return str(ConditionField(field).label)


def spoken_condition(field: str, operator: str, value: Any, argument: str = "") -> str:
    """Such as "AI confidence (last answer) is below 0.4"."""
    said = f"{label_of(field, argument)} {Operator(operator).label}"
    if operator in WITHOUT_VALUE:
        return said
    return f"{said} {', '.join(f'“{text}”' for text in value) if isinstance(value, list) else value}"


def validate_condition(field: str, operator: str, value: Any, argument: str = "") -> None:
    """Field, argument, operator and value must go together, as ``decisions.triggers`` compiles them."""
    spec, label = FIELDS[field], str(ConditionField(field).label)
    if operator not in spec.operators:
        fitting = ", ".join(f"“{Operator(one).label}”" for one in spec.operators)
        raise ValidationError({"operator": f"{label} goes with {fitting}."})
    _validate_argument(spec, label, argument)
    if operator in NUMBERS:
        _validate_number(spec, label, value)
    elif operator in PATTERNS:
        _validate_pattern(label, value)
    elif operator in WITHOUT_VALUE:
        if value not in (None, "", []):
            raise ValidationError({"value": f"{label}: “{Operator(operator).label}” takes no value."})
    else:
        validate_texts(label, value)


def _validate_argument(spec: FieldSpec, label: str, argument: str) -> None:
    if not spec.argument:
        if argument:
            raise ValidationError({"argument": f"{label}: leave this empty."})
    elif spec.arguments is None:
        if not argument.strip() or len(argument) > MAX_ARGUMENT_LENGTH:
            raise ValidationError({"argument": f"{label}: give the {spec.argument}."})
    elif not (argument.isascii() and argument.isdecimal() and int(argument) in spec.arguments):
        first, last = spec.arguments[0], spec.arguments[-1]
        raise ValidationError({"argument": f"{label}: give the {spec.argument}, from {first} to {last}."})


def _validate_number(spec: FieldSpec, label: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValidationError({"value": f"{label}: give a number."})
    if spec.highest is not None and not (spec.lowest or 0) <= value <= spec.highest:
        raise ValidationError({"value": f"{label}: give a number from {spec.lowest:g} to {spec.highest:g}."})
    if spec.whole and (value != int(value) or value < (spec.lowest or 0)):
        raise ValidationError({"value": f"{label}: give a whole number, {spec.lowest:g} or more."})
    if spec.lowest is not None and value < spec.lowest:
        raise ValidationError({"value": f"{label}: give a number, {spec.lowest:g} or more."})


def _validate_pattern(label: str, value: Any) -> None:
    if not isinstance(value, str) or not value or len(value) > MAX_PATTERN_LENGTH:
        raise ValidationError({"value": f"{label}: give one pattern of at most {MAX_PATTERN_LENGTH} characters."})
    try:
        compile_pattern(value)
    except re2.error as error:
        raise ValidationError({"value": f"{label}: this pattern can't be read: {error}."}) from error


def compile_pattern(pattern: str) -> Any:
    """By RE2, whose time grows with the text's length and nothing else. Raises re2.error."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)


def validate_texts(label: str, values: Any, name: str = "value") -> None:
    """At least one text, none of them empty or without a letter or digit; ``name`` is the form's field."""
    if not isinstance(values, list) or not values or not all(isinstance(text, str) and text for text in values):
        raise ValidationError({name: f"{label}: give at least one text, one a line."})
    if len(values) > MAX_TEXTS or any(len(text) > MAX_TEXT_LENGTH for text in values):
        raise ValidationError({name: f"{label}: at most {MAX_TEXTS} texts of {MAX_TEXT_LENGTH} characters."})
    if not all(any(sign.isalnum() for sign in text) for text in values):
        raise ValidationError({name: f"{label}: each text needs a letter or a digit."})


def validate_groups(conditions: Collection[tuple[int, str]]) -> None:
    """Of a whole rule, as (group, field): those of a group must all hold at one message, which has one author."""
    if not conditions:
        raise ValidationError("A rule needs at least one condition: without one it never fires.")
    for group in {group for group, _ in conditions}:
        fields = [field for of_group, field in conditions if of_group == group]
        by_author = {FIELDS[field].author: ConditionField(field).label for field in fields if FIELDS[field].author}
        if len(by_author) > 1:
            labels = " and ".join(f"“{label}”" for label in by_author.values())
            raise ValidationError(f"{labels} never hold at the same message. Take “AI confidence (last answer)”?")
