"""What customers write with their ratings: who is content praises, promoters what they value at their reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from agents.models import Agent
from analytics.actions.comments import read_comments as read_all
from escalations.enums import Reason
from escalations.models import Escalation, Rating
from helpninja.demo.content import feedback as said
from helpninja.demo.figures import DAYS
from helpninja.demo.store import Row, Store

SEED = 471
COMMENTED = 0.7
# One comment in so many is of no theme, and in the newest window one in so many of something new.
SMALL_TALK_EVERY, NEW_EVERY = 12, 14
# In percent, of the newest window and of those before it: agents have learnt, and waiting has become longer.
PRAISE = ((34, 28, 19, 15, 4), (42, 13, 23, 18, 4))
CRITICISM = ((31, 24, 18, 15, 8, 4), (17, 29, 22, 18, 9, 5))
# What promoters value, by the reason of their escalation, and so many times as often as others.
VALUED = {
    Reason.BILLING_ACCOUNT: said.EXACT,
    Reason.CUSTOMER_REQUEST: said.QUICK,
    Reason.TECHNICAL_ISSUE: said.UNDERSTOOD,
    Reason.LOW_AI_CONFIDENCE: said.NOT_REPEATED,
    Reason.CONTENT_GAP: said.EXACT,
}
TIMES = 3


def comment(store: Store, agents: Mapping[str, Agent], now: datetime) -> None:
    """Into the ratings that are not saved yet, with a chance of its own: nothing else depends on it."""
    rng = Random(SEED)
    names: dict[Any, str] = {agent.pk: agent.name.split()[0] for agent in agents.values()}
    reasons = {row["id"]: row["reason"] for row in store.rows[Escalation]}
    newest = now - timedelta(days=DAYS)
    answered = [row for row in store.rows[Rating] if row.get("csat")]
    for number, row in enumerate(row for row in answered if rng.random() < COMMENTED):
        escalation, before = row.get("escalation_id"), row["rated_at"] < newest
        text = _text(row, reasons[escalation] if escalation else None, number, before, rng)
        row["comment"] = text.format(agent=names.get(row.get("handler_id"), "team"))


def _text(row: Row, reason: str | None, number: int, before: bool, rng: Random) -> str:
    if number % SMALL_TALK_EVERY == 0:
        return rng.choice(said.SMALL_TALK)
    if number % NEW_EVERY == 0 and not before:
        return rng.choice(said.NEW)
    is_content = row["csat"] >= 4
    if reason is None:
        return rng.choice(said.ALONE if is_content else said.ALONE_UNHAPPY)
    if not is_content:
        return rng.choice(said.COMMENTS[rng.choices(said.CRITICISM, CRITICISM[before])[0]])
    weights = list(PRAISE[before])
    if (row.get("nps") or 0) >= 9:
        weights[VALUED[Reason(reason)]] *= TIMES
    return rng.choice(said.COMMENTS[rng.choices(said.PRAISE, weights)[0]])


def read_comments(agents: Mapping[str, Agent], now: datetime) -> None:
    read_all(now=now)
