"""Feedback: how much of it is positive and constructive, of which themes, and how these change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from django.db.models import Count, F, Q

from analytics.decisions.holm import holm
from analytics.decisions.novelty import Fresh, fresh_phrases
from analytics.decisions.phrases import Comment, Phrase
from analytics.decisions.trials import AROUND, Quote
from analytics.enums import Tone
from analytics.metrics.chance import rates_differ
from analytics.metrics.comments import READ
from analytics.metrics.readings import Rows
from analytics.metrics.registry import METRICS, Measured, Meter
from analytics.metrics.sources import RATED
from analytics.metrics.tally import BEFORE, NOW, Frame, Part, Tally, tally
from analytics.models import FeedbackTheme
from helpninja.common.values import ENOUGH, Value

# A change is told where it would come by chance less often, all themes taken together.
BEYOND_CHANCE = 0.05
# New phrases are looked for in so many comments of both windows, the latest ones.
LOOKED_AT = 2_000
QUOTED = 2
# A mean CSAT of so much speaks for praise.
CONTENT = 4
SHARES = {Tone.POSITIVE: "positive_feedback", Tone.CONSTRUCTIVE: "constructive_feedback"}
READ_COUNT = Rows(RATED, READ).count
# Each comment once, however many of its themes are advised on alike.
ADVISED = Part(RATED, Count("pk", distinct=True, filter=READ & Q(carried__theme__tone=Tone.CONSTRUCTIVE)))


class Trend(Enum):
    """Of a theme's share against the window before; told only beyond chance."""

    INCREASING = "Increasing"
    DECREASING = "Decreasing"
    STABLE = "Stable"
    TOO_FEW = "Too few to compare"


@dataclass(frozen=True)
class OfTheme:
    """Its comments / the comments of its tone; ``p`` is corrected for all themes, None where not compared."""

    theme: FeedbackTheme
    now: Value
    before: Value | None
    p: float | None

    @property
    def trend(self) -> Trend:
        if self.p is None or self.before is None:
            return Trend.TOO_FEW
        if self.p > BEYOND_CHANCE:
            return Trend.STABLE
        return Trend.INCREASING if self.difference > 0 else Trend.DECREASING

    @property
    def difference(self) -> float:
        return (self.now.value or 0) - (self.before.value or 0 if self.before else 0)


@dataclass(frozen=True)
class Feedback:
    """``measured`` by metric key; ``without_theme`` of the comments that were read carry none."""

    measured: Mapping[str, Measured]
    themes: Sequence[OfTheme]
    without_theme: Value
    advised: Mapping[str, Value]

    def of_tone(self, tone: str) -> list[OfTheme]:
        """The largest first."""
        found = [one for one in self.themes if one.theme.tone == tone]
        return sorted(found, key=lambda one: -(one.now.hits or 0))


def feedback(frame: Frame) -> Feedback:
    """Two queries."""
    meter = Meter((METRICS[key] for key in ("comments", *SHARES.values())), frame)
    found = tally(meter.parts, frame, meter.splits)
    by_theme = tally([READ_COUNT], frame, {RATED: {"theme": F("carried__theme")}})
    by_advice = tally([ADVISED], frame, {RATED: {"advice": F("carried__theme__advice")}})
    measured = meter.read(found)
    comments = measured["comments"].now.n
    constructive = measured[SHARES[Tone.CONSTRUCTIVE]].now.hits or 0
    return Feedback(
        measured,
        _tested(_of_theme(theme, by_theme, measured) for theme in FeedbackTheme.objects.filter(active=True)),
        Value.of_rate(by_theme.sum(READ_COUNT, theme=None), comments, measured["comments"].now.missing),
        {
            advice: Value.of_rate(count, constructive)
            for advice, count in by_advice.split(ADVISED, "advice").items()
            if advice
        },
    )


def _of_theme(theme: FeedbackTheme, counts: Tally, measured: Mapping[str, Measured]) -> OfTheme:
    tone = measured[SHARES[Tone(theme.tone)]]
    now = Value.of_rate(counts.sum(READ_COUNT, NOW, theme=theme.pk), tone.now.hits or 0)
    if tone.before is None:
        return OfTheme(theme, now, None, None)
    before = Value.of_rate(counts.sum(READ_COUNT, BEFORE, theme=theme.pk), tone.before.hits or 0)
    return OfTheme(theme, now, before, None)


def _tested(found: Iterable[OfTheme]) -> list[OfTheme]:
    """Each against the window before, corrected for as many as could be compared."""
    themes = list(found)
    compared = [one for one in themes if one.before and min(one.now.n, one.before.n) >= ENOUGH]
    ps = holm([change_p(one.now, one.before) for one in compared if one.before])
    corrected = {one.theme.pk: p for one, p in zip(compared, ps, strict=True)}
    return [OfTheme(one.theme, one.now, one.before, corrected.get(one.theme.pk)) for one in themes]


def change_p(now: Value, before: Value) -> float:
    """Of two rates: how often chance alone would bring such a difference."""
    return rates_differ(now.hits or 0, now.n, before.hits or 0, before.n)


@dataclass(frozen=True)
class Candidate:
    """A phrase that may become a theme: its share of all comments, and the tone that their ratings suggest."""

    fresh: Fresh
    now: Value
    before: Value
    tone: Tone
    quotes: Sequence[Quote]


def candidates(frame: Frame, found: Feedback) -> list[Candidate]:
    """One query: of the latest comments that no theme catches, in both windows."""
    comments = found.measured["comments"]
    if frame.before is None or comments.before is None:
        return []
    said = _without_theme(frame)
    now = [one for one in said if one.at >= frame.window.start]
    earlier = [one.text for one in said if one.at < frame.window.start]
    fresh = fresh_phrases([one.text for one in now], earlier, rates_differ)
    return [
        Candidate(
            one,
            Value.of_rate(one.now, comments.now.n),
            Value.of_rate(one.before, comments.before.n),
            *_told(Phrase.of(one.phrase), now),
        )
        for one in fresh
    ]


class _Said(NamedTuple):
    at: datetime
    text: str
    csat: int | None


def _without_theme(frame: Frame) -> list[_Said]:
    rows = RATED.within(frame.window, frame.filters, frame.now, frame.before).filter(READ, carried=None)
    latest = rows.order_by("-rated_at").values_list("rated_at", "comment", "csat")
    return [_Said(*row) for row in latest[:LOOKED_AT]]


def _told(phrase: Phrase, said: Iterable[_Said]) -> tuple[Tone, list[Quote]]:
    found = [(one, place) for one in said if (place := Comment(one.text).find([phrase]))]
    known = [one.csat for one, _ in found if one.csat is not None]
    content = bool(known) and sum(known) / len(known) >= CONTENT
    quotes = dict.fromkeys(Quote.of(one.text, place, AROUND) for one, place in found)
    return Tone.POSITIVE if content else Tone.CONSTRUCTIVE, list(quotes)[:QUOTED]
