"""The overview's numbers, worded for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agents.policy import Sight
from analytics.charts import bucket_text, charts
from analytics.metrics.overview import OfReason, Overview
from analytics.metrics.patterns import Peak
from analytics.metrics.registry import METRICS, Measured, Metric
from analytics.metrics.tally import Frame
from analytics.metrics.wording import TOO_SMALL, change_text, hours_text, number_text, value_text
from escalations.enums import Reason
from helpninja.common.values import Change, Value, compare
from helpninja.common.windows import window_text

ICONS = {
    "escalation_rate": "moving",
    "first_response_time": "timer",
    "resolution_rate": "task_alt",
    "csat": "sentiment_satisfied",
    "cost_per_resolution": "payments",
    "reescalation_rate": "replay",
}
# What one person's work does not say: everybody's conversations would be needed to know.
NOT_OF_ONE_PERSON = "Not measured for one person"
REASON_NOTES = {
    Reason.LOW_AI_CONFIDENCE: "The AI was not sure of its answers",
    Reason.CUSTOMER_REQUEST: "The customer asked for a person",
    Reason.TECHNICAL_ISSUE: "Complex troubleshooting needs",
    Reason.BILLING_ACCOUNT: "Account changes, billing issues",
    Reason.CONTENT_GAP: "Information not in the knowledge base",
}


@dataclass(frozen=True)
class Card:
    """``tone`` is good, bad or even; ``arrow`` and ``verdict`` say the same without colour."""

    metric: Metric
    text: str
    n: int
    missing: int
    icon: str = ""
    arrow: str = ""
    change: str = ""
    tone: str = "even"
    verdict: str = ""
    note: str = ""

    @property
    def counts(self) -> str:
        missing = f", {self.missing:,} missing" if self.missing else ""
        return f"n = {self.n:,}{missing}"


def overview_context(found: Overview, frame: Frame, sight: Sight) -> dict[str, Any]:
    return {
        "found": found,
        "window_text": window_text(frame.window),
        "previous_text": window_text(frame.window.previous()),
        "zone": frame.window.zone,
        "is_running": frame.window.end - frame.now > timedelta(minutes=1),
        "is_ragged": not frame.window.is_whole_days and found.step != "hour",
        "cards": [_card(measured, found, sight) for measured in found.indicators],
        "volumes": [_card(measured, found, sight) for measured in found.volumes],
        "peak": _peak(found.peak),
        "waiting": [] if sight.is_own else [_plain(METRICS[key], value) for key, value in found.waiting.items()],
        "sla": _card(found.besides["sla_attainment"], found, sight),
        "reasons": [_reason(of_reason) for of_reason in found.reasons],
        "buckets": [(bucket_text(bucket, found.step), bucket) for bucket in found.series],
        "charts": charts(found, frame.window.zone),
    }


def _card(measured: Measured, found: Overview, sight: Sight) -> Card:
    metric, now = measured.metric, measured.now
    if sight.is_own and metric.key == "escalation_rate":
        return Card(metric, "–", 0, 0, ICONS[metric.key], note=NOT_OF_ONE_PERSON)
    change = compare(now, measured.before, metric.good) if measured.before else Change(None, None, True)
    text = change_text(change, metric.unit)
    return Card(
        metric,
        value_text(now, metric.unit),
        now.n,
        now.missing,
        ICONS.get(metric.key, ""),
        note=_note(metric.key, found.besides),
        change=text,
        **({} if text == TOO_SMALL else _direction(change)),
    )


def _plain(metric: Metric, value: Value) -> Card:
    return Card(metric, value_text(value, metric.unit), value.n, value.missing)


def _direction(change: Change) -> dict[str, str]:
    if not change.difference:
        return {}
    arrow = "▲" if change.difference > 0 else "▼"
    if change.better is None:
        return {"arrow": arrow}
    verdict = "better" if change.better else "worse"
    return {"arrow": arrow, "tone": "good" if change.better else "bad", "verdict": verdict}


def _note(key: str, besides: Mapping[str, Measured]) -> str:
    """What belongs beside the number to read it rightly."""
    match key:
        case "resolution_rate":
            still_open = besides["still_open"].now.n
            return f"{still_open:,} still open, counted as not resolved" if still_open else ""
        case "csat":
            satisfied, answered = besides["csat_satisfied"], besides["survey_response_rate"]
            return (
                f"{_of(satisfied)} rated 4 or 5; {_of(answered)} of surveys answered"
                if satisfied.now.n
                else f"{_of(answered)} of surveys answered"
            )
    return ""


def _of(measured: Measured) -> str:
    return value_text(measured.now, measured.metric.unit)


def _peak(peak: Peak | None) -> dict[str, Any] | None:
    if peak is None:
        return None
    unit = METRICS["escalation_rate"].unit
    return {
        "text": hours_text(peak.hour, peak.until),
        "share": number_text(peak.share, unit),
        "count": peak.count,
        "n": peak.n,
        "metric": METRICS["peak_hours"],
    }


def _reason(of_reason: OfReason) -> dict[str, Any]:
    note = REASON_NOTES[of_reason.reason]
    if of_reason.requests:
        note = "Common requests: " + ", ".join(f"“{phrase}”" for phrase in of_reason.requests)
    return {
        "label": of_reason.reason.label,
        "note": note,
        "share": value_text(of_reason.share, METRICS["escalation_rate"].unit),
        "values": {key: _plain(METRICS[key], value) for key, value in of_reason.values.items()},
    }
