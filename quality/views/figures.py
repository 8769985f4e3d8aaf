"""Figures as the quality pages show them: texts with their n, rows of tables, and the chart of the weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpninja.common.values import Change, Value, rounded
from quality.decisions.standing import Compared, OfCriterion, Score, Spread, Standing

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


def criterion_rows(criteria: Sequence[OfCriterion]) -> list[dict[str, Any]]:
    return [criterion_row(one) for one in criteria]


def criterion_row(one: OfCriterion) -> dict[str, Any]:
    return {
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
