"""The admin's lists and forms of this app."""

from agents.admin import agent, calendar, planning, presence, scorecard, team

__all__ = ["agent", "calendar", "planning", "presence", "scorecard", "team"]
