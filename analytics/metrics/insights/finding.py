"""Which of the differences between two windows are told: those beyond chance that say something of their own."""

from dataclasses import replace

from analytics.metrics.chance import Q, adjusted
from analytics.metrics.dimensions import DIMENSIONS, Label
from analytics.metrics.insights.insight import Insight
from analytics.metrics.insights.looks import ALL, Group, Look, looks
from analytics.metrics.insights.sentences import because, sentence
from analytics.metrics.registry import METRICS
from analytics.metrics.tally import Frame
from helpninja.common.values import compare
from helpninja.common.windows import Comparison, Window

Found = tuple[Look, float]


def insights_for(frame: Frame) -> list[Insight]:
    """Against the latest window before with the same weekdays; those of most cases first. At most ten queries.

    A window that is still running is taken up to now. Of what is told on average at most a share of Q is chance
    (``chance.adjusted``), and every interval leaves out that nothing changed.
    """
    if frame.now <= frame.window.start:
        return []
    frame = compared(frame)
    looked = looks(frame)
    found = told(looked)
    labels = _labels([look.group for look, _ in found])
    insights = [_insight(look, p, labels.get(look.group), len(looked), frame) for look, p in found]
    return sorted((one for one in insights if one.sentence), key=lambda one: -one.cases)


def compared(frame: Frame) -> Frame:
    """What is looked at: the window as far as it has come, against the same weekdays before."""
    window = Window(frame.window.start, min(frame.window.end, frame.now), frame.window.zone)
    return replace(frame, window=window, comparison=Comparison.WEEKDAYS)


def told(looked: list[Look]) -> list[Found]:
    """With the adjusted p. Of a group only what is not just its part in the change of all."""
    ps = adjusted([look.difference.p for look in looked])
    found = [(look, p) for look, p in zip(looked, ps, strict=True) if p <= Q and _is_changed(look)]
    of_all = {look.key: look.difference.change.value for look, _ in found if look.group == ALL}
    return [(look, p) for look, p in found if look.group == ALL or not _says_the_same(look, of_all)]


def _is_changed(look: Look) -> bool:
    return not look.difference.change.holds(look.difference.no_change)


def _says_the_same(look: Look, of_all: dict[str, float]) -> bool:
    return look.key in of_all and look.difference.change.holds(of_all[look.key])


def _labels(groups: list[Group]) -> dict[Group, Label]:
    """At most a query for each dimension."""
    found = {}
    for key in {group.dimension for group in groups if group != ALL}:
        labels = DIMENSIONS[key].labels.of({group.value for group in groups if group.dimension == key})
        found.update({Group(key, value): label for value, label in labels.items()})
    return found


def _insight(look: Look, p: float, label: Label | None, looked_at: int, frame: Frame) -> Insight:
    assert frame.before is not None
    metric, difference = METRICS[look.key], look.difference
    about = label.text if label else ""
    return Insight(
        metric=metric,
        kind=difference.kind,
        dimension=look.group.dimension,
        code=label.code if label else "",
        about=about,
        now=difference.now,
        before=difference.before,
        change=difference.change,
        p=p,
        cases=difference.cases,
        better=compare(difference.now, difference.before, metric.good).better,
        sentence=sentence(look, about),
        because=because(look, p, looked_at, frame.before),
    )
