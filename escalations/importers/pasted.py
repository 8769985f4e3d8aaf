"""A conversation as somebody types or pastes it, to try a rule on: plain lines, or JSON in the intake API's words.

    Customer: My bag is lost
    AI (0.31, failed): I can't find it.
    Customer (baggage_question): Where is it,
        and who can tell me?

In brackets stand, in any order, the AI's confidence, ``failed`` or ``ok``, and the intent. An indented line goes
on with the message above it. As JSON: a list of messages, or an object with ``messages`` and what the API takes
for a conversation (``topic``, ``channel``, ``customer``, ...).
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalations.enums import Author
from escalations.importers.ndjson import SHAPES, checked
from helpninja.common.parsing import Refused, check_text, parse_json

MAX_TEXT = 200_000
MAX_MESSAGES = 500
LABELS = {str(label).casefold(): author for author, label in Author.choices}
NAMED = ", ".join(f"{label}:" for _, label in Author.choices)
_SAID = re.compile(r"(?P<author>\w+)\s*(?:\((?P<notes>[^)]*)\))?\s*:(?P<text>.*)", re.DOTALL)
_INTENT = re.compile(r"[\w.-]{1,80}")
MESSAGE = replace(SHAPES["message"], references=(), required=("author", "text"))
CONVERSATION = replace(SHAPES["conversation"], required=())


@dataclass(frozen=True, slots=True)
class PastedLine:
    """With the names that a rule knows of a message."""

    author: str
    text: str
    ai_confidence: float | None = None
    ai_failed: bool | None = None
    intent: str = ""
    response_ms: int | None = None
    sent_at: datetime | None = None
    sentiment: float | None = None


@dataclass(frozen=True, slots=True)
class Pasted:
    """``about``: what was said of the conversation and (under ``customer``) its customer, as the API names it."""

    lines: tuple[PastedLine, ...]
    about: dict[str, Any] = field(default_factory=dict)


def read_pasted(text: str, *, latest: datetime) -> Pasted:
    """Raises Refused, with the line or the field; ``latest``: no time lies after it."""
    if len(text) > MAX_TEXT:
        raise Refused(f"At most {MAX_TEXT:,} characters.", status=413)
    check_text(text)
    pasted = _read_json(text, latest) if text.lstrip()[:1] in ("{", "[") else Pasted(_read_lines(text))
    if not pasted.lines:
        raise Refused("There is no message in it.")
    if len(pasted.lines) > MAX_MESSAGES:
        raise Refused(f"At most {MAX_MESSAGES} messages.")
    return pasted


def _read_lines(text: str) -> tuple[PastedLine, ...]:
    said: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if line[0].isspace() and said:
            said[-1] = (said[-1][0], f"{said[-1][1]}\n{line.strip()}")
        else:
            said.append((number, line.strip()))
    return tuple(_read_line(number, line) for number, line in said)


def _read_line(number: int, line: str) -> PastedLine:
    where = f"line {number}"
    found = _SAID.match(line)
    author = LABELS.get(found["author"].casefold()) if found else None
    if found is None or author is None:
        raise Refused(f"Begin it with one of {NAMED} or indent it, to go on with the message above.", field=where)
    notes = [note.strip() for note in (found["notes"] or "").split(",") if note.strip()]
    message = PastedLine(author, found["text"].strip())
    for note in notes:
        message = _noted(message, note, where)
    return message


def _noted(message: PastedLine, note: str, where: str) -> PastedLine:
    """One of the remarks in brackets, taken into the message."""
    number = _number(note)
    if number is None and note.casefold() not in ("failed", "ok"):
        if not _INTENT.fullmatch(note):
            raise Refused(f"“{note[:40]}” is no confidence, failed, ok or intent.", field=where)
        return replace(message, intent=note)
    if message.author != Author.AI:
        raise Refused("Only the AI has a confidence, and only its answers fail.", field=where)
    if number is None:
        return replace(message, ai_failed=note.casefold() == "failed")
    if not 0 <= number <= 1:
        raise Refused("The AI's confidence is between 0 and 1.", field=where)
    return replace(message, ai_confidence=number)


def _number(note: str) -> float | None:
    try:
        return float(note.replace(",", "."))
    except ValueError:
        return None


def _read_json(text: str, latest: datetime) -> Pasted:
    value = parse_json(text.encode())
    given = dict(value) if isinstance(value, dict) else {"messages": value}
    messages = given.pop("messages", None)
    if not isinstance(messages, list):
        raise Refused('A list of messages is needed, alone or under "messages".', field="messages")
    about = checked(CONVERSATION, given, latest, "")
    lines = tuple(_message(one, latest, f"messages[{place}]") for place, one in enumerate(messages))
    return Pasted(lines, about)


def _message(value: Any, latest: datetime, path: str) -> PastedLine:
    if not isinstance(value, dict):
        raise Refused("A message is an object.", field=path)
    data = checked(MESSAGE, value, latest, f"{path}.")
    if not 0 <= data.get("ai_confidence", 0) <= 1:
        raise Refused("The AI's confidence is between 0 and 1.", field=f"{path}.ai_confidence")
    return PastedLine(**{name: value for name, value in data.items() if name in PastedLine.__dataclass_fields__})
