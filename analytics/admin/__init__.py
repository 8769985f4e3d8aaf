"""The admin's lists and forms of this app."""

from analytics.admin import feedback, yardstick

__all__ = ["feedback", "yardstick"]
