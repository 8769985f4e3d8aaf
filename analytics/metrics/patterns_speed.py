"""Whether conversations with a slow AI are escalated more often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Avg, Case, Exists, IntegerField, OuterRef, Subquery, When
from django.db.models import Value as Integer

from analytics.metrics.registry import METRICS, Meter
from analytics.metrics.sources import CONVERSATIONS
from analytics.metrics.tally import Frame, tally
from escalations.enums import Author
from escalations.models import Escalation, Message
from helpninja.common import intervals
from helpninja.common.intervals import Interval
from helpninja.common.values import ENOUGH, Value

SLOW_MS = 3000
# Up to and including; the last has no end.
LIMITS_MS = (1000, 2000, SLOW_MS, 5000)
NAMES = ("up to 1 s", "over 1 to 2 s", "over 2 to 3 s", "over 3 to 5 s", "over 5 s")
# As addresses name them.
CODES = ("1s", "2s", "3s", "5s", "more")
FAST, SLOW = range(3), range(3, 5)


@dataclass(frozen=True)
class Speed:
    """Escalation rates. ``buckets`` by the number of NAMES; ``ratio``: of the slow ones' rate to the others'.

    ``unknown``: conversations of which no answer's time is known. ``ratio`` is None where either has fewer than
    five conversations, or none that was escalated.
    """

    buckets: Sequence[Value]
    fast: Value
    slow: Value
    unknown: int
    ratio: Interval | None


def speed(frame: Frame) -> Speed:
    """By the mean time of the AI's answers before the handoff; one query.

    The mean and not the slowest: long conversations have more answers, so that a slow one is more likely among
    them, and are escalated more often whatever the AI's speed.
    """
    frame = replace(frame, comparison=None)
    meter = Meter([METRICS["escalation_rate"]], frame)
    found = tally(meter.parts, frame, {CONVERSATIONS: {"speed": bucket()}}).by(["speed"])
    rates = {number: meter.read(group)["escalation_rate"].now for (number,), group in found.items()}
    buckets = [rates.get(number, Value.of_rate(0, 0)) for number in range(len(NAMES))]
    fast, slow = (_together([buckets[number] for number in numbers]) for numbers in (FAST, SLOW))
    unknown = rates[None].n if None in rates else 0
    return Speed(buckets, fast, slow, unknown, _ratio(slow, fast))


def bucket() -> Subquery:
    """The conversation's number in NAMES; NULL where no answer's time is known."""
    handed_over = Escalation.objects.filter(
        conversation=OuterRef("conversation"), opened_at__lt=OuterRef("sent_at")
    )
    answers = Message.objects.filter(
        ~Exists(handed_over), conversation=OuterRef("pk"), author=Author.AI, response_ms__isnull=False
    )
    number = Case(
        *(When(mean_ms__lte=limit, then=Integer(number)) for number, limit in enumerate(LIMITS_MS)),
        default=Integer(len(LIMITS_MS)),
        output_field=IntegerField(),
    )
    means = answers.order_by().values("conversation").annotate(mean_ms=Avg("response_ms"))
    return Subquery(means.annotate(number=number).values("number"))


def _together(values: Sequence[Value]) -> Value:
    return Value.of_rate(sum(value.hits or 0 for value in values), sum(value.n for value in values))


def _ratio(slow: Value, fast: Value) -> Interval | None:
    if min(slow.n, fast.n) < ENOUGH or not slow.hits or not fast.hits:
        return None
    return intervals.ratio(intervals.rate(slow.hits, slow.n), intervals.rate(fast.hits, fast.n))
