"""The admin's lists and forms of this app."""

from agents.admin import agent, planning, presence, team

__all__ = ["agent", "planning", "presence", "team"]
