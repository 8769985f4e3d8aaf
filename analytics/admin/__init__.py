"""The admin's lists and forms of this app."""

from analytics.admin import feedback, saved_view, yardstick

__all__ = ["feedback", "saved_view", "yardstick"]
