"""Months of made-up work, as columns: the same for the same size, wherever it is loaded.

A fifth of the conversations is escalated. Most escalations are answered and resolved by one agent, some are
cancelled unanswered, the last few still wait. Times follow the hour and the weekday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from escalations.enums import Author, EventKind, Priority, Reason, ResolutionQuality, State, Tier
from escalations.models import Conversation, Escalation, EscalationEvent, HandlingInterval, Message, Rating

DAYS = 730
# An escalation for so many conversations.
EVERY = 5
CHUNK = 100_000
REGIONS = ("Americas", "Europe", "Asia", "Africa")
CHANNELS = ("web", "e-mail", "whatsapp")
PRIORITIES = {Priority.LOW: 600, Priority.MEDIUM: 300, Priority.HIGH: 180, Priority.CRITICAL: 60}
HOURLY = 24

Column = NDArray[Any]


@dataclass(frozen=True)
class Rows:
    """``columns`` are as long as there are rows; ``same`` has what all rows have alike."""

    model: type
    columns: dict[str, Column]
    same: dict[str, Any]


@dataclass(frozen=True)
class Places:
    """The ids of what the rows belong to."""

    customers: list[int]
    plans: list[int]
    topics: list[int]
    teams: list[int]
    agents: list[int]


def history(size: int, places: Places, *, end: datetime, first: int = 1) -> Iterator[list[Rows]]:
    """``size`` conversations of the two years before ``end``, in their order; ids count from ``first``."""
    for at in range(0, size, CHUNK):
        numbers = np.arange(at, min(at + CHUNK, size))
        yield list(_rows(numbers, size, places, end, first))


def _rows(numbers: Column, size: int, places: Places, end: datetime, first: int) -> Iterator[Rows]:
    started = _moments(numbers, size, end)
    of = _Picks(numbers)
    shared = {
        "customer_id": of(places.customers, 11),
        "plan_id": of(places.plans, 12),
        "topic_id": of(places.topics, 13),
        "region": of(REGIONS, 14),
        "channel": of(CHANNELS, 15),
    }
    ids = numbers + first
    last = text(started + of.between(60, 1800, 16))
    yield Rows(
        Conversation,
        {
            "id": ids,
            "public_id": _named("conv_", ids),
            "external_id": _named("", ids),
            **shared,
            "started_at": text(started),
            "created_at": text(started),
            "last_message_at": last,
            "closed_at": last,
        },
        {
            "source": "history",
            "body_hash": "",
            "subject": "Made up",
            "attributes": "{}",
            "signals": "{}",
            "timing": "measured",
            "reopened_at": None,
        },
    )
    escalated = numbers % EVERY == 0
    shared = {name: column[escalated] for name, column in shared.items()}
    yield from _escalated(ids[escalated], started[escalated], shared, places, end)


def _escalated(
    conversations: Column, started: Column, shared: dict[str, Column], places: Places, end: datetime
) -> Iterator[Rows]:
    of = _Picks(conversations)
    opened = started + of.between(30, 600, 21)
    priority = of(list(PRIORITIES), 22)
    due = opened + np.array([PRIORITIES.get(Priority(one), 0) for one in range(1, 5)])[priority - 1]
    response = np.exp(of.spread(23) * 0.9 + 4.6).astype(np.int64) + 1
    resolution = response + np.exp(of.spread(24) * 0.8 + 6.2).astype(np.int64) + 1
    agent = of(places.agents, 25)
    columns = {
        "id": conversations,
        "public_id": _named("esc_", conversations),
        "conversation_id": conversations,
        **shared,
        "team_id": of(places.teams, 26),
        "reason": of(Reason.values, 27),
        "priority": priority,
        "ai_confidence": np.round(of.between(0, 100, 28) / 100, 2),
        "opened_at": text(opened),
        "first_response_due_at": text(due),
    }
    finished = opened + resolution < end.timestamp()
    cancelled = finished & (of.between(0, 100, 29) < 8)
    resolved = finished & ~cancelled
    yield from _resolved(resolved, columns, opened, response, resolution, agent)
    yield from _cancelled(cancelled, columns, opened)
    yield Rows(Escalation, _only(~finished, columns), {**UNANSWERED, "state": State.WAITING})


SAME = {
    "priority_because": "{}",
    "because": "{}",
    "context": "[]",
    "flags": "[]",
    "raised": 0,
    "tier": Tier.FRONTLINE,
    "version": 1,
    "subject": "Made up",
    "frustrated": False,
    "timing": "measured",
    "offer_only": False,
    "transfer_count": 0,
    "customer_repeated": False,
    "claim_count": 1,
    **dict.fromkeys(("summary", "handoff_message", "due_metric", "category", "necessity"), ""),
    **dict.fromkeys(("missing_content", "resolution_note", "reescalation_cause"), ""),
}
ANSWERED = {**SAME, "state": State.RESOLVED}
UNANSWERED = {**SAME, "quality": ""}


def _resolved(
    which: Column, columns: dict[str, Column], opened: Column, response: Column, resolution: Column, agent: Column
) -> Iterator[Rows]:
    columns = _only(which, columns)
    opened, response, resolution, agent = (one[which] for one in (opened, response, resolution, agent))
    ids, of = columns["id"], _Picks(columns["id"])
    answered, ended = text(opened + response), text(opened + resolution)
    yield Rows(
        Escalation,
        {
            **columns,
            "first_response_at": answered,
            "first_response_seconds": response,
            "first_responder_id": agent,
            "resolved_at": ended,
            "resolution_seconds": resolution,
            "last_resolved_at": ended,
            "full_resolution_seconds": resolution,
            "resolved_by_id": agent,
            "quality": of(ResolutionQuality.values, 31),
        },
        ANSWERED,
    )
    yield Rows(
        HandlingInterval,
        {
            "id": ids,
            "escalation_id": ids,
            "agent_id": agent,
            "started_at": answered,
            "ended_at": ended,
            "seconds": resolution - response,
        },
        {"hourly_cost": HOURLY},
    )
    said = {"conversation_id": columns["conversation_id"], "sent_at": answered, "received_at": answered}
    plain = {"body_hash": "", "text": "Made up", "intent": "", "attributes": "{}"}
    human = {**said, "id": 2 * ids, "public_id": _named("msg_", 2 * ids), "agent_id": agent}
    yield Rows(Message, human, {**plain, "author": Author.AGENT})
    asked = {**said, "id": 2 * ids + 1, "public_id": _named("msg_", 2 * ids + 1)}
    yield Rows(Message, asked, {**plain, "author": Author.CUSTOMER})
    yield from _rated(of.between(0, 100, 32), columns, ended, agent)


def _rated(chance: Column, columns: dict[str, Column], ended: Column, agent: Column) -> Iterator[Rows]:
    of = _Picks(columns["id"])
    surveys = {
        "id": columns["id"],
        "conversation_id": columns["conversation_id"],
        "escalation_id": columns["id"],
        "handler_id": agent,
        "survey_sent_at": ended,
    }
    answers = {"rated_at": ended, "csat": of((5, 5, 5, 4, 4, 3, 2, 1), 33), "nps": of.between(0, 11, 34)}
    yield Rows(Rating, _only(chance < 30, {**surveys, **answers}), {"comment": ""})
    yield Rows(Rating, _only((chance >= 30) & (chance < 60), surveys), {"comment": ""})


def _cancelled(which: Column, columns: dict[str, Column], opened: Column) -> Iterator[Rows]:
    columns = _only(which, columns)
    yield Rows(Escalation, columns, {**UNANSWERED, "state": State.CANCELLED})
    ended = text(opened[which] + _Picks(columns["id"]).between(10, 1200, 41))
    event = {"id": columns["id"], "escalation_id": columns["id"], "at": ended}
    same = {"kind": EventKind.CANCELLED, "version": 1, "actor": "system", "data": "{}", "dispatched": True}
    yield Rows(EscalationEvent, event, same)


def _moments(numbers: Column, size: int, end: datetime) -> Column:
    """Seconds since 1970, spread as busy hours and working days have it."""
    start = end - timedelta(days=DAYS)
    hours = np.arange(DAYS * 24)
    clock, weekday = hours % 24, (hours // 24 + start.weekday()) % 7
    busy = (1 + 3 * np.exp(-((clock - 14) ** 2) / 18)) * np.where(weekday < 5, 1.0, 0.4)
    passed = np.concatenate(([0], np.cumsum(busy))) / busy.sum()
    at = np.interp((numbers + 0.5) / size, passed, np.arange(len(passed)) * 3600)
    return (start.timestamp() + at).astype(np.int64)


class _Picks:
    """Numbers that look random and depend on the row's own number alone."""

    def __init__(self, numbers: Column) -> None:
        self._numbers = numbers.astype(np.uint64)

    def __call__(self, values: Any, salt: int) -> Column:
        return np.array(list(values))[self.between(0, len(values), salt)]

    def between(self, low: int, high: int, salt: int) -> Column:
        return low + (self._mixed(salt) % np.uint64(high - low)).astype(np.int64)

    def spread(self, salt: int) -> Column:
        """Roughly normal: twelve uniform numbers less their mean."""
        uniform = [self._mixed(salt * 100 + turn).astype(np.float64) / 2**64 for turn in range(12)]
        return np.sum(uniform, axis=0) - 6

    def _mixed(self, salt: int) -> Column:
        """SplitMix64 (Steele, Lea and Flood, 2014)."""
        state = self._numbers * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt * 0xD1B54A32D192ED03 % 2**64)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return state ^ (state >> np.uint64(31))


def text(seconds: Column) -> Column:
    """As both databases write UTC."""
    written: Column = np.char.replace(np.datetime_as_string(seconds.astype("datetime64[s]")), "T", " ")
    return written


def _named(prefix: str, ids: Column) -> Column:
    return np.char.add(prefix, np.char.zfill(ids.astype(str), 10))


def _only(which: Column, columns: dict[str, Column]) -> dict[str, Column]:
    return {name: column[which] for name, column in columns.items()}
