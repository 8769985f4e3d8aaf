"""The overview's numbers, worded for its template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.policy import Sight
from analytics.charts import bucket_text, charts
from analytics.figures import Figure, figure
from analytics.metrics.overview import OfReason, Overview
from analytics.metrics.patterns import Peak
from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.tally import Frame
from analytics.metrics.targets import Aim
from analytics.metrics.wording import hours_text, number_text, value_text
from escalations.enums import Reason

# What one person's work does not say: everybody's conversations would be needed to know.
NOT_OF_ONE_PERSON = "Not measured for one person"
REASON_NOTES = {
    Reason.LOW_AI_CONFIDENCE: "The AI was not sure of its answers",
    Reason.CUSTOMER_REQUEST: "The customer asked for a person",
    Reason.TECHNICAL_ISSUE: "Complex troubleshooting needs",
    Reason.BILLING_ACCOUNT: "Account changes, billing issues",
    Reason.CONTENT_GAP: "Information not in the knowledge base",
}


def overview_context(
    found: Overview, frame: Frame, sight: Sight, query: Mapping[str, str], aims: Mapping[str, Aim]
) -> dict[str, Any]:
    """``query`` is the page's window and filters, as in its address."""
    words = _Words(found, sight, query, aims)
    return {
        "found": found,
        "is_ragged": not frame.window.is_whole_days and found.step != "hour",
        "indicators": [words.figure(measured) for measured in found.indicators],
        "volumes": [words.figure(measured) for measured in found.volumes],
        "peak": _peak(found.peak),
        "waiting": [] if sight.is_own else [words.figure(found.queue[key]) for key in found.queue],
        "sla": words.figure(found.besides["sla_attainment"]),
        "reasons": [words.reason(of_reason) for of_reason in found.reasons],
        "buckets": [(bucket_text(bucket.start, found.step), bucket) for bucket in found.series],
        "charts": charts(found, frame.window.zone),
    }


@dataclass(frozen=True)
class _Words:
    found: Overview
    sight: Sight
    query: Mapping[str, str]
    aims: Mapping[str, Aim]

    def figure(self, measured: Measured) -> Figure:
        metric = measured.metric
        if self.sight.is_own and not metric.of_one_person:
            return Figure(metric, "–", 0, 0, note=NOT_OF_ONE_PERSON)
        note = _note(metric.key, self.found.besides)
        return figure(measured, self.query, aim=self.aims.get(metric.key), note=note)

    def reason(self, of_reason: OfReason) -> dict[str, Any]:
        note = REASON_NOTES[of_reason.reason]
        if of_reason.requests:
            note = "Common requests: " + ", ".join(f"“{phrase}”" for phrase in of_reason.requests)
        codes = {"reason": of_reason.reason.value}
        return {
            "label": of_reason.reason.label,
            "note": note,
            "share": value_text(of_reason.share, METRICS["escalation_rate"].unit),
            "values": {
                key: figure(Measured(METRICS[key], value, None), self.query, codes)
                for key, value in of_reason.values.items()
            },
        }


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
