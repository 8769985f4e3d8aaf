"""The compiled rules against the facts, in their order."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import re2

from escalations.decisions.triggers.conditions import CIRCUMSTANCES, Check, Held, compile_condition
from escalations.decisions.triggers.facts import Facts
from escalations.decisions.triggers.signals import Said
from escalations.decisions.words import word_set
from escalations.enums import Author, ConditionField, Priority

logger = logging.getLogger(__name__)

Group = tuple[Check, ...]
# The errors of rules, by their id.
Errors = dict[int, str]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """``groups``: the rule fires when all checks of one group hold.

    ``cooldown``: after an escalation of the conversation has ended the rule stays quiet for so long.
    """

    id: int
    name: str
    version: int
    groups: tuple[Group, ...]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    rule: Any = field(default=None, compare=False)
    cooldown: timedelta = timedelta(0)
    # The groups that can hold at a message of each author, so that the others cost nothing there.
    groups_at: dict[str, tuple[Group, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        at = {
            author: tuple(group for group in self.groups if _can_hold(group, author)) for author in Author.values
        }
        object.__setattr__(self, "groups_at", at)

    def is_quiet(self, facts: Facts, now: datetime) -> bool:
        """Outside its period, or cooling down."""
        if (self.valid_from and now < self.valid_from) or (self.valid_to and now >= self.valid_to):
            return True
        ended = facts.about.escalation_ended_at
        return bool(self.cooldown) and ended is not None and now < ended + self.cooldown

    @property
    def fields(self) -> frozenset[ConditionField]:
        """What its conditions look at."""
        return frozenset(check.field for group in self.groups for check in group)

    def words_at(self, author: str) -> frozenset[str] | None:
        """It fires at no message of this author without one of these words; None where it needs none of them."""
        needed = [_words_of(group) for group in self.groups_at[author]]
        known = [words for words in needed if words is not None]
        return frozenset().union(*known) if len(known) == len(needed) else None


class Candidates:
    """Which of the rules could fire at a message, told by its author and its words without asking each."""

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        rules = tuple(rules)
        self._of = {author: _Candidates(rules, author) for author in Author.values}

    def at(self, message: Said) -> Sequence[CompiledRule]:
        """In their order."""
        return self._of[message.author].at(message.text)


class _Candidates:
    """At the messages of one author. Most messages have none of the words that any rule waits for."""

    def __init__(self, rules: Iterable[CompiledRule], author: str) -> None:
        self._waiting = [(rule, rule.words_at(author)) for rule in rules if rule.groups_at[author]]
        self._always = [rule for rule, words in self._waiting if words is None]
        self._words = frozenset[str]().union(*(words for _, words in self._waiting if words is not None))

    def at(self, text: str) -> Sequence[CompiledRule]:
        if not self._words or self._words.isdisjoint(words := word_set(text)):
            return self._always
        return [rule for rule, needed in self._waiting if needed is None or not needed.isdisjoint(words)]


@dataclass(frozen=True, slots=True)
class Needs:
    """What rules look at beside the messages and the topic: nothing, unless something is set.

    ``earlier_days``: how far back they ask for the customer's escalations.
    """

    circumstances: bool = False
    earlier_days: int = 0
    cooldown: bool = False

    def __bool__(self) -> bool:
        return self.circumstances or bool(self.earlier_days) or self.cooldown


def needs_of(rules: Iterable[CompiledRule]) -> Needs:
    """What has to be looked up before any of the rules can be judged: nothing that none of them asks about."""
    checks = [check for rule in rules for group in rule.groups for check in group]
    days = [int(check.argument) for check in checks if check.field == ConditionField.EARLIER_ESCALATIONS]
    return Needs(
        circumstances=any(check.field in CIRCUMSTANCES for check in checks),
        earlier_days=max(days, default=0),
        cooldown=any(rule.cooldown for rule in rules),
    )


def _can_hold(group: Group, author: str) -> bool:
    return bool(group) and all(check.author in (None, author) for check in group)


def _words_of(group: Group) -> frozenset[str] | None:
    return next((check.words for check in group if check.words is not None), None)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule with the conditions of the group that held."""

    rule: CompiledRule
    held: tuple[Held, ...]

    @property
    def because(self) -> dict[str, Any]:
        """As it is stored on the escalation and shown to people."""
        return {
            "text": f"{self.rule.name}: {' and '.join(held.text for held in self.held)}",
            "rule": {"id": self.rule.id, "name": self.rule.name, "version": self.rule.version},
            "conditions": [asdict(held) for held in self.held],
        }


def evaluate(
    rules: Iterable[CompiledRule], facts: Facts, now: datetime, errors: Errors | None = None
) -> Fired | None:
    """The first rule in order that fires, or None.

    A rule that errs is passed over: its error goes into ``errors``, or without them into the log.
    """
    return next(_firing(rules, facts, now, errors), None)


def evaluate_all(
    rules: Iterable[CompiledRule], facts: Facts, now: datetime, errors: Errors | None = None
) -> list[Fired]:
    """Every rule that fires, in order."""
    return list(_firing(rules, facts, now, errors))


def _firing(rules: Iterable[CompiledRule], facts: Facts, now: datetime, errors: Errors | None) -> Iterator[Fired]:
    author = facts.message.author
    for rule in rules:
        groups = rule.groups_at.get(author)
        if not groups:
            continue
        try:
            held = _holding(groups, facts)
            if held and not rule.is_quiet(facts, now):
                yield Fired(rule, held)
        except Exception as error:
            logger.exception("Trigger rule %s (%s) failed at a message", rule.id, rule.name)
            if errors is not None:
                errors[rule.id] = f"{type(error).__name__}: {error}"


def _holding(groups: tuple[Group, ...], facts: Facts) -> tuple[Held, ...]:
    """What met the first group that holds."""
    for group in groups:
        held = []
        for check in group:
            one = check.holds(facts)
            if one is None:
                break
            held.append(one)
        else:
            return tuple(held)
    return ()


def compile_rules(rules: Iterable[Any], errors: Errors | None = None) -> tuple[CompiledRule, ...]:
    """From TriggerRule rows with their conditions. One that can't be compiled is left out, its error as above."""
    compiled = []
    for rule in rules:
        try:
            compiled.append(compile_rule(rule))
        except (TypeError, ValueError, KeyError, re2.error) as error:
            logger.error("Trigger rule %s (%s) is left out: %s", rule.pk, rule.name, error)
            if errors is not None:
                errors[rule.pk] = str(error)
    return tuple(compiled)


def compile_rule(rule: Any) -> CompiledRule:
    """Raises ValueError, TypeError, KeyError or re2.error where its conditions make no sense."""
    groups: dict[int, list[Check]] = {}
    for condition in rule.conditions.all():
        check = compile_condition(condition.field, condition.operator, condition.value, condition.argument)
        groups.setdefault(condition.group, []).append(check)
    return CompiledRule(
        id=rule.pk,
        name=rule.name,
        version=rule.version,
        groups=tuple(tuple(checks) for _, checks in sorted(groups.items())),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        rule=rule,
        cooldown=timedelta(minutes=rule.cooldown_minutes),
    )


def priority_for(rule: Any, plan_code: str) -> Priority:
    """The rule's priority, or the one it gives to this plan."""
    by_plan = rule.priority_by_plan.get(plan_code)
    return Priority.from_code(by_plan) if by_plan else Priority(rule.priority)
