"""The feedback page's figures, and comments with their themes, worded for their templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from analytics.decisions.feedback_actions import Suggestion, Weighed, suggestions
from analytics.decisions.phrases import Found
from analytics.decisions.trials import AROUND, Quote, pieces
from analytics.enums import Tone
from analytics.figures import figure, rows_link
from analytics.metrics.dimensions.dimension import NONE
from analytics.metrics.feedback import SHARES, Feedback, OfTheme, Trend
from analytics.metrics.registry import METRICS
from analytics.metrics.targets import Aim
from analytics.metrics.units import Unit
from analytics.metrics.wording import change_text, p_text, value_text
from analytics.models import CommentTheme, FeedbackTheme
from escalations.models import Rating
from helpninja.common.values import Good, Value, compare
from quality.views.framing import chart_lines

GOOD = {Tone.POSITIVE: Good.UP, Tone.CONSTRUCTIVE: Good.DOWN}


@dataclass(frozen=True)
class ThemeRow:
    """``tone`` colours the trend: good, bad or even."""

    name: str
    share: str
    count: int
    of: int
    before: str
    change: str
    trend: str
    tone: str
    p: str
    rows: str
    comments: str
    quotes: Sequence[Quote]


def feedback_context(
    found: Feedback,
    quoted: Mapping[int, list[CommentTheme]],
    query: Mapping[str, str],
    aims: Mapping[str, Aim],
) -> dict[str, Any]:
    """``quoted``: examples by the theme's id; ``aims`` by metric key."""
    tones = [
        {
            "tone": tone,
            "key": tone.value,
            "share": value_text(found.measured[SHARES[tone]].now, Unit.RATE),
            "n": found.measured[SHARES[tone]].now.hits,
            "comments": comments_link(query, tone=tone.value),
            "rows": [theme_row(one, quoted.get(one.theme.pk, []), query) for one in found.of_tone(tone)],
        }
        for tone in Tone
    ]
    comments = found.measured["comments"].now
    return {
        "figures": [
            figure(found.measured[key], query, aim=aims.get(key)) for key in ("comments", *SHARES.values())
        ],
        "tones_shown": tones,
        "unread": comments.missing,
        "is_empty": not comments.n,
        "without_theme": value_text(found.without_theme, Unit.RATE),
        "without_theme_n": found.without_theme.hits,
        "without_theme_link": comments_link(query, theme=NONE),
        "all_comments": comments_link(query),
        "both": _both(found),
        "suggested": [_suggested(one, query) for one in _suggestions(found)],
        "charts": {tone.value: _chart(found.of_tone(tone)) for tone in Tone},
    }


def theme_row(one: OfTheme, marks: Iterable[CommentTheme], query: Mapping[str, str]) -> ThemeRow:
    """A trend is coloured only where it is beyond chance."""
    change = compare(one.now, one.before, GOOD[Tone(one.theme.tone)]) if one.before else None
    told = change is not None and one.trend in (Trend.INCREASING, Trend.DECREASING)
    return ThemeRow(
        one.theme.name,
        value_text(one.now, Unit.RATE),
        one.now.hits or 0,
        one.now.n,
        value_text(one.before, Unit.RATE) if one.before else "",
        change_text(change, Unit.RATE) if change else "",
        one.trend.value if one.before else "",
        ("good" if change and change.better else "bad") if told else "even",
        "" if one.p is None else p_text(one.p),
        rows_link(METRICS["comments"], query, {"theme": one.theme.name}),
        comments_link(query, theme=one.theme.name),
        [_quote(mark) for mark in marks],
    )


def comments_link(query: Mapping[str, str], **asked: str) -> str:
    """To the comments of the same window and filters, and what is asked besides."""
    return f"{reverse('analytics:comments')}?{urlencode({**query, **asked})}"


def comment_rows(
    ratings: Iterable[Rating], themes: Sequence[FeedbackTheme], *, opens: bool
) -> list[dict[str, Any]]:
    """``opens``: with a link to what was rated."""
    return [_comment_row(rating, rating.carried.all(), themes, opens) for rating in ratings]


def _comment_row(
    rating: Rating, marks: Iterable[CommentTheme], themes: Sequence[FeedbackTheme], opens: bool
) -> dict[str, Any]:
    carried = [mark.theme for mark in marks]
    places = [(mark.theme.name, *place) for mark in marks if (place := mark.place)]
    return {
        "rating": rating,
        "pieces": pieces(rating.comment, places),
        "carried": carried,
        "by_hand": {mark.theme_id for mark in marks if not mark.phrase},
        "offered": [theme for theme in themes if theme not in carried],
        "link": _escalation_link(rating) if opens else "",
    }


def _escalation_link(rating: Rating) -> str:
    about = rating.escalation or rating.conversation
    return reverse(f"admin:escalations_{about._meta.model_name}_change", args=[about.pk])


def _quote(mark: CommentTheme) -> Quote:
    place = mark.place
    return Quote.of(mark.rating.comment, Found(mark.phrase, *place) if place else None, AROUND)


def _both(found: Feedback) -> int:
    """Comments that praise and criticise: they are in both shares."""
    n = found.measured[SHARES[Tone.POSITIVE]].now.n
    return sum(found.measured[key].now.hits or 0 for key in SHARES.values()) - n


def _suggestions(found: Feedback) -> Sequence[Suggestion]:
    weighed = [
        Weighed(
            one.theme.name,
            one.theme.advice,
            one.now,
            one.trend is Trend.INCREASING,
            one.trend is Trend.DECREASING,
        )
        for one in found.of_tone(Tone.CONSTRUCTIVE)
    ]
    return suggestions(weighed, found.advised)


def _suggested(one: Suggestion, query: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": one.text,
        "share": value_text(one.share, Unit.RATE),
        "n": one.share.hits,
        "of": one.share.n,
        "grows": one.grows,
        "themes": [(name, comments_link(query, theme=name)) for name in one.themes],
    }


def _chart(themes: Sequence[OfTheme]) -> dict[str, Any]:
    datasets = [{"label": "In the window", "color": "primary", "data": [_share(one.now) for one in themes]}]
    if any(one.before for one in themes):
        before = [_share(one.before) for one in themes]
        datasets.append({"label": "Before", "color": "base", "data": before})
    return {
        "type": "bar",
        "horizontal": True,
        "grouped": True,
        "percent": True,
        "labels": [chart_lines(one.theme.name) for one in themes],
        "x": "Share of the comments of this tone",
        "y": "",
        "notes": [f"{one.now.hits} of {one.now.n} comments" for one in themes],
        "datasets": datasets,
    }


def _share(value: Value | None) -> float | None:
    return value.value if value else None
