"""The admin's lists and forms of this app."""

from analytics.admin import feedback, report, rollup, saved_view, yardstick

__all__ = ["feedback", "report", "rollup", "saved_view", "yardstick"]
