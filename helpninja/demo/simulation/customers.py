"""A customer's visit: asks the AI, is handed to a person where that is needed, answers, thanks, rates, leaves."""

from collections.abc import Iterator
from random import Random

from django.utils import timezone

from escalations.enums import CLOSED_STATES, Author, Reason, State
from helpninja.demo.chats import Line, lines_of
from helpninja.demo.content import Issue, talk
from helpninja.demo.figures import ANSWERED_AI_SURVEYS, ANSWERED_SURVEYS
from helpninja.demo.live import SUBJECTS
from helpninja.demo.plots import CHANNELS, Plot
from helpninja.demo.simulation.clients import Chat, Json

POLL, POLL_AT_MOST = 4.0, 15.0
PATIENCE = 900.0  # seconds without anybody, then they leave
SCORES = (5, 5, 5, 4, 4, 4, 3, 2)
# A visit goes faster than the one in the history that it resembles.
HASTE = 0.3

Visit = Iterator[float]


def visit(
    chat: Chat,
    number: str,
    customer: Json,
    issue: Issue,
    reason: Reason | None,
    served: set[str],
    rng: Random,
) -> Visit:
    """From the first question to the close. ``reason`` says what the matter will lead to, if to anything.

    ``served`` has the ids of the escalations whose customer is here.
    """
    plot = Plot(timezone.now(), issue, rng.choice(CHANNELS), customer, reason=reason, plan=customer["plan"])
    plot.very_low = rng.random() < 0.15
    conversation = chat.start(_start(plot, number))
    escalation, before = None, 0.0
    for line in lines_of(plot, rng):
        yield max(0.5, (line.after - before) * HASTE)
        before = line.after
        escalation = chat.say(conversation, _say(line, plot))["escalation"] or escalation
    if escalation is None:
        yield rng.uniform(3, 8)
        if rng.random() < ANSWERED_AI_SURVEYS:
            chat.rate(conversation, rng.choice(SCORES))
        chat.close(conversation)
        return
    said = chat.say(conversation, {"author": Author.AI, "text": escalation["handoff_message"]})
    yield from _stay(chat, conversation, escalation["id"], said["id"], issue, served, rng)


def revisit(chat: Chat, escalation: Json, served: set[str], rng: Random) -> Visit:
    """Somebody whose matter is open already goes on with it."""
    known = chat.messages(escalation["conversation"])
    seen, issue = known[-1]["id"] if known else "", SUBJECTS.get(escalation["subject"])
    yield from _stay(chat, escalation["conversation"], escalation["id"], seen, issue, served, rng)


def _stay(
    chat: Chat, conversation: str, escalation: str, seen: str, issue: Issue | None, served: set[str], rng: Random
) -> Visit:
    served.add(escalation)
    try:
        lines = list(issue.customer) if issue else []
        yield from _with_people(chat, conversation, escalation, seen, lines, rng)
    finally:
        served.discard(escalation)


def _with_people(
    chat: Chat, conversation: str, escalation: str, seen: str, lines: list[str], rng: Random
) -> Visit:
    """Waits, answers each reply of an agent, and leaves when it is resolved or takes too long."""
    poll, waited, state = POLL, 0.0, State.WAITING.value
    while state not in CLOSED_STATES:
        yield poll
        waited += poll
        news = chat.messages(conversation, after=seen)
        seen = news[-1]["id"] if news else seen
        if any(message["author"] == Author.AGENT for message in news):
            yield rng.uniform(3, 9)
            text = lines.pop(0) if lines else rng.choice(talk.CUSTOMER_THANKS).format(agent=news[-1]["agent"])
            chat.say(conversation, {"author": Author.CUSTOMER, "text": text})
            poll = POLL
            continue
        poll = min(POLL_AT_MOST, poll * 1.2)
        state = chat.escalation(escalation)["state"]
        if state == State.WAITING and waited > PATIENCE:
            break
    yield rng.uniform(2, 6)
    if state == State.RESOLVED and rng.random() < ANSWERED_SURVEYS:
        chat.rate(conversation, rng.choice(SCORES))
    chat.close(conversation)


def _start(plot: Plot, number: str) -> Json:
    customer = {name: value for name, value in plot.customer.items() if value not in ("", None)}
    return {
        "external_id": number,
        "customer": customer,
        "subject": plot.issue.subject,
        "channel": plot.channel,
        "topic": plot.issue.topic,
    }


def _say(line: Line, plot: Plot) -> Json:
    body: Json = {"author": line.author, "text": line.text}
    if line.author == Author.AI:
        body |= {
            "ai_confidence": line.ai_confidence,
            "ai_failed": line.ai_failed,
            "intent": line.intent,
            "response_ms": line.response_ms,
        }
        if plot.reason == Reason.CONTENT_GAP:
            body["handoff"] = {"reason": plot.reason, "summary": plot.issue.question}
    return body
