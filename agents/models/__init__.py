from agents.models.agent import Agent, AgentSkill, capacity_of
from agents.models.calendar import Calendar, CalendarDay, CalendarFeed, CalendarVersion, Opening
from agents.models.capacity import CapacityByLevel
from agents.models.presence import AgentHeartbeat, Departure, Presence
from agents.models.scorecard import Scorecard
from agents.models.shift import OnCall, Shift, ShiftBreak, ShiftException, TimeOff
from agents.models.team import Skill, Team

__all__ = [
    "Agent",
    "AgentHeartbeat",
    "AgentSkill",
    "Calendar",
    "CalendarDay",
    "CalendarFeed",
    "CalendarVersion",
    "CapacityByLevel",
    "Departure",
    "OnCall",
    "Opening",
    "Presence",
    "Scorecard",
    "Shift",
    "ShiftBreak",
    "ShiftException",
    "Skill",
    "Team",
    "TimeOff",
    "capacity_of",
]
