"""All that the overview shows, in a fixed small number of queries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F
from django.db.models.fields.json import KT

from analytics.metrics import patterns
from analytics.metrics.readings import Rows
from analytics.metrics.registry import METRICS, Measured, Meter, Metric
from analytics.metrics.registry.conditions import ESCALATED
from analytics.metrics.sources import CONVERSATIONS, OPENED, RATED
from analytics.metrics.tally import Frame, Splits, Tally, merged, tally
from escalations.enums import ConditionField, Reason
from helpninja.common.snapshots import snapshot
from helpninja.common.values import Value

INDICATORS = (
    "escalation_rate",
    "first_response_time",
    "resolution_rate",
    "csat",
    "cost_per_resolution",
    "reescalation_rate",
)
VOLUMES = ("conversations", "escalated_conversations", "human_responses", "messages_per_escalation")
BESIDES = ("escalations", "still_open", "survey_response_rate", "csat_satisfied", "sla_attainment", "peak_hours")
QUEUE = ("wait_time", "longest_wait", "backlog")
OF_REASONS = ("escalations", "still_open", "resolution_rate", "csat", "ai_confidence")
# The most frequent of so many phrases are shown, looked for among so many escalations.
COMMON_REQUESTS, LATEST = 3, 500
STARTED, STARTED_ESCALATED = Rows(CONVERSATIONS).count, Rows(CONVERSATIONS, ESCALATED).count

# What a rule looked at, and what it found there.
Request = tuple[str | None, str | None]


@dataclass(frozen=True)
class Bucket:
    """An hour, a day, or the first day of a week or month, with what started in it."""

    start: date
    conversations: int
    escalated: int


@dataclass(frozen=True)
class OfReason:
    """``values`` by metric key; ``share`` of all the window's escalations."""

    reason: Reason
    share: Value
    values: Mapping[str, Value]
    requests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """``besides`` are figures that stand beside others or in lists, by key; ``queue`` is of now, whatever the
    window.
    """

    indicators: list[Measured]
    volumes: list[Measured]
    besides: dict[str, Measured]
    queue: dict[str, Measured]
    peak: patterns.Peak | None
    step: str
    series: list[Bucket]
    reasons: list[OfReason]

    @property
    def is_empty(self) -> bool:
        return not any(found.now.n for found in (*self.volumes, self.besides["escalations"]))


def overview(frame: Frame) -> Overview:
    """At most four queries, however long the window, that see one moment."""
    with snapshot():
        return _overview(frame)


def _overview(frame: Frame) -> Overview:
    meter = Meter((METRICS[key] for key in (*INDICATORS, *VOLUMES, *BESIDES, *QUEUE, "ai_confidence")), frame)
    reasons: Splits = {OPENED: {"reason": F("reason")}, RATED: {"reason": F("escalation__reason")}}
    found = tally(meter.parts, frame, merged((meter.splits, _buckets(frame), reasons)))
    requests = latest_requests(frame)
    measured = meter.read(found)
    return Overview(
        indicators=[measured[key] for key in INDICATORS],
        volumes=[measured[key] for key in VOLUMES],
        besides={key: measured[key] for key in BESIDES},
        queue={key: replace(measured[key], before=None) for key in QUEUE},
        peak=patterns.PeakHours.peak(found),
        step=patterns.step(frame.window),
        series=_series(found, frame),
        reasons=_reasons(found, frame, requests),
    )


def measured_over_time(metrics: Iterable[Metric], frame: Frame) -> tuple[dict[str, Measured], list[Bucket]]:
    """The metrics by key, and the volume over the window, of one moment."""
    with snapshot():
        meter = Meter(metrics, frame)
        parts = (*meter.parts, STARTED, STARTED_ESCALATED)
        found = tally(parts, frame, merged((meter.splits, _buckets(frame))))
        return meter.read(found), _series(found, frame)


def _buckets(frame: Frame) -> Splits:
    return {CONVERSATIONS: {"bucket": patterns.bucket_of("started_at", frame.window)}}


def _series(found: Tally, frame: Frame) -> list[Bucket]:
    conversations, escalated = (found.split(part, "bucket") for part in (STARTED, STARTED_ESCALATED))
    return [
        Bucket(start, conversations.get(start, 0), escalated.get(start, 0))
        for start in patterns.buckets(frame.window)
        if patterns.has_begun(start, frame)
    ]


def _reasons(found: Tally, frame: Frame, requests: Iterable[Request]) -> list[OfReason]:
    """Those that occurred, the most frequent first."""
    meter = Meter((METRICS[key] for key in OF_REASONS), frame)
    groups = {reason: meter.read(group) for (reason,), group in found.only(OPENED, RATED).by(["reason"]).items()}
    cases = {reason: measured["escalations"].now.n for reason, measured in groups.items() if reason}
    return [
        OfReason(
            reason=Reason(reason),
            share=Value.of_rate(count, sum(cases.values())),
            values={key: measured.now for key, measured in groups[reason].items()},
            requests=common(requests) if reason == Reason.CUSTOMER_REQUEST else (),
        )
        for reason, count in sorted(cases.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]


def latest_requests(frame: Frame) -> Iterable[Request]:
    """Of the latest escalations that customers asked for what made them; asked when they are read."""
    latest = (
        OPENED.within(frame.window, frame.filters, frame.now)
        .filter(reason=Reason.CUSTOMER_REQUEST)
        .order_by("-opened_at")
        .values_list(KT("because__conditions__0__field"), KT("because__conditions__0__actual"))[:LATEST]
    )
    return frame.together.put(latest, lambda row: (row[0], row[1]))


def common(requests: Iterable[Request]) -> tuple[str, ...]:
    """The phrases by which customers most often asked for a person."""
    asked = Counter(phrase for field, phrase in requests if field == ConditionField.CUSTOMER_TEXT and phrase)
    ranked = sorted(asked.items(), key=lambda item: (-item[1], item[0]))
    return tuple(phrase for phrase, _ in ranked[:COMMON_REQUESTS])
