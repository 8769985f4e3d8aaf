"""What an importer makes of a record: a conversation that is over, as far as its log tells."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from helpninja.common.parsing import Refused


@dataclass(frozen=True, slots=True)
class PastMessage:
    """``sent_at`` and ``failed`` (whether an answer of the AI failed) are None where the log does not say."""

    author: str
    text: str
    sent_at: datetime | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    failed: bool | None = None


@dataclass(frozen=True, slots=True)
class PastHandoff:
    """The AI gave up at the message with this index; what a person then did is not in the log."""

    message: int
    reason: str
    summary: str
    because: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PastConversation:
    """``external_id`` is the same whenever the same record is read; ``body_hash`` tells two contents apart."""

    number: int
    external_id: str
    body_hash: str
    messages: tuple[PastMessage, ...]
    handoff: PastHandoff | None = None
    subject: str = ""
    started_at: datetime | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


def read_moment(value: Any, latest: datetime, path: str) -> datetime:
    """Of ISO 8601 with an offset, or of Unix seconds. Raises Refused for anything else, and after ``latest``."""
    moment = None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str) and (parsed := parse_datetime(value)) and parsed.tzinfo:
            moment = parsed.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        moment = None
    if moment is None:
        raise Refused("A time is needed: ISO 8601 with an offset, or Unix seconds.", field=path)
    if moment > latest:
        raise Refused("This time is in the future.", field=path)
    return moment
