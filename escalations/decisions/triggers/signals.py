"""What a conversation has shown so far, folded from its messages one at a time."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol, Self

from escalations.decisions.language import detect_language
from escalations.decisions.sentiment import is_frustrated
from escalations.enums import Author
from escalations.validators.conditions import RECENT_ANSWERS

# An answer of which the platform did not say whether it failed counts as failed below this confidence.
LOW_CONFIDENCE = 0.4


class Said(Protocol):
    """What a rule may know of one message; a Message is one. ``sentiment`` of a customer's, where it is known."""

    author: str
    text: str
    ai_confidence: float | None
    ai_failed: bool | None
    response_ms: int | None
    intent: str
    sentiment: float | None

    @property
    def sent_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Signals:
    """A conversation since its start or its last handoff, folded; kept as JSON on the conversation."""

    customer_messages: int = 0
    failed_attempts: int = 0
    last_confidence: float | None = None
    lowest_confidence: float | None = None
    recent_confidences: tuple[float, ...] = ()
    intent: str = ""
    language: str = ""
    sentiment: float | None = None
    frustrated: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**{**data, "recent_confidences": tuple(data.get("recent_confidences", ()))})

    def to_json(self) -> dict[str, Any]:
        """Without what has not happened or is not known."""
        values = {name: getattr(self, name) for name, initial in INITIAL if getattr(self, name) != initial}
        return (
            {**values, "recent_confidences": list(self.recent_confidences)} if self.recent_confidences else values
        )


INITIAL = [(field.name, field.default) for field in fields(Signals)]


def fold(signals: Signals, message: Said) -> Signals:
    """The signals after one more message, in the order in which the messages were said."""
    intent = message.intent or signals.intent
    match message.author:
        case Author.CUSTOMER:
            return _fold_customer(signals, message, intent)
        case Author.AI if message.ai_confidence is not None or message.ai_failed is not None:
            return _fold_answer(signals, message, intent)
    return signals if intent == signals.intent else replace(signals, intent=intent)


def _fold_customer(signals: Signals, message: Said, intent: str) -> Signals:
    """A message without a sentiment, or too short to tell its language, leaves what was known."""
    sentiment, frustrated = message.sentiment, signals.frustrated
    if sentiment is None:
        sentiment = signals.sentiment
    else:
        frustrated = is_frustrated(sentiment, before=signals.sentiment, was=frustrated)
    return Signals(
        signals.customer_messages + 1,
        signals.failed_attempts,
        signals.last_confidence,
        signals.lowest_confidence,
        signals.recent_confidences,
        intent,
        detect_language(message.text) or signals.language,
        sentiment,
        frustrated,
    )


def _fold_answer(signals: Signals, message: Said, intent: str) -> Signals:
    """``last_confidence`` is that of the last answer, also where that had none."""
    confidence, recent = message.ai_confidence, signals.recent_confidences
    lowest = signals.lowest_confidence
    if lowest is None or (confidence is not None and confidence < lowest):
        lowest = confidence
    return Signals(
        signals.customer_messages,
        signals.failed_attempts + 1 if is_failed(message) else 0,
        confidence,
        lowest,
        recent if confidence is None else (*recent, confidence)[-RECENT_ANSWERS:],
        intent,
        signals.language,
        signals.sentiment,
        signals.frustrated,
    )


def is_failed(message: Said) -> bool:
    """Whether an AI answer failed: as the platform said, otherwise by its confidence."""
    if message.ai_failed is not None:
        return message.ai_failed
    return message.ai_confidence is not None and message.ai_confidence < LOW_CONFIDENCE
