"""History as one event a line, in the words of the intake API, with ``type`` and the conversation's external id:

    {"type": "conversation", "external_id": "c1", "customer": {"external_id": "u1"}, "started_at": "..."}
    {"type": "message", "conversation": "c1", "author": "customer", "text": "Hello", "sent_at": "..."}
    {"type": "escalation", "conversation": "c1", "at": "...", "reason": "customer_request", "resolved_at": "..."}
    {"type": "close", "conversation": "c1", "at": "..."}
    {"type": "rating", "conversation": "c1", "csat": 5, "rated_at": "..."}

A conversation's line comes before the lines that name it. Values are checked by the models' own fields.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from billing.models import Customer
from escalations.enums import Priority
from escalations.importers.history import read_moment
from escalations.importers.reading import Record
from escalations.models import Conversation, Escalation, Message, Rating
from helpninja.common.parsing import Refused, canonical


@dataclass(frozen=True, slots=True)
class PastEvent:
    """``data``: checked values by name; rows are still named by slug, code, e-mail address or external id."""

    number: int
    type: str
    conversation: str
    body_hash: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """``columns`` are checked as this model's fields, under another name where given as (name, column)."""

    model: type[models.Model]
    columns: tuple[str | tuple[str, str], ...]
    references: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


SHAPES = {
    "conversation": Shape(
        Conversation,
        ("external_id", "subject", "channel", "started_at", "closed_at", "attributes"),
        ("topic", "customer"),
        ("external_id",),
    ),
    "message": Shape(
        Message,
        (
            "external_id",
            "author",
            "text",
            "sent_at",
            "ai_confidence",
            "ai_failed",
            "intent",
            "response_ms",
            "sentiment",
            "attributes",
        ),
        ("agent",),
        ("conversation", "author", "text"),
    ),
    "escalation": Shape(
        Escalation,
        (
            ("at", "opened_at"),
            "reason",
            "summary",
            "tier",
            "first_response_due_at",
            "first_response_at",
            "resolved_at",
            "customer_repeated",
            "category",
            "quality",
            "necessity",
            "missing_content",
            ("note", "resolution_note"),
        ),
        ("topic", "agent", "priority"),
        ("conversation", "at", "reason"),
    ),
    "close": Shape(Conversation, (("at", "closed_at"),), (), ("conversation", "at")),
    "rating": Shape(Rating, ("csat", "nps", "comment", "rated_at"), ("agent",), ("conversation", "rated_at")),
}
CUSTOMER = Shape(
    Customer,
    (
        "external_id",
        "name",
        "company",
        "email",
        "phone",
        "region",
        "country",
        "language",
        "time_zone",
        "signed_up_on",
        "monthly_value",
        "attributes",
    ),
    ("plan",),
)


def read_event(record: Record, latest: datetime) -> PastEvent:
    """Raises Refused, with the field, for what is no event of history; ``latest``: no time lies after it."""
    if record.refused is not None:
        raise record.refused
    value = record.value
    if not isinstance(value, dict):
        raise Refused("An object is needed.")
    kind = str(value.get("type"))
    shape = SHAPES.get(kind)
    if shape is None:
        raise Refused(f"One of {', '.join(SHAPES)} is needed.", field="type")
    given = {name: inner for name, inner in value.items() if name != "type"}
    data = checked(shape, given, latest, "", also=() if kind == "conversation" else ("conversation",))
    _check_together(kind, data)
    conversation = data.pop("external_id" if kind == "conversation" else "conversation")
    return PastEvent(record.number, kind, conversation, hashlib.sha256(canonical(value)).hexdigest(), data)


def checked(
    shape: Shape, given: dict[str, Any], latest: datetime, path: str, also: tuple[str, ...] = ()
) -> dict[str, Any]:
    """By the models' column names; empty values are left out."""
    columns = dict(column if isinstance(column, tuple) else (column, column) for column in shape.columns)
    for name in shape.required:
        if given.get(name) is None or (given[name] == "" and name != "text"):
            raise Refused("This is required.", field=path + name)
    data: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name in columns:
            field = shape.model._meta.get_field(columns[name])
            data[columns[name]] = _clean(field, value, latest, path + name)
        elif name in shape.references or name in also:
            data[name] = _reference(name, value, latest, path)
        else:
            raise Refused("There is no such field.", field=path + name)
    return data


def _reference(name: str, value: Any, latest: datetime, path: str) -> Any:
    if name == "customer":
        if not isinstance(value, dict):
            raise Refused("An object is needed.", field=path + name)
        return checked(CUSTOMER, value, latest, "customer.")
    if not isinstance(value, str) or not value:
        raise Refused("A text is needed.", field=path + name)
    if name == "priority":
        if value.upper() not in Priority.names:
            raise Refused("One of critical, high, medium, low is needed.", field=path + name)
        return Priority.from_code(value)
    return value


def _clean(field: Any, value: Any, latest: datetime, path: str) -> Any:
    if isinstance(field, models.DateTimeField):
        return read_moment(value, latest, path)
    _check_type(field, value, path)
    if value == "" and field.blank and field.empty_strings_allowed:
        return value
    try:
        return field.clean(value, None)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field=path) from error


def _check_type(field: Any, value: Any, path: str) -> None:
    """The models' fields would take a number for a text, and "yes" for True."""
    match field:
        case models.CharField() | models.TextField() | models.DateField():
            if not isinstance(value, str):
                raise Refused("A text is needed.", field=path)
        case models.BooleanField():
            if not isinstance(value, bool):
                raise Refused("True or false is needed.", field=path)
        case models.FloatField() | models.IntegerField() | models.DecimalField():
            whole = isinstance(field, models.IntegerField)
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float | str):
                raise Refused(f"A {'whole ' if whole else ''}number is needed.", field=path)


def _check_together(kind: str, data: dict[str, Any]) -> None:
    match kind:
        case "conversation":
            _check_order(data, "started_at", "closed_at", "closed_at")
            if "closed_at" in data and "started_at" not in data:
                raise Refused("A close needs the start too.", field="started_at")
        case "message":
            if "agent" in data and data["author"] != "agent":
                raise Refused("Only an agent's message names an agent.", field="agent")
            if not 0 <= data.get("ai_confidence", 0) <= 1:
                raise Refused("The AI's confidence is between 0 and 1.", field="ai_confidence")
            if not -1 <= data.get("sentiment", 0) <= 1:
                raise Refused("A sentiment is between -1 and 1.", field="sentiment")
        case "escalation":
            for name in ("first_response_due_at", "first_response_at", "resolved_at"):
                _check_order(data, "opened_at", name, name)
        case "rating":
            if "csat" not in data and "nps" not in data:
                raise Refused("Give a csat, an nps, or both.", field="csat")
            if not 1 <= data.get("csat", 1) <= 5:
                raise Refused("CSAT is 1 to 5.", field="csat")
            if not 0 <= data.get("nps", 0) <= 10:
                raise Refused("NPS is 0 to 10.", field="nps")


def _check_order(data: dict[str, Any], first: str, then: str, field: str) -> None:
    if first in data and then in data and data[then] < data[first]:
        raise Refused("This time comes too early.", field=field)


def describe() -> str:
    """The fields of each type, for people."""
    lines = []
    for kind, shape in (*SHAPES.items(), ("customer", CUSTOMER)):
        names = [] if kind in ("conversation", "customer") else ["conversation"]
        names += [column if isinstance(column, str) else column[0] for column in shape.columns]
        names += shape.references
        lines.append(f"    {kind}: " + ", ".join(f"{name}*" if name in shape.required else name for name in names))
    return "\n".join(lines)
