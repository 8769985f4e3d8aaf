"""Logs in the chat-completions message format: one JSON array of conversations, or one conversation a line.

A conversation is ``{"messages": [...]}`` or ``{"traj": [...]}``, with or without an ``id``, or a bare list. Each
entry of the list becomes a message: role system or developer, user, assistant, tool or function; content a text,
null or parts; all else (``tool_calls``, ``name``, ...) is kept in its attributes. Entries and conversations may
say when they were, as ``created_at``, ``timestamp`` or ``created``: ISO 8601 with an offset, or Unix seconds.

An answer of the AI that called tools has failed when one of them answered with an error, a text that begins with
"Error", and has not when all answered otherwise. Of answers that called none the log does not say.
"""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from escalations.decisions.triggers import plain_words
from escalations.enums import Author, Reason
from escalations.importers.history import PastConversation, PastHandoff, PastMessage, read_moment
from escalations.importers.reading import Record
from helpninja.common.parsing import Refused, canonical, parse_json

AUTHORS = {
    "system": Author.SYSTEM,
    "developer": Author.SYSTEM,
    "user": Author.CUSTOMER,
    "assistant": Author.AI,
    "tool": Author.TOOL,
    "function": Author.TOOL,
}
LISTS = ("messages", "traj")
IDS = ("id", "conversation_id", "external_id")
TIMES = ("created_at", "timestamp", "created")
MAX_ID = 200
TOOL_ERROR = "Error"
# Whoever writes one of these asks for a person; compared as ``plain_words``, so case and articles don't matter.
ASKS_FOR_PERSON = tuple(
    plain_words(phrase)
    for phrase in (
        "human agent",
        "human help",
        "human representative",
        "live agent",
        "real person",
        "speak to human",
        "speak with human",
        "talk to human",
        "talk with human",
        "speak to agent",
        "speak with agent",
        "talk to agent",
        "talk with agent",
        "speak to person",
        "talk to person",
        "speak to someone",
        "talk to someone",
        "someone else I can talk to",
        "transfer me",
    )
)


def is_array(first_element: Any) -> bool:
    """False for the first message of a bare list: then the list is one conversation."""
    return not (isinstance(first_element, dict) and "role" in first_element)


class Reader:
    """Turns the records of one file into conversations; counts repeated contents, so use one for each run."""

    def __init__(self, handoff_tool: str = "", *, latest: datetime) -> None:
        self.handoff_tool = handoff_tool
        self.latest = latest
        self._seen: Counter[bytes] = Counter()

    def read(self, record: Record) -> PastConversation:
        """Raises Refused, with the field, for what is no conversation."""
        if record.refused is not None:
            raise record.refused
        name, entries = _entries(record.value)
        info = {key: value for key, value in record.value.items() if key != name} if name else {}
        messages = tuple(self._message(entry, f"{name}[{index}]") for index, entry in enumerate(entries))
        messages = tuple(_with_failures(messages))
        digest = hashlib.sha256(canonical(record.value))
        return PastConversation(
            number=record.number,
            external_id=_own_id(info) or self._content_id(digest.digest()),
            body_hash=digest.hexdigest(),
            messages=messages,
            handoff=self._handoff(messages),
            subject=_subject(info, messages),
            started_at=self._time(info, ""),
            attributes=info,
        )

    def _message(self, entry: Any, path: str) -> PastMessage:
        if not isinstance(entry, dict):
            raise Refused("A message is an object.", field=path)
        role = entry.get("role")
        author = AUTHORS.get(role) if isinstance(role, str) else None
        if author is None:
            raise Refused(f"One of {', '.join(AUTHORS)} is needed.", field=f"{path}.role")
        text, parts = _text(entry.get("content"), f"{path}.content")
        attributes = {name: value for name, value in entry.items() if name not in ("role", "content")}
        _check_calls(attributes, path)
        if parts:
            attributes["parts"] = parts
        return PastMessage(author, text, self._time(entry, path), attributes)

    def _time(self, entry: dict[str, Any], path: str) -> datetime | None:
        name = next((name for name in TIMES if entry.get(name) is not None), None)
        if name is None:
            return None
        return read_moment(entry[name], self.latest, f"{path}.{name}" if path else name)

    def _content_id(self, digest: bytes) -> str:
        """The same conversation twice in one file is two conversations, told apart by their order."""
        self._seen[digest] += 1
        times = self._seen[digest]
        return f"sha256-{digest.hex()[:40]}" + (f"-{times}" if times > 1 else "")

    def _handoff(self, messages: tuple[PastMessage, ...]) -> PastHandoff | None:
        """The first call of the handoff tool. Later ones add nothing: the log shows no end of the first."""
        if not self.handoff_tool:
            return None
        for index, message in enumerate(messages):
            for call in _calls(message):
                if call.get("name") == self.handoff_tool:
                    reason, inference = infer_reason(messages[:index])
                    because = {
                        "text": f"The AI called {self.handoff_tool}. {inference}",
                        "tool": self.handoff_tool,
                        "reason_inferred": True,
                        "rule": None,
                        "conditions": [],
                    }
                    return PastHandoff(index, reason, _summary(call.get("arguments")), because)
        return None


def _with_failures(messages: tuple[PastMessage, ...]) -> Iterator[PastMessage]:
    """An answer that called tools is followed by what they answered."""
    for place, message in enumerate(messages):
        if _calls(message):
            later = messages[place + 1 :]
            answers = list(itertools.takewhile(lambda one: one.author == Author.TOOL, later))
            failed = any(answer.text.startswith(TOOL_ERROR) for answer in answers) if answers else None
            message = replace(message, failed=failed)
        yield message


def infer_reason(before: tuple[PastMessage, ...]) -> tuple[Reason, str]:
    """The reason, and how it was inferred: the log does not say why the AI handed over.

    customer_request where a customer's message before it asks for a person; otherwise low_ai_confidence, as it was
    the AI itself that gave up.
    """
    for message in before:
        if message.author == Author.CUSTOMER:
            text = plain_words(message.text)
            asked = next((phrase for phrase in ASKS_FOR_PERSON if phrase in text), None)
            if asked:
                return Reason.CUSTOMER_REQUEST, f"Before that the customer wrote “{asked.strip()}”."
    return Reason.LOW_AI_CONFIDENCE, "The log does not say why, and the customer had not asked for a person."


def _entries(value: Any) -> tuple[str, list[Any]]:
    """The list of messages and the name under which it was given, empty for a bare list."""
    if isinstance(value, list):
        name, entries = "", value
    elif isinstance(value, dict):
        name = next((name for name in LISTS if name in value), "")
        if not name:
            raise Refused('A conversation needs "messages" (or "traj").', field="messages")
        entries = value[name]
    else:
        raise Refused("A conversation is an object or a list of messages.")
    if not isinstance(entries, list) or not entries:
        raise Refused("A list of at least one message is needed.", field=name)
    return name, entries


def _text(content: Any, path: str) -> tuple[str, list[Any]]:
    """The text, and those parts (images, files) that are none."""
    if content is None:
        return "", []
    if isinstance(content, str):
        return content, []
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise Refused("A text, null or a list of parts is needed.", field=path)
    texts, others = [], []
    for part in content:
        text = part.get("text", part.get("refusal"))
        if isinstance(text, str):
            texts.append(text)
        else:
            others.append(part)
    return "\n".join(texts), others


def _check_calls(attributes: dict[str, Any], path: str) -> None:
    calls = attributes.get("tool_calls")
    if calls is None:
        return
    if not isinstance(calls, list) or not all(isinstance(call, dict) for call in calls):
        raise Refused("A list of objects is needed.", field=f"{path}.tool_calls")


def _calls(message: PastMessage) -> list[dict[str, Any]]:
    """The functions called, also in the older form with one ``function_call``."""
    if message.author != Author.AI:
        return []
    functions = [call.get("function") for call in message.attributes.get("tool_calls") or []]
    functions.append(message.attributes.get("function_call"))
    return [function for function in functions if isinstance(function, dict)]


def _summary(arguments: Any) -> str:
    """The call's ``summary``; empty where the AI gave none, or arguments that nobody can read."""
    if isinstance(arguments, str):
        try:
            arguments = parse_json(arguments.encode())
        except Refused:
            return ""
    summary = arguments.get("summary") if isinstance(arguments, dict) else None
    return summary if isinstance(summary, str) else ""


def _own_id(info: dict[str, Any]) -> str:
    for name in IDS:
        own = info.get(name)
        if (isinstance(own, str) and own) or (isinstance(own, int) and not isinstance(own, bool)):
            if len(str(own)) > MAX_ID:
                raise Refused(f"At most {MAX_ID} characters.", field=name)
            return str(own)
    return ""


def _subject(info: dict[str, Any], messages: tuple[PastMessage, ...]) -> str:
    """As the log calls it, otherwise what the customer wrote first."""
    for name in ("subject", "title"):
        given = info.get(name)
        if isinstance(given, str) and given.strip():
            return given.strip()[:200]
    asked = (message.text for message in messages if message.author == Author.CUSTOMER)
    return " ".join(next(asked, "").split())[:200]
