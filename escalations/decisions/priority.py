"""How urgent an escalation is: a base, and what is added to it. Every level says what it was added up from.

The base is what the first priority rule in order gives, or the trigger rule's own priority where that is higher:
a trigger says "at least this". Where neither says anything it is medium. The sum of base and adjustments is kept
between low and critical, so the order of the adjustments makes no difference.

That level sets the deadline. Waiting is added beside it, for the place in the queue alone: a deadline that came
nearer because it comes nearer would be missed by itself.

What is said later adds to what was said before: an assessment is never below the one before it. Only people lower.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from escalations.decisions.priority_rules import Content, Rule
from escalations.enums import AdjustmentKind, Priority, PriorityField

DEFAULT = Priority.MEDIUM


@dataclass(frozen=True, slots=True)
class Situation:
    """What the adjustments look at. ``is_open``: inside business hours, None where no calendar says."""

    is_repeat: bool = False
    is_frustrated: bool = False
    is_open: bool | None = None
    waiting: int = 0
    available: int = 0

    @property
    def load(self) -> float:
        """Waiting per available agent; where nobody is available, as for one."""
        return self.waiting / max(self.available, 1)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``threshold``: minutes for a wait, waiting per available agent for load. ``name`` is shown to people."""

    kind: AdjustmentKind
    name: str
    levels: int
    threshold: float = 0
    only_up_to: Priority = Priority.CRITICAL


@dataclass(frozen=True, slots=True)
class Policy:
    """Active rules in their order, and the active adjustments."""

    rules: tuple[Rule, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def flags(self) -> set[str]:
        """Those that the rules ask for."""
        conditions = (one for rule in self.rules for group in rule.groups for one in group)
        return {flag for one in conditions if one.field == PriorityField.FLAG for flag in one.values}

    @property
    def waits(self) -> list[Adjustment]:
        return [one for one in self.adjustments if one.kind == AdjustmentKind.WAIT]


@dataclass(frozen=True, slots=True)
class Trigger:
    """The rule that escalated, with the priority that it asks for."""

    name: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class Base:
    """``name`` is what gave the level, ``working`` what was compared: the priority rule and the trigger."""

    level: Priority
    name: str
    working: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Added:
    """An adjustment that applied, with the figures by which it did."""

    kind: str
    name: str
    levels: int
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assessment:
    """``level`` is ``base`` and all of ``added``, kept between low and critical."""

    level: Priority
    base: Base
    added: tuple[Added, ...]
    situation: Situation

    @property
    def total(self) -> int:
        """Before it is kept between low and critical."""
        return self.base.level + sum(one.levels for one in self.added)

    @property
    def text(self) -> str:
        """``Critical: High by “Account access” (intent login_problem), +1 repeat escalation``."""
        parts = [f"{self.level.label}: {self.base.level.label} by {self.base.name}"]
        parts += [f"{one.levels:+d} {one.name[:1].lower()}{one.name[1:]}" for one in self.added]
        if self.total != self.level:
            parts.append(f"{'at most' if self.total > self.level else 'at least'} {self.level.label.lower()}")
        return ", ".join(parts)

    @property
    def because(self) -> dict[str, Any]:
        """As it is stored on the escalation and shown to people; ``from_because`` reads it back."""
        return {
            "text": self.text,
            "level": self.level.code,
            "base": {"level": self.base.level.code, "name": self.base.name, **self.base.working},
            "adjustments": [asdict(one) for one in self.added],
            "total": self.total,
            "situation": asdict(self.situation),
        }

    @classmethod
    def from_because(cls, because: Mapping[str, Any]) -> Self | None:
        """None for what was never assessed, such as imported escalations."""
        if "base" not in because:
            return None
        working = dict(because["base"])
        base = Base(Priority.from_code(working.pop("level")), working.pop("name"), working)
        added = tuple(Added(**one) for one in because["adjustments"])
        return cls(Priority.from_code(because["level"]), base, added, Situation(**because["situation"]))


def explained(
    assessment: Assessment | None, override: dict[str, Any] | None = None, waited: dict[str, Any] | None = None
) -> dict[str, Any]:
    """All that is stored of a priority: the assessment, what a person set instead, how waiting raised it."""
    because = dict(assessment.because) if assessment else {}
    if override:
        assessed = f"; assessed as {assessment.text}" if assessment else ""
        because |= {"text": f"{override['text']}{assessed}", "override": override}
    if waited:
        because["waited"] = waited
    return because


def assess(policy: Policy, content: Content, situation: Situation, trigger: Trigger | None = None) -> Assessment:
    """The level at the opening, with its working."""
    return _add_up(policy, _base(policy.rules, content, trigger), situation)


def reassess(policy: Policy, before: Assessment, content: Content, *, is_frustrated: bool) -> Assessment:
    """After the customer said more or flags were set; ``content`` is all that is now known.

    After hours, load and repetition stay as they were at the opening: they are no content. Gives ``before``
    itself unless the level rises.
    """
    base, new = before.base, _by_rules(policy.rules, content)
    if new is not None and new.level > base.level:
        base = replace(new, working={**new.working, "trigger": base.working["trigger"]})
    frustrated = before.situation.is_frustrated or is_frustrated
    after = _add_up(policy, base, replace(before.situation, is_frustrated=frustrated))
    return after if after.level > before.level else before


def levels_for_wait(policy: Policy, waited: timedelta) -> int:
    """By how many levels that wait raises in the queue."""
    return sum(one.levels for one in policy.waits if waited >= timedelta(minutes=one.threshold))


def wait_steps(policy: Policy) -> list[tuple[timedelta, int]]:
    """Each wait from which something is raised, with the levels then reached: the shortest first."""
    waits = sorted({timedelta(minutes=one.threshold) for one in policy.waits})
    return [(wait, levels_for_wait(policy, wait)) for wait in waits]


def raise_of(
    before: Priority, priority: Priority, levels: int, wait: timedelta, at: datetime
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What is stored of a raise by waiting, and its event's data: None where the place stays the same.

    ``before``: the level in the queue until now; ``priority``: the assessed one.
    """
    minutes = f"{wait.total_seconds() / 60:g} min"
    text = f"+{levels} in the queue after waiting for {minutes}"
    waited = {"levels": levels, "at": at.isoformat(), "text": text}
    after = kept(priority + levels)
    if after == before:
        return waited, None
    return waited, {"from": before.code, "to": after.code, "because": f"It has waited for {minutes}."}


def kept(level: int) -> Priority:
    """Between low and critical."""
    return Priority(min(max(level, Priority.LOW), Priority.CRITICAL))


def compile_adjustments(rows: Iterable[Any]) -> tuple[Adjustment, ...]:
    """From PriorityAdjustment rows."""
    return tuple(
        Adjustment(
            AdjustmentKind(row.kind),
            str(row),
            row.levels,
            row.threshold or 0,
            Priority(row.only_up_to or Priority.CRITICAL),
        )
        for row in rows
    )


def _base(rules: tuple[Rule, ...], content: Content, trigger: Trigger | None) -> Base:
    """The higher of the two; both are in the working."""
    ruled = _by_rules(rules, content)
    if trigger is None:
        return ruled or Base(DEFAULT, "default, as no rule applies", {"rule": None, "trigger": None})
    working = {
        "rule": ruled.working["rule"] if ruled else None,
        "trigger": {"name": trigger.name, "level": trigger.priority.code},
    }
    if ruled is None or trigger.priority > ruled.level:
        return Base(trigger.priority, f"trigger rule “{trigger.name}”", working)
    return replace(ruled, working=working)


def _by_rules(rules: tuple[Rule, ...], content: Content) -> Base | None:
    """What the first rule in order that applies gives."""
    for rule in rules:
        held = rule.held_by(content)
        if held:
            shown = {"id": rule.id, "name": rule.name, "version": rule.version, "level": rule.priority.code}
            working = {"rule": {**shown, "held": list(held)}, "trigger": None}
            return Base(rule.priority, f"“{rule.name}” ({', '.join(held)})", working)
    return None


def _add_up(policy: Policy, base: Base, situation: Situation) -> Assessment:
    added = tuple(
        Added(one.kind.value, one.name, one.levels, inputs)
        for one in policy.adjustments
        if base.level <= one.only_up_to and (inputs := _inputs(one, situation)) is not None
    )
    return Assessment(kept(base.level + sum(one.levels for one in added)), base, added, situation)


def _inputs(adjustment: Adjustment, situation: Situation) -> dict[str, Any] | None:
    """The figures by which it applies; None where it does not."""
    match adjustment.kind:
        case AdjustmentKind.WAIT:
            return None  # for the queue alone, see levels_for_wait
        case AdjustmentKind.REPEAT:
            return {} if situation.is_repeat else None
        case AdjustmentKind.FRUSTRATED:
            return {} if situation.is_frustrated else None
        case AdjustmentKind.AFTER_HOURS:
            return {} if situation.is_open is False else None
        case AdjustmentKind.LOAD:
            figures = {"waiting": situation.waiting, "available": situation.available}
            return figures if situation.load > adjustment.threshold else None
    raise ValueError(adjustment.kind)
