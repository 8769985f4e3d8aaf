from analytics.models.feedback import (
    CommentReading,
    CommentTheme,
    FeedbackTheme,
    ThemeDecision,
    ThemePhrase,
    ThemeRevision,
)
from analytics.models.report import ActionItem, ReportRun, ReportSchedule
from analytics.models.saved_view import SavedView
from analytics.models.yardstick import Benchmark, Target

__all__ = [
    "ActionItem",
    "Benchmark",
    "CommentReading",
    "CommentTheme",
    "FeedbackTheme",
    "ReportRun",
    "ReportSchedule",
    "SavedView",
    "Target",
    "ThemeDecision",
    "ThemePhrase",
    "ThemeRevision",
]
