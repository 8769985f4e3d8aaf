"""When to send again: the schedule of Standard Webhooks, ten attempts over about 75 hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from escalations.models.webhook import DeliveryState

# After the first, second, ... failed attempt.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# Up to this share of the delay is added, so that what failed together does not come back together.
JITTER = 0.1
LONGEST_RETRY_AFTER = timedelta(hours=24)
GONE = 410
LATER = (429, 503)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said; ``status`` is None when nothing came, and ``error`` says why."""

    status: int | None
    error: str = ""
    retry_after: str = ""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def overloaded(self) -> bool:
        """Better left alone for a moment: it is not there, too slow, or said so."""
        return self.status is None or self.status in LATER


@dataclass(frozen=True, slots=True)
class Outcome:
    """``rest_until``: the receiver asked to be left alone until then, whatever else is due for it."""

    state: DeliveryState
    next_attempt_at: datetime | None = None
    error: str = ""
    gone: bool = False
    rest_until: datetime | None = None


def outcome_of(answer: Answer, *, attempts: int, now: datetime, spread: float) -> Outcome:
    """``attempts`` counts this one; ``spread`` is a random number from 0 to 1."""
    if answer.accepted:
        return Outcome(DeliveryState.DELIVERED)
    if answer.status == GONE:
        return Outcome(DeliveryState.DEAD, error="410 Gone: the endpoint was switched off.", gone=True)
    error = answer.error or f"The answer was {answer.status}."
    rest_until = _retry_after(answer, now)
    if attempts > len(DELAYS):
        return Outcome(DeliveryState.DEAD, error=error, rest_until=rest_until)
    due = now + DELAYS[attempts - 1] * (1 + JITTER * spread)
    due = max(due, rest_until) if rest_until else due
    return Outcome(DeliveryState.PENDING, due, error, rest_until=rest_until)


def _retry_after(answer: Answer, now: datetime) -> datetime | None:
    """Seconds or an HTTP date (RFC 9110, 10.2.3); what is neither, or is over, is as if not said."""
    text = answer.retry_after.strip()
    if answer.status not in LATER or not text:
        return None
    if text.isascii() and text.isdigit():
        until = now + min(timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(until, now + LONGEST_RETRY_AFTER) if until > now else None
