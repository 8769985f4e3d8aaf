"""When a conversation goes to a person: the rules, compiled, against what the conversation has shown so far.

Nothing here reads the database or the clock. ``fold`` turns messages into ``Signals`` one at a time,
``evaluate`` asks the compiled rules in their order, and ``Fired.because`` tells the reader why.
"""

from escalations.decisions.triggers.conditions import Check, Held, compile_condition
from escalations.decisions.triggers.evaluation import (
    Candidates,
    CompiledRule,
    Errors,
    Fired,
    Needs,
    compile_rule,
    compile_rules,
    evaluate,
    evaluate_all,
    needs_of,
    priority_for,
)
from escalations.decisions.triggers.facts import UNKNOWN, Circumstances, Facts
from escalations.decisions.triggers.signals import LOW_CONFIDENCE, Said, Signals, fold, is_failed
from escalations.decisions.words import plain_words

__all__ = [
    "LOW_CONFIDENCE",
    "UNKNOWN",
    "Candidates",
    "Check",
    "Circumstances",
    "CompiledRule",
    "Errors",
    "Facts",
    "Fired",
    "Held",
    "Needs",
    "Said",
    "Signals",
    "compile_condition",
    "compile_rule",
    "compile_rules",
    "evaluate",
    "evaluate_all",
    "fold",
    "is_failed",
    "needs_of",
    "plain_words",
    "priority_for",
]
