from agents.models.agent import Agent, AgentSkill
from agents.models.calendar import Calendar, CalendarDay, CalendarFeed, CalendarVersion, Opening
from agents.models.presence import Presence
from agents.models.scorecard import Scorecard
from agents.models.team import Skill, Team

__all__ = [
    "Agent",
    "AgentSkill",
    "Calendar",
    "CalendarDay",
    "CalendarFeed",
    "CalendarVersion",
    "Opening",
    "Presence",
    "Scorecard",
    "Skill",
    "Team",
]
