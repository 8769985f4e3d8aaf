"""The admin's lists and forms of this app."""

from quality.admin import (
    article,
    article_issue,
    article_search,
    dispute,
    gap,
    improvement,
    initiative,
    review,
    rubric,
)

__all__ = [
    "article",
    "article_issue",
    "article_search",
    "dispute",
    "gap",
    "improvement",
    "initiative",
    "review",
    "rubric",
]
