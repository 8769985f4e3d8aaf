"""The part of a conversation that the AI leads, and what the installed rules make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from types import SimpleNamespace

from escalations.actions.opening import Handoff
from escalations.decisions.priority import Assessment, Policy, Situation, assess
from escalations.decisions.priority_rules import Content
from escalations.decisions.sentiment import sentiment_of
from escalations.decisions.triggers import CompiledRule, Facts, Signals, evaluate, fold
from escalations.enums import Author, Reason
from helpninja.demo.content import Issue, talk
from helpninja.demo.plots import Plot

QUESTION = "how_to"
# Shares of chats with a slow AI: who waits for it is handed to people more often, by some 40 %.
SLOW_ALONE, SLOW_HANDED_OVER = 0.15, 0.22


@dataclass(slots=True)
class Line:
    """``after`` is in seconds since the start of the conversation."""

    author: str
    text: str
    after: float = 0.0
    ai_confidence: float | None = None
    ai_failed: bool | None = None
    intent: str = ""
    response_ms: int | None = None
    sentiment: float | None = None
    sent_at: datetime | None = None


def lines_of(plot: Plot, rng: Random) -> list[Line]:
    """All that is said before a person is needed, or all there is."""
    issue = plot.issue
    lines = [_asks(_question(plot, rng))]
    match plot.reason:
        case None:
            lines += _managed(issue, rng)
        case Reason.LOW_AI_CONFIDENCE:
            lines += _unsure(issue, plot.very_low, rng)
        case Reason.CUSTOMER_REQUEST:
            lines += [
                _answers(issue.answers[0], 0.45 + 0.4 * rng.random()),
                _asks(rng.choice(talk.ASKS_FOR_PERSON)),
            ]
        case Reason.TECHNICAL_ISSUE | Reason.BILLING_ACCOUNT:
            lines += [_answers(issue.answers[0], 0.5 + 0.4 * rng.random(), intent=issue.intent)]
        case Reason.CONTENT_GAP:
            lines += [_answers(issue.answers[0], 0.4 + 0.2 * rng.random(), failed=True)]
    is_slow = rng.random() < (SLOW_ALONE if plot.reason is None else SLOW_HANDED_OVER)
    _place_in_time(lines, is_slow, rng)
    return lines


def _question(plot: Plot, rng: Random) -> str:
    closing = rng.choice(talk.CLOSINGS)
    if not plot.customer["company"] and "{company}" in closing:
        closing = ""
    closing = closing.format(plan=plot.plan.title(), company=plot.customer["company"])
    return rng.choice(talk.HELLOS) + plot.issue.question + closing


def _managed(issue: Issue, rng: Random) -> list[Line]:
    lines = [_answers(issue.answers[0], 0.55 + 0.44 * rng.random())]
    if rng.random() < 0.3:
        lines += [_asks(issue.again), _answers(issue.answers[1], 0.5 + 0.45 * rng.random())]
    elif rng.random() < 0.3:
        lines += [_asks(rng.choice(talk.SETTLED)), _answers(rng.choice(talk.WELCOMES), 0.9 + 0.09 * rng.random())]
    return lines


def _unsure(issue: Issue, very_low: bool, rng: Random) -> list[Line]:
    """One answer below 0.2, or two below 0.4."""
    if very_low:
        return [_answers(issue.answers[0], 0.08 + 0.11 * rng.random())]
    return [
        _answers(issue.answers[0], 0.28 + 0.11 * rng.random()),
        _asks(rng.choice(talk.MISSED) + issue.again),
        _answers(issue.answers[1], 0.28 + 0.11 * rng.random()),
    ]


def _asks(text: str) -> Line:
    return Line(Author.CUSTOMER, text, sentiment=sentiment_of(text))


def _answers(text: str, confidence: float, *, intent: str = QUESTION, failed: bool | None = None) -> Line:
    return Line(Author.AI, text, ai_confidence=round(confidence, 2), ai_failed=failed, intent=intent)


def _place_in_time(lines: list[Line], is_slow: bool, rng: Random) -> None:
    after = 0.0
    for line in lines:
        if line.author == Author.AI:
            line.response_ms = (
                int(3100 + 4000 * rng.random() ** 2) if is_slow else int(600 + 2400 * rng.random() ** 2)
            )
            after += line.response_ms / 1000
        elif line is not lines[0]:
            after += 15 + 75 * rng.random()
        line.after = round(after, 3)


def told(lines: Iterable[Line]) -> Signals:
    signals = Signals()
    for line in lines:
        signals = fold(signals, line)
    return signals


def handoff_of(plot: Plot, lines: list[Line], rules: Iterable[CompiledRule]) -> Handoff:
    """By the rule that fires on the last line; what no article answers the chat itself hands over."""
    if plot.reason == Reason.CONTENT_GAP:
        return Handoff.by_chat({"reason": plot.reason.value, "summary": plot.issue.question})
    fired = evaluate(rules, Facts(lines[-1], told(lines), plot.issue.topic), plot.started_at)
    if fired is None:
        raise ValueError(f"No rule hands over “{plot.issue.subject}” for {plot.reason}.")
    return Handoff.by_rule(fired, SimpleNamespace(plan=SimpleNamespace(code=plot.plan)))  # type: ignore[arg-type]


def urgency_of(plot: Plot, lines: list[Line], handoff: Handoff, policy: Policy) -> Assessment:
    """As the rules assess it at its opening, in a quiet hour."""
    texts = [plot.issue.subject, handoff.summary, *(line.text for line in lines if line.author == Author.CUSTOMER)]
    content = Content(
        plan=plot.plan,
        topic=handoff.topic.slug if handoff.topic else plot.issue.topic,
        reason=handoff.reason,
        intents=frozenset({line.intent for line in lines} - {""}),
        text="\n".join(texts),
    )
    situation = Situation(is_repeat=plot.previous is not None, is_frustrated=told(lines).frustrated)
    return assess(policy, content, situation, handoff.trigger)
