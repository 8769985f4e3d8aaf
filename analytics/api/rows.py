"""What the API answers, JSON-ready."""

from typing import Any

from analytics.metrics.breakdown import Breakdown, Group, is_divisible
from analytics.metrics.dimensions import Dimension
from analytics.metrics.overview import Bucket
from analytics.metrics.patterns import step
from analytics.metrics.registry import METRICS, Measured, Metric
from analytics.metrics.tally import Frame
from helpninja.common.values import Value, compare
from helpninja.common.windows import Window


def window_row(window: Window) -> dict[str, str]:
    """Half-open, in ISO 8601 with the offsets of its zone."""
    return {
        "from": window.start.astimezone(window.tzinfo).isoformat(),
        "to": window.end.astimezone(window.tzinfo).isoformat(),
        "timezone": window.zone,
    }


def definition_row(metric: Metric) -> dict[str, str]:
    """What the metric means; ``belongs_to_window_of`` is the moment that dates its rows."""
    return {
        "key": metric.key,
        "label": metric.label,
        "unit": metric.unit.value,
        "good": metric.good.value,
        "definition": metric.definition,
        "belongs_to_window_of": metric.window,
    }


def measured_row(measured: Measured) -> dict[str, Any]:
    """A number with the one before it; ``previous`` and ``change`` are null where nothing was compared."""
    metric, before = measured.metric, measured.before
    row = {
        "key": metric.key,
        "label": metric.label,
        "unit": metric.unit.value,
        **value_row(measured.now),
        "previous": None,
        "change": None,
    }
    if before is None:
        return row
    change = compare(measured.now, before, metric.good)
    difference = {"difference": change.difference, "better": change.better, "too_few": change.too_few}
    return {**row, "previous": value_row(before), "change": difference}


def value_row(value: Value) -> dict[str, Any]:
    """A rate has its numerator besides, a net score its standard error; the interval is null where unknown."""
    row: dict[str, Any] = {"value": value.value, "n": value.n, "missing": value.missing}
    if value.hits is not None:
        row["hits"] = value.hits
    if value.error is not None:
        row["standard_error"] = value.error
    return {**row, "interval_95": value.interval}


def dimension_row(dimension: Dimension) -> dict[str, Any]:
    """With the keys of the metrics that can be broken down by it."""
    return {
        "key": dimension.key,
        "label": dimension.label,
        "definition": dimension.definition,
        "metrics": [metric.key for metric in METRICS.values() if is_divisible(metric, dimension)],
        "groups_add_up": dimension.partitions,
    }


def group_rows(found: Breakdown) -> list[dict[str, Any]]:
    """``by`` has each group's code and text by dimension, ``metrics`` its numbers by metric.

    Of counts by two dimensions ``shares`` has what the group is of all in the first one's group.
    """
    return [_group_row(group, found) for group in found.groups]


def _group_row(group: Group, found: Breakdown) -> dict[str, Any]:
    row = {
        "by": {
            dimension.key: {"code": label.code, "text": label.text}
            for dimension, label in zip(found.dimensions, group.labels, strict=True)
        },
        "metrics": {key: measured_row(measured) for key, measured in group.measured.items()},
    }
    shares = {key: value_row(share) for key, share in found.shares(group).items()}
    return {**row, "shares": shares} if shares else row


def series_rows(buckets: list[Bucket], frame: Frame) -> dict[str, Any]:
    """Each point is named by the beginning of its step."""
    return {
        "step": step(frame.window),
        "points": [
            {
                "from": bucket.start.isoformat(),
                "conversations": bucket.conversations,
                "escalated_conversations": bucket.escalated,
            }
            for bucket in buckets
        ],
    }
