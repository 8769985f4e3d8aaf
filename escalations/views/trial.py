"""What a rule does to one conversation, message by message, worded for its template."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from escalations.actions.backtests import compile_conditions
from escalations.actions.stored import facts_by, told, with_sentiment
from escalations.decisions.replay import Step, near_miss, steps, whenever
from escalations.decisions.sentiment import sentiment_of
from escalations.decisions.triggers import Circumstances, CompiledRule, Facts, Fired, compile_rules, needs_of
from escalations.enums import Author
from escalations.importers.pasted import Pasted
from escalations.models import Conversation, TriggerRule
from escalations.validators.conditions import spoken_condition


@dataclass(frozen=True, slots=True)
class Trial:
    """A row for each message, and what came of it: in a sentence, and good, warn or even."""

    rows: list[dict[str, Any]]
    verdict: str
    tone: str


def try_on_stored(
    rule: TriggerRule, conditions: list[dict[str, Any]], conversation: Conversation, now: datetime
) -> Trial:
    tried, contest = _contest(rule, conditions)
    stored = told(conversation, needs_of(contest))
    lines = [with_sentiment(line) for line in stored.lines]
    handed_over_at = stored.handover.place if stored.handover else None
    return _trial(tried, conditions, list(steps(contest, lines, stored.facts_of, now)), handed_over_at)


def try_on_pasted(rule: TriggerRule, conditions: list[dict[str, Any]], pasted: Pasted, now: datetime) -> Trial:
    tried, contest = _contest(rule, conditions)
    lines = [
        replace(line, sentiment=sentiment_of(line.text))
        if line.author == Author.CUSTOMER and line.sentiment is None
        else line
        for line in pasted.lines
    ]
    facts_of = facts_by(pasted.about.get("topic") or "", _about(pasted))
    return _trial(tried, conditions, list(steps(contest, lines, facts_of, now)), None)


def _about(pasted: Pasted) -> Circumstances:
    """As the intake would know it of this body; of the customer's earlier escalations it says nothing."""
    about, customer = pasted.about, pasted.about.get("customer") or {}
    value = customer.get("monthly_value")
    return Circumstances(
        plan=customer.get("plan") or "",
        region=customer.get("region", ""),
        channel=about.get("channel") or "web",
        language=customer.get("language", ""),
        started_at=about.get("started_at") or pasted.lines[0].sent_at,
        signed_up_on=customer.get("signed_up_on"),
        monthly_value=None if value is None else float(value),
        customer_attributes=customer.get("attributes") or {},
        attributes=about.get("attributes") or {},
    )


def _contest(rule: TriggerRule, conditions: list[dict[str, Any]]) -> tuple[CompiledRule, list[CompiledRule]]:
    """The tried rule, and all active ones in their order with it in its place, whether or not it is active."""
    tried = whenever([compile_conditions(rule, conditions)])[0]
    others = [one for one in TriggerRule.objects.for_evaluation() if one.pk != rule.pk]
    before = [one for one in others if (one.order, one.pk) < (rule.order, rule.pk)]
    return tried, [*compile_rules(before), tried, *compile_rules(others[len(before) :])]


def _trial(
    tried: CompiledRule, conditions: list[dict[str, Any]], told: list[Step], handed_over_at: int | None
) -> Trial:
    decided = next((step for step in told if step.fired), None)
    own = next((step for step in told if any(fired.rule is tried for fired in step.fired)), None)
    rows = [_row(step, tried, conditions, decided, handed_over_at) for step in told]
    return Trial(rows, *_verdict(tried, decided, own))


def _verdict(tried: CompiledRule, decided: Step | None, own: Step | None) -> tuple[str, str]:
    if decided is None:
        return f"“{tried.name}” does not fire, and no other active rule does.", "even"
    first = decided.fired[0]
    if first.rule is tried:
        return f"“{tried.name}” fires at message {decided.place + 1} and hands the conversation over.", "good"
    other = f"“{first.rule.name}” fires first, at message {decided.place + 1}"
    if own is None:
        return f"“{tried.name}” does not fire; {other}.", "even"
    return f"“{tried.name}” would fire at message {own.place + 1}, but {other}, and decides.", "warn"


def _row(
    step: Step,
    tried: CompiledRule,
    conditions: list[dict[str, Any]],
    decided: Step | None,
    handed_over_at: int | None,
) -> dict[str, Any]:
    fires = [_fired(fired, tried, place) for place, fired in enumerate(step.fired)]
    own = any(fire["is_tried"] for fire in fires)
    return {
        "number": step.place + 1,
        "author": Author(step.message.author).label,
        "side": step.message.author,
        "text": step.message.text,
        "notes": _notes(step),
        "fired": fires,
        "near": None if own else _near(tried, step.facts, conditions),
        "decides": step is decided,
        "is_after": decided is not None and step.place > decided.place,
        "handed_over": step.place == handed_over_at,
    }


def _fired(fired: Fired, tried: CompiledRule, place: int) -> dict[str, Any]:
    return {
        "name": fired.rule.name,
        "rule": fired.rule.id,
        "is_tried": fired.rule is tried,
        "is_first": place == 0,
        "held": [held.text for held in fired.held],
    }


def _near(tried: CompiledRule, facts: Facts, conditions: list[dict[str, Any]]) -> dict[str, list[str]] | None:
    missed = near_miss(tried, facts)
    if missed is None:
        return None
    groups: dict[int, list[str]] = {}
    for one in conditions:
        said = spoken_condition(one["field"], one["operator"], one["value"], one.get("argument", ""))
        groups.setdefault(one["group"], []).append(said)
    spoken = groups[sorted(groups)[missed.group]]
    return {"held": [held.text for held in missed.held], "missing": [spoken[place] for place in missed.missing]}


def _notes(step: Step) -> list[str]:
    """What the rules knew of it beside the text."""
    message, signals = step.message, step.facts.signals
    notes = []
    if message.author == Author.AI:
        if message.ai_confidence is not None:
            notes.append(f"confidence {message.ai_confidence:.2f}")
        if signals.failed_attempts:
            notes.append(f"{signals.failed_attempts} failed in a row")
    if message.intent:
        notes.append(f"intent {message.intent}")
    if message.author == Author.CUSTOMER and message.sentiment is not None:
        notes.append(f"sentiment {message.sentiment:+.2f}{', frustrated' if signals.frustrated else ''}")
    return notes
