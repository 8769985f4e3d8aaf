"""Figures as the quality pages show them: texts with their n, rows of tables, and the chart of the weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from helpninja.common.values import Change, Value, rounded
from quality.actions.figures import Asked
from quality.decisions.standing import Compared, OfCriterion, Score, Spread, Standing
from quality.enums import ReviewKind, ReviewState

NONE, TOO_FEW = "–", "too few to compare"


@dataclass(frozen=True)
class Card:
    """``tone`` is good, bad or even; ``arrow`` and ``verdict`` say the same without colour."""

    text: str
    n: int
    change: str = ""
    arrow: str = ""
    tone: str = "even"
    verdict: str = ""
    band: Any = None


def rows_of(asked: Asked, **conditions: Any) -> str:
    """The address of the list of exactly the reviews that a figure was made of, narrowed by the conditions."""
    bounds = {
        "kind__exact": ReviewKind.SCORED.value,
        "state__exact": ReviewState.PUBLISHED.value,
        "published_at__gte": asked.window.start.isoformat(),
        "published_at__lt": asked.window.end.isoformat(),
    }
    if asked.sight.agent is not None:
        bounds["agent__id__exact"] = str(asked.sight.agent)
    if asked.sight.teams is not None:
        bounds["escalation__team__id__in"] = ",".join(map(str, sorted(asked.sight.teams)))
    return f"{reverse('admin:quality_review_changelist')}?{urlencode(bounds | conditions)}"


def criterion_link(asked: Asked, key: str, **conditions: Any) -> str:
    """The reviews in which it was scored."""
    return rows_of(asked, answers__key__exact=key, answers__possible__gt=0, **conditions)


def score_card(score: Score) -> Card:
    """Too few reviews have no number that could be taken for a judgement."""
    if not score.is_enough:
        return Card("Too few" if score.now.n else NONE, score.now.n)
    return Card(number(score.now), score.now.n, band=score.band, **_change(score.change, "better", "worse"))


def spread_card(spread: Spread) -> Card:
    said = _change(spread.change, "improving", "growing apart")
    return Card(number(spread.now), spread.now.n, **said)


def number(value: Value) -> str:
    return NONE if value.value is None else tenths(value.value)


def tenths(value: float) -> str:
    return f"{rounded(value, 1)}"


def _change(change: Change, better: str, worse: str) -> dict[str, str]:
    if change.difference is None:
        return {"change": TOO_FEW}
    size = tenths(abs(change.difference))
    if size == "0.0":
        return {"change": "unchanged"}
    up = change.difference > 0
    said = {"change": f"{'+' if up else '−'}{size}", "arrow": "▲" if up else "▼"}
    return {**said, "tone": "good" if change.better else "bad", "verdict": better if change.better else worse}


def criterion_rows(criteria: Sequence[OfCriterion], asked: Asked | None) -> list[dict[str, Any]]:
    return [criterion_row(one, asked) for one in criteria]


def criterion_row(one: OfCriterion, asked: Asked | None) -> dict[str, Any]:
    """With a way to its reviews where ``asked`` is given: to those who may read them."""
    return {
        "link": criterion_link(asked, one.key) if asked else "",
        "key": one.key,
        "name": one.name,
        "n": one.n,
        "share": tenths(one.share) if one.is_enough else "Too few",
        "points": f"{tenths(one.mean)} of {tenths(one.mean_possible)}" if one.is_enough else NONE,
        "lost": tenths(float(one.lost)),
        "weak": one.weak,
    }


def compared_rows(found: Sequence[Compared]) -> list[dict[str, Any]]:
    return [
        {
            "key": one.criterion.key,
            "name": one.criterion.name,
            "share": tenths(one.criterion.share),
            "n": one.criterion.n,
            "others": tenths(one.others.share),
            "others_n": one.others.n,
            "difference": tenths(abs(one.difference)),
        }
        for one in found
    ]


def week_rows(weeks: Sequence[tuple[date, Value]]) -> list[dict[str, Any]]:
    return [{"week": week, "text": number(value), "n": value.n} for week, value in weeks]


def trend_chart(standing: Standing) -> dict[str, Any]:
    """Weeks without reviews are gaps, not zeros."""
    means = [None if value.value is None else float(rounded(value.value, 1)) for _, value in standing.weeks]
    known = [mean for mean in means if mean is not None]
    return {
        "type": "line",
        "labels": [f"{week:%b %-d}" for week, _ in standing.weeks],
        "x": "Week beginning",
        "y": "Points of 100",
        "range": [50 if known and min(known) >= 50 else 0, 100],
        "notes": [f"{value.n} review{'' if value.n == 1 else 's'}" for _, value in standing.weeks],
        "datasets": [{"label": "Mean quality score", "color": "primary", "data": means}],
    }
