"""Figures worded for pages: the number, how it compares, what it is of, and the way to its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from analytics.metrics.registry import Measured, Metric
from analytics.metrics.targets import Aim
from analytics.metrics.wording import TOO_SMALL, change_text, value_text
from helpninja.common.values import Change, compare


@dataclass(frozen=True)
class Figure:
    """``tone`` is good, bad or even; ``arrow`` and ``verdict`` say the same without colour.

    ``link`` opens the rows that ``n`` counts; ``aim`` is the target, ``is_met`` None where that can't be told.
    """

    metric: Metric
    text: str
    n: int
    missing: int
    arrow: str = ""
    change: str = ""
    tone: str = "even"
    verdict: str = ""
    note: str = ""
    link: str = ""
    aim: str = ""
    is_met: bool | None = None

    @property
    def counts(self) -> str:
        missing = f", {self.missing:,} missing" if self.missing else ""
        return f"n = {self.n:,}{missing}"


def figure(
    measured: Measured,
    query: Mapping[str, str],
    codes: Mapping[str, str] | None = None,
    *,
    aim: Aim | None = None,
    note: str = "",
) -> Figure:
    """``query`` is the page's window and filters, as in its address; ``codes`` the group, by dimension."""
    metric, now = measured.metric, measured.now
    change = compare(now, measured.before, metric.good) if measured.before else Change(None, None, True)
    text = change_text(change, metric.unit) if measured.before else ""
    return Figure(
        metric,
        value_text(now, metric.unit),
        now.n,
        now.missing,
        note=note,
        change=text,
        link=rows_link(metric, query, codes) if now.n else "",
        aim=aim.text if aim else "",
        is_met=aim.met(now) if aim else None,
        **({} if text in ("", TOO_SMALL) else _direction(change)),
    )


def rows_link(metric: Metric, query: Mapping[str, str], codes: Mapping[str, str] | None = None) -> str:
    """The address of the page that lists exactly the rows which the number counts."""
    groups = {f"by.{dimension}": code for dimension, code in (codes or {}).items()}
    return f"{reverse('analytics:rows')}?{urlencode({'metric': metric.key, **query, **groups})}"


def explore_link(metrics: Sequence[str], dimension: str, query: Mapping[str, str]) -> str:
    """The address of the page where the same table is explored further, and had as a file."""
    return (
        f"{reverse('analytics:explore')}?{urlencode({**query, 'metrics': metrics, 'by': dimension}, doseq=True)}"
    )


def _direction(change: Change) -> dict[str, str]:
    if not change.difference:
        return {}
    arrow = "▲" if change.difference > 0 else "▼"
    if change.better is None:
        return {"arrow": arrow}
    verdict = "better" if change.better else "worse"
    return {"arrow": arrow, "tone": "good" if change.better else "bad", "verdict": verdict}
