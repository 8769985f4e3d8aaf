"""One person's figures: over the window and the one before, by topic, by step of time, and against the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F

from analytics.metrics import patterns
from analytics.metrics.comparing import others_than
from analytics.metrics.dimensions import DIMENSIONS, Label
from analytics.metrics.people import SQUARES, with_bounds
from analytics.metrics.registry import METRICS, Measured, Meter
from analytics.metrics.sources import HANDLED_ONCE, OPENED, RATED, RESPONDED
from analytics.metrics.tally import NOW, Frame, Tally, merged, tally
from helpninja.common.values import Value

INDICATORS = (
    "conversations_handled",
    "first_response_time",
    "resolution_rate",
    "csat",
    "messages_per_escalation",
    "reescalation_rate",
    "handling_time",
    "first_contact_resolution",
    "quality_score",
)
BY_TOPIC = ("conversations_handled", "resolution_rate", "csat", "handling_time")
OVER_TIME = ("first_response_time", "csat")
# Of whom each row is, so that what the others did is the rest.
WITH_OTHERS = ("first_response_time", "csat", "first_contact_resolution", "reescalation_rate")
TOPIC = DIMENSIONS["topic"]


@dataclass(frozen=True)
class OfTopic:
    """``share`` of the conversations handled, of which each is counted with its escalation's topic."""

    label: Label
    share: Value
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Person:
    """``others``: figures of the rest of the teams' people; ``steps`` of the window with the values over time."""

    indicators: Mapping[str, Measured]
    topics: tuple[OfTopic, ...]
    steps: tuple[tuple[date, Mapping[str, Value]], ...]
    step: str
    others: Mapping[str, Value]

    @property
    def values(self) -> dict[str, Value]:
        return {key: measured.now for key, measured in self.indicators.items()}


def person(frame: Frame) -> Person:
    """``frame`` is filtered by the agent. At most four queries, and four for what rollups hold."""
    meter = Meter((METRICS[key] for key in INDICATORS), frame)
    splits = {
        RESPONDED: {"step": patterns.bucket_of(RESPONDED.clock, frame.window)},
        RATED: {"step": patterns.bucket_of(RATED.clock, frame.window), "topic": TOPIC.on[RATED](frame)},
        OPENED: {"topic": F("topic")},
    }
    found = tally([*meter.parts, *SQUARES.values()], frame, merged((meter.splits, splits)))
    handled, others = _handled(frame), _Others(frame)
    indicators = {
        key: replace(one, now=with_bounds(key, one.now, found.sum(SQUARES[key]))) if key in SQUARES else one
        for key, one in meter.read(found).items()
    }
    return Person(
        indicators,
        _topics(found, handled, frame),
        _steps(found, frame),
        patterns.step(frame.window),
        others.than(indicators),
    )


def _handled(frame: Frame) -> Tally:
    """By topic, each escalation once."""
    frame = replace(frame, comparison=None)
    parts = [part for key in BY_TOPIC for part in METRICS[key].reading.parts(frame) if part.source == HANDLED_ONCE]
    return tally(parts, frame, {HANDLED_ONCE: {"topic": TOPIC.on[HANDLED_ONCE](frame)}})


def _topics(found: Tally, handled: Tally, frame: Frame) -> tuple[OfTopic, ...]:
    """The most frequent first; where nothing was handled there is no share."""
    meter = Meter((METRICS[key] for key in BY_TOPIC), replace(frame, comparison=None))
    joined = Tally({**found.only(RATED, OPENED).tables, **handled.tables}).by(("topic",))
    labels = TOPIC.labels.of({values[0] for values in joined})
    read = {topic: _read(meter, group) for (topic,), group in joined.items()}
    total = sum(one["conversations_handled"].n for one in read.values())
    rows = [
        OfTopic(
            labels[topic],
            Value.of_rate(one["conversations_handled"].n, total),
            one,
        )
        for topic, one in read.items()
        if one["conversations_handled"].n
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.share.hits or 0), row.label.place)))


def _read(meter: Meter, group: Tally) -> dict[str, Value]:
    values = {key: measured.now for key, measured in meter.read(group).items()}
    return {**values, "csat": with_bounds("csat", values["csat"], group.sum(SQUARES["csat"]))}


def _steps(found: Tally, frame: Frame) -> tuple[tuple[date, Mapping[str, Value]], ...]:
    """Of the steps that have begun, those without rows too."""

    def value(key: str, start: date) -> Value:
        reading: Any = METRICS[key].reading
        source = reading.rows.source
        return reading.value(  # type: ignore[no-any-return]
            lambda part: found.sum(part, NOW, step=start) if part.source == source else 0
        )

    starts = [start for start in patterns.buckets(frame.window) if patterns.has_begun(start, frame)]
    return tuple((start, {key: value(key, start) for key in OVER_TIME}) for start in starts)


class _Others:
    """The figures of the team, which less one's own are those of the others."""

    def __init__(self, frame: Frame) -> None:
        team = replace(frame, comparison=None, filters=replace(frame.filters, agent=None))
        self._meter = Meter((METRICS[key] for key in WITH_OTHERS), team)
        self._found = tally(self._meter.parts, team, self._meter.splits)

    def than(self, indicators: Mapping[str, Measured]) -> dict[str, Value]:
        team = self._meter.read(self._found)
        return {key: others_than(indicators[key].now, one.now) for key, one in team.items()}
