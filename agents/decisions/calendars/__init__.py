"""Opening hours: what a calendar says, and arithmetic in its open time."""

from agents.decisions.calendars.definition import Definition, Opening, SpecialDay
from agents.decisions.calendars.hours import ALWAYS_OPEN, NeverOpen, OpenHours
from agents.decisions.calendars.working import Working, working

__all__ = [
    "ALWAYS_OPEN",
    "Definition",
    "NeverOpen",
    "OpenHours",
    "Opening",
    "SpecialDay",
    "Working",
    "working",
]
