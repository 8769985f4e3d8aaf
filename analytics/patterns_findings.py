"""Each pattern at a glance: the number, of how many, and how sure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from analytics.metrics.choices import Choice
from analytics.metrics.patterns_clock import Clock
from analytics.metrics.patterns_found import Patterns
from analytics.metrics.patterns_speed import Speed
from analytics.metrics.patterns_topics import MonthEnd, MonthEnds, Topic
from analytics.metrics.units import Unit
from analytics.metrics.wording import NONE, hours_text, number_text, value_text
from helpninja.common.intervals import Interval
from helpninja.common.values import Value, rounded

NO_TOPIC = "No topic"

# The address of exactly the rows of a number: a metric's key, a window where it is another, codes by dimension.
Link = Callable[..., str]


@dataclass(frozen=True)
class Names:
    """What the topics are called: text and code by id."""

    texts: Mapping[Topic, str]
    codes: Mapping[Topic, str]

    @classmethod
    def of(cls, topics: Iterable[Choice]) -> "Names":
        topics = list(topics)
        return cls({one.id: one.name for one in topics}, {one.id: one.code for one in topics})

    def text(self, topic: Topic) -> str:
        return self.texts.get(topic, NO_TOPIC)

    def code(self, topic: Topic) -> str:
        return self.codes.get(topic, "none")


@dataclass(frozen=True)
class Finding:
    """One pattern at a glance; ``evidence`` says of how many, and how sure."""

    label: str
    definition: str
    window: str
    text: str
    evidence: str
    icon: str
    link: str = ""


def findings(found: Patterns, names: Names, link: Link, is_own: bool) -> list[Finding]:
    """Of one person's own work it can't be said how often conversations are escalated."""
    return [
        _peak(found.clock),
        _peak_days(found.clock),
        _month_end(found.month_ends, names, link),
        _after_hours(found.clock, link),
        *([] if is_own else [_slow(found.speed)]),
    ]


def percent(share: float | None) -> str:
    """To one decimal; a dash where it is unknown."""
    return NONE if share is None else number_text(share, Unit.RATE)


def _peak(clock: Clock) -> Finding:
    peak = clock.peak
    return Finding(
        "Peak hours",
        "The two hours of the day on end in which most escalations were opened, and their share of all.",
        "opening of the escalation",
        f"{hours_text(peak.hour, peak.until)}, {percent(peak.share)}" if peak else NONE,
        _of(Value.of_rate(peak.count, peak.n, clock.missing)) if peak else "n = 0",
        "schedule",
    )


def _peak_days(clock: Clock) -> Finding:
    peak = clock.peak_days
    return Finding(
        "Peak days",
        "The three weekdays on end on which most escalations were opened, and their share of all.",
        "opening of the escalation",
        f"{peak.first.label}–{peak.last.label}, {percent(peak.share)}" if peak else NONE,
        _of(Value.of_rate(peak.count, peak.n, clock.missing)) if peak else "n = 0",
        "event",
    )


def _month_end(ends: MonthEnds, names: Names, link: Link) -> Finding:
    """Of the topic with the largest spike beyond chance; where there is none, of all together."""
    spikes = [one for one in ends.topics if one.is_beyond_chance and one.ratio and one.ratio.value > 1]
    topics = [one for one in spikes if not one.is_all]
    shown = next(iter(topics), None) or next(iter(ends.topics), None)
    text, evidence = NONE, "Too few escalations at month ends to compare."
    if shown and shown.ratio:
        about = "all topics" if shown.is_all else names.text(shown.topic)
        text, evidence = f"{change_text(shown.ratio)} {about}", month_end_evidence(shown)
    return Finding(
        "Month end",
        "Escalations in the last three days of the month, against as many other days of the same weekdays; of the "
        "topic with the largest increase beyond chance, or of all where no topic has one.",
        "opening of the escalation",
        text,
        evidence,
        "calendar_month",
        link("escalations", month_end="last", **topic_code(shown, names)) if shown and shown.count else "",
    )


def topic_code(one: MonthEnd, names: Names) -> dict[str, str]:
    """For an address: nothing where it is of all topics."""
    return {} if one.is_all else {"topic": names.code(one.topic)}


def _after_hours(clock: Clock, link: Link) -> Finding:
    value = clock.after_hours
    return Finding(
        "After hours",
        "Escalations opened outside the hours in which their team works, by its calendar. Those of teams "
        "without a calendar are missing.",
        "opening of the escalation",
        value_text(value, Unit.RATE),
        _of(value) if value.n else "No team has a calendar yet.",
        "dark_mode",
        link("peak_hours", open_hours="closed") if value.hits else "",
    )


def _slow(speed: Speed) -> Finding:
    evidence = "Too few conversations with a slow AI to compare."
    if speed.ratio:
        evidence = (
            f"{percent(speed.slow.value)} of {speed.slow.n:,} against {percent(speed.fast.value)} of "
            f"{speed.fast.n:,}; {interval_text(speed.ratio)}"
        )
    return Finding(
        "Slow AI",
        "Escalation rate of conversations whose AI answers took more than 3 seconds on average, against the "
        "others'. Answers after the handoff don't count; conversations without known times are left out.",
        "start of the conversation",
        f"{change_text(speed.ratio)} escalated" if speed.ratio else NONE,
        evidence,
        "speed",
    )


def change_text(ratio: Interval) -> str:
    """+35.0%, −12.0%."""
    return f"{'+' if ratio.value >= 1 else '−'}{percent(abs(ratio.value - 1))}"


def interval_text(ratio: Interval) -> str:
    """95 % interval +5.0% to +73.7%."""
    low, high = (f"{'+' if end >= 1 else '−'}{percent(abs(end - 1))}" for end in (ratio.low, ratio.high))
    return f"95 % interval {low} to {high}"


def _of(value: Value) -> str:
    missing = f", {value.missing:,} missing" if value.missing else ""
    return f"{value.hits:,} of n = {value.n:,}{missing}"


def month_end_evidence(one: MonthEnd) -> str:
    """Counted against expected, and how sure the difference is."""
    assert one.ratio is not None and one.expected is not None
    chance = "" if one.is_beyond_chance else "; may be chance"
    return f"{one.count:,} where {rounded(one.expected, 1)} were expected; {interval_text(one.ratio)}{chance}"
