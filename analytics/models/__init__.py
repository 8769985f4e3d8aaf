from analytics.models.feedback import (
    CommentReading,
    CommentTheme,
    FeedbackTheme,
    ThemeDecision,
    ThemePhrase,
    ThemeRevision,
)
from analytics.models.saved_view import SavedView
from analytics.models.yardstick import Benchmark, Target

__all__ = [
    "Benchmark",
    "CommentReading",
    "CommentTheme",
    "FeedbackTheme",
    "SavedView",
    "Target",
    "ThemeDecision",
    "ThemePhrase",
    "ThemeRevision",
]
