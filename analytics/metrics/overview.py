"""All that the overview shows, in a fixed small number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F
from django.db.models.fields.json import KT

from analytics.metrics import cost, patterns, waiting
from analytics.metrics.readings import Rows
from analytics.metrics.registry import METRICS, OPENED_MEASURED, Measured
from analytics.metrics.sources import CONVERSATIONS, OPENED, RATED
from analytics.metrics.tally import BEFORE, NOW, Frame, Part, Splits, Tally, tally
from escalations.enums import ConditionField, Reason
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
BESIDES = ("escalations", "still_open", "survey_response_rate", "csat_satisfied", "sla_attainment")
OF_REASONS = ("escalations", "still_open", "resolution_rate", "csat", "ai_confidence")
COMMON_REQUESTS = 3


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
    indicators: list[Measured]
    volumes: list[Measured]
    besides: dict[str, Measured]
    waiting: dict[str, Value]
    peak: patterns.Peak | None
    step: str
    series: list[Bucket]
    reasons: list[OfReason]

    @property
    def is_empty(self) -> bool:
        return not any(found.now.n for found in (*self.volumes, self.besides["escalations"]))


def overview(frame: Frame) -> Overview:
    """At most 14 queries, however long the window."""
    parts = [*_parts((*INDICATORS, *VOLUMES, *BESIDES, *OF_REASONS)), *cost.PARTS]
    found = tally(parts, frame, _splits(frame))
    costs = cost.values(found, frame)
    by_hour = found.split(OPENED_MEASURED.count, "hour")
    return Overview(
        indicators=[_measured(key, found, frame, costs) for key in INDICATORS],
        volumes=[_measured(key, found, frame, costs) for key in VOLUMES],
        besides={key: _measured(key, found, frame, costs) for key in BESIDES},
        waiting=waiting.measure(frame.filters, frame.now),
        peak=patterns.peak(by_hour),
        step=patterns.step(frame.window),
        series=_series(found, frame),
        reasons=_reasons(found, frame),
    )


def series(frame: Frame) -> list[Bucket]:
    """The volume alone, over the window."""
    splits = {CONVERSATIONS: {"bucket": patterns.bucket_of("started_at", frame.window)}}
    return _series(tally(_parts(("conversations", "escalated_conversations")), frame, splits), frame)


def _parts(keys: Iterable[str]) -> list[Part]:
    readings = (METRICS[key].reading for key in keys)
    return [part for reading in readings if reading for part in reading.parts]


def _splits(frame: Frame) -> Splits:
    of_cost = cost.splits(frame)
    hour = patterns.hour_of("opened_at", frame)
    return {
        **of_cost,
        CONVERSATIONS: {"bucket": patterns.bucket_of("started_at", frame.window)},
        OPENED: {**of_cost[OPENED], "reason": F("reason"), "hour": hour},
        RATED: {"reason": F("escalation__reason")},
    }


def _measured(key: str, found: Tally, frame: Frame, costs: Mapping[int, Value]) -> Measured:
    metric = METRICS[key]
    if key == "cost_per_resolution":
        return Measured(metric, costs[NOW], costs.get(BEFORE))
    before = metric.value(found, BEFORE) if frame.compared else None
    return Measured(metric, metric.value(found), before)


def _series(found: Tally, frame: Frame) -> list[Bucket]:
    conversations = found.split(_count("conversations"), "bucket")
    escalated = found.split(_count("escalated_conversations"), "bucket")
    return [
        Bucket(start, conversations.get(start, 0), escalated.get(start, 0))
        for start in patterns.buckets(frame.window)
        if patterns.has_begun(start, frame)
    ]


def _count(key: str) -> Part:
    reading: Any = METRICS[key].reading
    part: Part = reading.rows.count
    return part


def _reasons(found: Tally, frame: Frame) -> list[OfReason]:
    """Those that occurred, the most frequent first."""
    cases = found.split(Rows(OPENED).count, "reason")
    total = sum(cases.values())
    requests = common_requests(frame) if cases.get(Reason.CUSTOMER_REQUEST) else ()
    return [
        OfReason(
            reason=Reason(reason),
            share=Value.of_rate(count, total),
            values={key: METRICS[key].value(found, reason=reason) for key in OF_REASONS},
            requests=requests if reason == Reason.CUSTOMER_REQUEST else (),
        )
        for reason, count in sorted(cases.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]


def common_requests(frame: Frame) -> tuple[str, ...]:
    """The phrases by which customers most often asked for a person, as the rules found them."""
    phrases = (
        OPENED.within(frame.window, frame.filters, frame.now)
        .filter(reason=Reason.CUSTOMER_REQUEST, because__conditions__0__field=ConditionField.CUSTOMER_TEXT.value)
        .order_by()
        .values(phrase=KT("because__conditions__0__actual"))
        .annotate(times=Count("pk"))
        .order_by("-times", "phrase")
    )
    return tuple(row["phrase"] for row in phrases[:COMMON_REQUESTS] if row["phrase"])
