"""What rules would have done in a conversation of the past, message by message. No database, no clock.

Replayed is what the AI did alone: the messages up to the first handover, its own message included. What was said
after it followed from the handover, so it can't tell what would have happened without one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from escalations.decisions.triggers import CompiledRule, Errors, Facts, Fired, Held, Signals, evaluate_all, fold

# What a rule may look at in the conversation, at one of its messages, which the signals include.
FactsOf = Callable[[Any, Signals], Facts]


@dataclass(frozen=True, slots=True)
class Fire:
    """``place``: of the message among those told, from 0."""

    place: int
    message: Any
    fired: Fired


@dataclass(frozen=True, slots=True)
class Step:
    """One message, and all rules that fire at it, in their order: the first would decide."""

    place: int
    message: Any
    facts: Facts
    fired: tuple[Fired, ...]


def whenever(rules: Sequence[CompiledRule]) -> tuple[CompiledRule, ...]:
    """As if they had been in force, and nothing had ended for which they would have to cool down."""
    return tuple(replace(rule, valid_from=None, valid_to=None, cooldown=timedelta(0)) for rule in rules)


def first_fires(
    rules: Sequence[CompiledRule], told: Sequence[Any], facts_of: FactsOf, now: datetime, errors: Errors
) -> dict[int, Fire]:
    """Where each rule would first have fired, had there been no other; by the rule's place among ``rules``.

    A rule that errs goes into ``errors``.
    """
    found: dict[int, Fire] = {}
    places = {id(rule): place for place, rule in enumerate(rules)}
    waiting = list(rules)
    signals = Signals()
    for place, message in enumerate(told):
        signals = fold(signals, message)
        firing = evaluate_all(waiting, facts_of(message, signals), now, errors)
        if firing:
            found.update((places[id(fired.rule)], Fire(place, message, fired)) for fired in firing)
            waiting = [rule for rule in waiting if places[id(rule)] not in found]
            if not waiting:
                break
    return found


def steps(rules: Sequence[CompiledRule], told: Sequence[Any], facts_of: FactsOf, now: datetime) -> Iterator[Step]:
    """Every message with all rules that fire at it, as if none had handed the conversation over before."""
    signals = Signals()
    for place, message in enumerate(told):
        signals = fold(signals, message)
        facts = facts_of(message, signals)
        yield Step(place, message, facts, tuple(evaluate_all(rules, facts, now)))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The group of conditions that came nearest: ``held``, and the ``missing`` ones' places within ``group``."""

    group: int
    held: tuple[Held, ...]
    missing: tuple[int, ...]


def near_miss(rule: CompiledRule, facts: Facts) -> NearMiss | None:
    """None where no condition held, or all of a group did."""
    best: NearMiss | None = None
    for place, group in enumerate(rule.groups):
        asked = [check.holds(facts) if check.author in (None, facts.message.author) else None for check in group]
        held = tuple(one for one in asked if one is not None)
        missing = tuple(number for number, one in enumerate(asked) if one is None)
        if not missing:
            return None
        if held and (best is None or len(missing) < len(best.missing)):
            best = NearMiss(place, held, missing)
    return best
