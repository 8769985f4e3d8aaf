"""The admin's lists and forms of this app."""

from quality.admin import (
    article,
    article_issue,
    article_search,
    calibration,
    coaching,
    dispute,
    gap,
    improvement,
    initiative,
    review,
    review_cycle,
    rubric,
)

__all__ = [
    "article",
    "article_issue",
    "article_search",
    "calibration",
    "coaching",
    "dispute",
    "gap",
    "improvement",
    "initiative",
    "review",
    "review_cycle",
    "rubric",
]
