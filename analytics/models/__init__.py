from analytics.models.export import Export, ExportPart
from analytics.models.feedback import (
    CommentReading,
    CommentTheme,
    FeedbackTheme,
    ThemeDecision,
    ThemePhrase,
    ThemeRevision,
)
from analytics.models.report import ActionItem, ReportRun, ReportSchedule
from analytics.models.rollup import Mark, Reconciliation, Rollup, RollupState, Tier
from analytics.models.saved_view import SavedView
from analytics.models.yardstick import Benchmark, Target

__all__ = [
    "ActionItem",
    "Benchmark",
    "CommentReading",
    "CommentTheme",
    "Export",
    "ExportPart",
    "FeedbackTheme",
    "Mark",
    "Reconciliation",
    "ReportRun",
    "ReportSchedule",
    "Rollup",
    "RollupState",
    "SavedView",
    "Target",
    "ThemeDecision",
    "ThemePhrase",
    "ThemeRevision",
    "Tier",
]
