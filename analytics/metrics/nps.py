"""NPS by reason, and what drives it: the theme by which promoters, or detractors, differ most from the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, Q

from analytics.decisions.holm import holm
from analytics.enums import Tone
from analytics.metrics.breakdown import breakdown
from analytics.metrics.comments import DETRACTOR, PROMOTER, READ
from analytics.metrics.dimensions import Label
from analytics.metrics.dimensions.dimension import NONE
from analytics.metrics.feedback import BEYOND_CHANCE, change_p
from analytics.metrics.readings import Rows
from analytics.metrics.registry import Measured
from analytics.metrics.sources import RATED
from analytics.metrics.tally import Frame, Part, tally
from analytics.models import Benchmark, FeedbackTheme
from helpninja.common.values import ENOUGH, Value

KEYS = ("nps", "promoters", "passives", "detractors")
# Below the industry's value, or below this where none is kept, it is told what drives detractors, else promoters.
LOW = 30.0
RECOMMENDED = READ & Q(nps__isnull=False)


@dataclass(frozen=True)
class Driver:
    """The share of comments of this theme among promoters, or among detractors, and among all others.

    ``p`` is corrected for all themes of the tone.
    """

    theme: FeedbackTheme
    of_promoters: bool
    share: Value
    others: Value
    p: float

    @property
    def is_beyond_chance(self) -> bool:
        return self.p <= BEYOND_CHANCE

    @property
    def difference(self) -> float:
        return (self.share.value or 0) - (self.others.value or 0)


@dataclass(frozen=True)
class OfReason:
    """One with answers. ``driver`` is None where too few commented, or no theme is more frequent."""

    label: Label
    measured: Mapping[str, Measured]
    driver: Driver | None

    @property
    def is_enough(self) -> bool:
        return self.measured["nps"].now.n >= ENOUGH


@dataclass(frozen=True)
class Nps:
    """``reasons`` are those with answers; ``low``: below it, detractors are what needs explaining."""

    overall: Mapping[str, Measured]
    reasons: Sequence[OfReason]
    benchmark: Benchmark | None
    low: float


def nps(frame: Frame) -> Nps:
    """In all and by reason, those with answers; what is low is told by the benchmark, where there is one."""
    drivers = _Drivers(frame)
    found = breakdown(KEYS, ["reason"], frame)
    benchmark = Benchmark.objects.filter(metric="nps").first()
    low = benchmark.value if benchmark else LOW
    reasons = [
        OfReason(label, group.measured, drivers.of(label, group.measured["nps"].now, low))
        for group in found.groups
        for label in group.labels
        if group.measured["nps"].now.n
    ]
    return Nps(found.total, reasons, benchmark, low)


class _Drivers:
    """What was commented, by reason: in all, and by theme."""

    def __init__(self, frame: Frame) -> None:
        reason = F("escalation__reason")
        frame = replace(frame, comparison=None)
        parts = [part for side in (PROMOTER, DETRACTOR) for part in _parts(side)]
        self.all = tally(parts, frame, {RATED: {"reason": reason}})
        self.by_theme = tally(parts, frame, {RATED: {"reason": reason, "theme": F("carried__theme")}})
        self.themes = list(FeedbackTheme.objects.filter(active=True))

    def of(self, label: Label, net: Value, low: float) -> Driver | None:
        if net.value is None or net.n < ENOUGH:
            return None
        of_promoters = net.value >= low
        side, tone = (PROMOTER, Tone.POSITIVE) if of_promoters else (DETRACTOR, Tone.CONSTRUCTIVE)
        themes = [theme for theme in self.themes if theme.tone == tone]
        reason = None if label.code == NONE else label.code
        return _strongest(self._compared(theme, side, reason, of_promoters) for theme in themes)

    def _compared(self, theme: FeedbackTheme, side: Q, reason: str | None, of_promoters: bool) -> Driver:
        share, rest = (self._share(theme, part, reason) for part in _parts(side))
        enough = min(share.n, rest.n) >= ENOUGH
        return Driver(theme, of_promoters, share, rest, change_p(share, rest) if enough else 1.0)

    def _share(self, theme: FeedbackTheme, part: Part, reason: str | None) -> Value:
        hits = self.by_theme.sum(part, reason=reason, theme=theme.pk)
        return Value.of_rate(hits, self.all.sum(part, reason=reason))


def _parts(side: Q) -> tuple[Part, Part]:
    """The comments of those who answered so, and of the others."""
    return Rows(RATED, RECOMMENDED & side).count, Rows(RATED, RECOMMENDED & ~side).count


def _strongest(found: Iterable[Driver]) -> Driver | None:
    """By the difference of the shares, its test corrected for all that were compared."""
    compared = [one for one in found if min(one.share.n, one.others.n) >= ENOUGH]
    corrected = [
        Driver(one.theme, one.of_promoters, one.share, one.others, p)
        for one, p in zip(compared, holm([one.p for one in compared]), strict=True)
    ]
    more = [one for one in corrected if one.difference > 0]
    return max(more, key=lambda one: (one.difference, -one.theme.order), default=None)
