"""The admin's lists and forms of this app."""

from analytics.admin import yardstick

__all__ = ["yardstick"]
