"""What rules may say; each check raises ValidationError naming the field."""

from string import Formatter
from typing import Any

from django.core.exceptions import ValidationError

from escalations.enums import ContextKind, EventKind, Priority, PriorityField, Reason
from escalations.validators.conditions import (
    FIELDS,
    NUMBERS,
    PATTERNS,
    WITHOUT_VALUE,
    compile_pattern,
    label_of,
    spoken_condition,
    validate_condition,
    validate_groups,
    validate_texts,
)

__all__ = [
    "FIELDS",
    "HANDOFF_FIELDS",
    "NUMBERS",
    "PATTERNS",
    "WITHOUT_VALUE",
    "compile_pattern",
    "label_of",
    "spoken_condition",
    "validate_condition",
    "validate_context",
    "validate_event_kinds",
    "validate_groups",
    "validate_handoff_message",
    "validate_priority_by_plan",
    "validate_priority_values",
    "validate_texts",
    "validate_weights",
]

# What a handoff message may name, and what is said where it is not known.
HANDOFF_FIELDS = {
    "customer_name": "there",
    "company": "your company",
    "plan": "your plan",
    "topic": "your question",
    "team": "our team",
}


def validate_handoff_message(text: str) -> None:
    """Plain fields only, such as {customer_name}; a brace itself is written twice."""
    known = ", ".join(f"{{{name}}}" for name in HANDOFF_FIELDS)
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise ValidationError(f"Braces go around one of {known}.") from error
    for _, name, spec, conversion in parts:
        if name is not None and (name not in HANDOFF_FIELDS or spec or conversion):
            raise ValidationError(f"Unknown: {{{name}}}. There are {known}.")


def validate_priority_by_plan(value: Any, plan_codes: set[str]) -> None:
    if not isinstance(value, dict):
        raise ValidationError('Give an object such as {"enterprise": "high"}.')
    unknown = set(value) - plan_codes
    if unknown:
        raise ValidationError(f"Unknown plans: {', '.join(sorted(unknown))}.")
    codes = [priority.code for priority in Priority]
    if not all(code in codes for code in value.values()):
        raise ValidationError(f"A priority is one of {', '.join(codes)}.")


def validate_priority_values(field: str, values: Any) -> None:
    """Of a condition of a priority rule: at least one text, and where there is a list to choose from, of that."""
    label = str(PriorityField(field).label)
    validate_texts(label, values, "values")
    unknown = set(values) - set(Reason.values) if field == PriorityField.REASON else ()
    if unknown:
        raise ValidationError(
            {"values": f"Unknown: {', '.join(sorted(unknown))}. Choose from {', '.join(Reason.values)}."}
        )


def validate_context(value: Any) -> None:
    _validate_subset(value, ContextKind.values)


def validate_event_kinds(value: Any) -> None:
    _validate_subset(value, EventKind.values)


def _validate_subset(value: Any, known: list[str]) -> None:
    unknown = set(map(str, value)) - set(known) if isinstance(value, list) else {str(value)}
    if unknown:
        raise ValidationError(f"Unknown: {', '.join(sorted(unknown))}. Choose from {', '.join(known)}.")


def validate_weights(weights: dict[str, int | None]) -> None:
    """Percent by factor; together they make 100. The error stands at the first of them and shows the sum."""
    known = [weight for weight in weights.values() if weight is not None]
    if len(known) == len(weights) and sum(known) != 100:
        working = " + ".join(map(str, known))
        raise ValidationError({next(iter(weights)): f"The weights must add up to 100: {working} = {sum(known)}."})
