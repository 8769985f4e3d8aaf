"""The admin's lists and forms of this app."""

from agents.admin import agent, presence, team

__all__ = ["agent", "presence", "team"]
