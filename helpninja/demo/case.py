"""One escalation as rows, step by step, each step leaving what the action of that name would leave.

``escalations.actions.lifecycle`` is the model; going through it for two thousand escalations would take
minutes. ``tests/helpninja/test_demo_rows.py`` holds the rows to its rules.
"""

from datetime import datetime
from typing import Any

from agents.models import Agent
from escalations.decisions.deadlines import whole_seconds
from escalations.decisions.transitions import check_move
from escalations.enums import Author, EventKind, State, Tier
from escalations.models import EscalationEvent, HandlingInterval, Message, Note, Rating
from helpninja.demo.store import Row, Store

SOURCE = "demo-chat"
CHAT = f"API key {SOURCE}"


class Case:
    """``row`` is the escalation's, ``conversation`` that of its conversation."""

    def __init__(self, store: Store, conversation: Row, row: Row) -> None:
        self.store, self.conversation, self.row = store, conversation, row
        self.holder: Agent | None = None
        self.interval: Row | None = None
        self.rating: Row | None = None
        row["version"] = 0

    def opened(self, at: datetime, message: Row, data: dict[str, Any]) -> None:
        self._event(EventKind.OPENED, at, CHAT, message=message, data=data)

    def handed_off(self, at: datetime, text: str) -> None:
        """The chat tells the customer that somebody comes."""
        self._message(at, Author.AI, text)

    def claim(self, at: datetime, agent: Agent) -> None:
        self._move(EventKind.CLAIMED, State.ACTIVE, at, agent, claim_count=self.row["claim_count"] + 1)

    def reply(self, at: datetime, text: str) -> None:
        assert self.holder is not None
        message = self._message(at, Author.AGENT, text, agent_id=self.holder.pk)
        if self.row["first_response_at"] is None:
            seconds = whole_seconds(self.row["opened_at"], at)
            self.row.update(
                first_response_at=at, first_response_seconds=seconds, first_responder_id=self.holder.pk
            )
        self._event(EventKind.REPLIED, at, _label(self.holder), self.holder.pk, message)

    def customer_reply(self, at: datetime, text: str) -> None:
        message = self._message(at, Author.CUSTOMER, text)
        if self.row["state"] == State.PENDING:
            self._move(EventKind.RESUMED, State.ACTIVE, at, self.holder, CHAT, {"because": "The customer wrote."})
        self._event(EventKind.CUSTOMER_REPLIED, at, CHAT, message=message)

    def pend(self, at: datetime) -> None:
        self._move(EventKind.PENDED, State.PENDING, at, self.holder)

    def resume(self, at: datetime) -> None:
        self._move(EventKind.RESUMED, State.ACTIVE, at, self.holder)

    def release(self, at: datetime, reason: str) -> None:
        self._move(
            EventKind.RELEASED, State.WAITING, at, None, _label(self.holder), {"reason": reason}, self.holder
        )

    def transfer(self, at: datetime, agent: Agent, reason: str) -> None:
        data = {"reason": reason, "from": str(self.holder), "to": str(agent)}
        changed = self.row["transfer_count"] + 1
        self._move(
            EventKind.TRANSFERRED, State.ASSIGNED, at, agent, _label(self.holder), data, transfer_count=changed
        )

    def hand_to_tier(self, at: datetime, tier: Tier, reason: str) -> None:
        data = {"reason": reason, "from": self.row["tier"], "to": tier.value}
        changed = self.row["transfer_count"] + 1
        self._move(
            EventKind.TIER_CHANGED, State.WAITING, at, None, _label(self.holder), data, self.holder,
            transfer_count=changed, tier=tier,
        )  # fmt: skip

    def note(self, at: datetime, text: str) -> None:
        label = _label(self.holder)
        note = self.store.add(Note, escalation_id=self.row["id"], author=label, text=text, at=at)
        self._event(EventKind.NOTED, at, label, data={"note": note["id"]})

    def mark_repeated(self, at: datetime) -> None:
        assert self.holder is not None
        self.row["customer_repeated"] = True
        self._event(EventKind.REPEAT_MARKED, at, _label(self.holder), self.holder.pk)

    def resolve(self, at: datetime, cause: str, resolution: dict[str, str]) -> None:
        """``resolution``: category, quality, necessity, missing_content, resolution_note."""
        handler = self.holder
        assert handler is not None
        seconds = whole_seconds(self.row["opened_at"], at)
        if self.row["resolved_at"] is None:
            self.row.update(resolved_at=at, resolution_seconds=seconds)
        data = {name: resolution[name] for name in ("category", "quality", "necessity")}
        self._move(
            EventKind.RESOLVED, State.RESOLVED, at, None, _label(handler), data, handler,
            resolved_by_id=handler.pk, last_resolved_at=at, full_resolution_seconds=seconds,
            reescalation_cause=cause if self.row["previous_id"] else "", **resolution,
        )  # fmt: skip
        self._send_survey(at, handler)

    def reopen(self, at: datetime, agent: Agent, reason: str) -> None:
        claims = self.row["claim_count"] + 1
        self._move(EventKind.REOPENED, State.ACTIVE, at, agent, data={"reason": reason}, claim_count=claims)

    def cancel(self, at: datetime, reason: str, by: str = "") -> None:
        holder = self.holder
        self._move(
            EventKind.CANCELLED, State.CANCELLED, at, None, by or _label(holder), {"reason": reason}, holder
        )

    def rate(self, at: datetime, csat: int, nps: int | None, comment: str) -> None:
        assert self.rating is not None
        self.rating.update(rated_at=at, csat=csat, nps=nps, comment=comment)
        handler: int = self.rating["handler_id"]
        self._event(EventKind.RATED, at, CHAT, handler, data={"csat": csat, "nps": nps})

    def _send_survey(self, at: datetime, handler: Agent) -> None:
        if self.rating is None:
            ids = {"conversation_id": self.conversation["id"], "escalation_id": self.row["id"]}
            self.rating = self.store.add(Rating, **ids)
        self.rating.update(handler_id=handler.pk, survey_sent_at=at)

    def _move(
        self,
        kind: EventKind,
        target: State,
        at: datetime,
        holder: Agent | None,
        by: str = "",
        data: dict[str, Any] | None = None,
        concerned: Agent | None = None,
        **changes: Any,
    ) -> None:
        check_move(kind, self.row["state"], target)
        if self.interval is not None:
            seconds = whole_seconds(self.interval["started_at"], at)
            self.interval.update(ended_at=at, seconds=seconds)
            self.interval = None
        self.holder = holder
        self.row.update(state=target, assignee_id=holder.pk if holder else None, **changes)
        if target == State.ACTIVE:
            assert holder is not None
            self.interval = self.store.add(
                HandlingInterval,
                escalation_id=self.row["id"],
                agent_id=holder.pk,
                started_at=at,
                ended_at=None,
                hourly_cost=holder.hourly_cost,
            )
        whom = concerned or holder
        self._event(kind, at, by or _label(holder), whom.pk if whom else None, data=data)

    def _message(self, at: datetime, author: Author, text: str, agent_id: int | None = None) -> Row:
        self.conversation["last_message_at"] = at
        return self.store.add(
            Message,
            conversation_id=self.conversation["id"],
            author=author,
            agent_id=agent_id,
            text=text,
            sent_at=at,
            received_at=at,
        )

    def _event(
        self,
        kind: EventKind,
        at: datetime,
        actor: str,
        agent_id: int | None = None,
        message: Row | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        self.row["version"] += 1
        self.store.add(
            EscalationEvent,
            escalation_id=self.row["id"],
            kind=kind,
            at=at,
            version=self.row["version"],
            actor=actor,
            agent_id=agent_id,
            message_id=message["id"] if message else None,
            data=data or {},
            dispatched=True,
        )


def _label(agent: Agent | None) -> str:
    """As Actor.of_user names them."""
    assert agent is not None
    return agent.user.get_full_name()
