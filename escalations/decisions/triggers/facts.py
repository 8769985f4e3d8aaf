"""All that a condition may look at, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from escalations.decisions.triggers.signals import Said, Signals


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of a conversation and its customer; what is not known is empty or None.

    ``language``: as the platform or the customer stated it. ``earlier``: when the customer's escalations were
    opened. ``escalation_ended_at``: of this conversation's last one, for cool-downs.
    """

    plan: str = ""
    region: str = ""
    channel: str = ""
    language: str = ""
    started_at: datetime | None = None
    signed_up_on: date | None = None
    monthly_value: float | None = None
    customer_attributes: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    earlier: tuple[datetime, ...] | None = None
    escalation_ended_at: datetime | None = None


UNKNOWN = Circumstances()


@dataclass(frozen=True, slots=True)
class Facts:
    """At the moment of one message, which ``signals`` already include."""

    message: Said
    signals: Signals
    topic: str = ""
    about: Circumstances = UNKNOWN

    @property
    def language(self) -> str | None:
        """As stated, otherwise as detected."""
        return self.about.language or self.signals.language or None

    @property
    def minutes(self) -> float | None:
        started, said = self.about.started_at, self.message.sent_at
        return max((said - started).total_seconds() / 60, 0.0) if started and said else None

    @property
    def customer_days(self) -> int | None:
        """Whole days since the customer signed up."""
        signed_up, said = self.about.signed_up_on, self.message.sent_at
        return (said.date() - signed_up).days if signed_up and said and said.date() >= signed_up else None

    def mean_confidence(self, answers: int) -> float | None:
        """Of the last ``answers`` whose confidence is known; None before there are so many."""
        recent = self.signals.recent_confidences[-answers:]
        return sum(recent) / answers if len(recent) == answers else None

    def escalations_within(self, days: int) -> int | None:
        """Of this customer, opened in the time before the message; None where the customer is not known."""
        said, earlier = self.message.sent_at, self.about.earlier
        if said is None or earlier is None:
            return None
        since = said - timedelta(days=days)
        return sum(since <= opened < said for opened in earlier)
