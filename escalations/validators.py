"""What a trigger rule may say; each check raises ValidationError naming the field."""

from typing import Any

from django.core.exceptions import ValidationError

from escalations.enums import ConditionField, ContextKind, EventKind, Operator, Priority, PriorityField, Reason

NUMBERS = (Operator.BELOW, Operator.AT_LEAST)
OPERATORS = {
    ConditionField.AI_CONFIDENCE: NUMBERS,
    ConditionField.FAILED_ATTEMPTS: NUMBERS,
    ConditionField.CUSTOMER_TEXT: (Operator.CONTAINS_PHRASE,),
    ConditionField.INTENT: (Operator.ONE_OF,),
    ConditionField.TOPIC: (Operator.ONE_OF,),
}
MAX_TEXTS = 200
MAX_TEXT_LENGTH = 200


def validate_condition(field: str, operator: str, value: Any) -> None:
    """Field, operator and value must go together, as ``decisions.triggers`` compiles them."""
    field_ = ConditionField(field)
    if operator not in OPERATORS[field_]:
        fitting = " or ".join(f"“{Operator(one).label}”" for one in OPERATORS[field_])
        raise ValidationError({"operator": f"{field_.label} needs {fitting}."})
    if operator in NUMBERS:
        _validate_number(field_, value)
    else:
        _validate_texts(field_, value)


def _validate_number(field: ConditionField, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValidationError({"value": f"{field.label}: give a number."})
    if field == ConditionField.AI_CONFIDENCE and not 0 <= value <= 1:
        raise ValidationError({"value": f"{field.label}: give a number from 0 to 1."})
    if field == ConditionField.FAILED_ATTEMPTS and (value != int(value) or value < 1):
        raise ValidationError({"value": f"{field.label}: give a whole number, 1 or more."})


def _validate_texts(field: ConditionField, value: Any) -> None:
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text for text in value):
        raise ValidationError({"value": f"{field.label}: give at least one text, one a line."})
    if len(value) > MAX_TEXTS or any(len(text) > MAX_TEXT_LENGTH for text in value):
        raise ValidationError(
            {"value": f"{field.label}: at most {MAX_TEXTS} texts of {MAX_TEXT_LENGTH} characters."}
        )
    if not all(any(sign.isalnum() for sign in text) for text in value):
        raise ValidationError({"value": f"{field.label}: each text needs a letter or a digit."})


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
    label = PriorityField(field).label
    if not isinstance(values, list) or not values or not all(isinstance(text, str) for text in values):
        raise ValidationError({"values": f"{label}: give at least one text, one a line."})
    if len(values) > MAX_TEXTS or any(len(text) > MAX_TEXT_LENGTH for text in values):
        raise ValidationError({"values": f"{label}: at most {MAX_TEXTS} texts of {MAX_TEXT_LENGTH} characters."})
    if not all(any(sign.isalnum() for sign in text) for text in values):
        raise ValidationError({"values": f"{label}: each text needs a letter or a digit."})
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
