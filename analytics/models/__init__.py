from analytics.models.feedback import (
    CommentReading,
    CommentTheme,
    FeedbackTheme,
    ThemeDecision,
    ThemePhrase,
    ThemeRevision,
)
from analytics.models.yardstick import Benchmark, Target

__all__ = [
    "Benchmark",
    "CommentReading",
    "CommentTheme",
    "FeedbackTheme",
    "Target",
    "ThemeDecision",
    "ThemePhrase",
    "ThemeRevision",
]
