"""Who should take an escalation: requirements first, then five weighted factors. Values in, reasons out.

Nothing here reads the database or the clock. ``decide`` answers for one item with all its reasons, ``score``
compares many items with many agents, ``assign_batch`` gives waiting items to free places all at once, and
``replay`` decides again from what was stored.
"""

from escalations.decisions.routing.batch import assign_batch
from escalations.decisions.routing.deciding import Candidate, Decision, Exclusion, decide
from escalations.decisions.routing.drawing import drawn, drawn_for, exclusions_in_team
from escalations.decisions.routing.facts import AgentFacts, Assignment, ItemFacts, Weights
from escalations.decisions.routing.parts import PARTS
from escalations.decisions.routing.replaying import inputs_json, replay
from escalations.decisions.routing.scoring import score

__all__ = [
    "PARTS",
    "AgentFacts",
    "Assignment",
    "Candidate",
    "Decision",
    "Exclusion",
    "ItemFacts",
    "Weights",
    "assign_batch",
    "decide",
    "drawn",
    "drawn_for",
    "exclusions_in_team",
    "inputs_json",
    "replay",
    "score",
]
