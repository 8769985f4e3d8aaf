from agents.models.agent import Agent, AgentSkill
from agents.models.presence import Presence
from agents.models.team import Skill, Team

__all__ = ["Agent", "AgentSkill", "Presence", "Skill", "Team"]
