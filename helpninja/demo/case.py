"""One escalation as rows, step by step, each step leaving what the action of that name would leave.

``escalations.actions.lifecycle`` is the model; going through it for two thousand escalations would take
minutes. ``tests/helpninja/test_demo_history.py`` holds the rows to its rules.
"""

from datetime import datetime, timedelta
from typing import Any

from agents.decisions.calendars import ALWAYS_OPEN
from agents.models import Agent
from escalations.decisions.deadlines import Terms, explain, is_overdue, whole_seconds
from escalations.decisions.priority import raise_of
from escalations.decisions.transitions import check_move
from escalations.enums import CLOSED_STATES, WAITING_STATES, Author, EventKind, PauseEnd, SlaMetric, State, Tier
from escalations.models import Deadline, EscalationEvent, HandlingInterval, Message, Note, Pause, Rating
from helpninja.common.actors import SYSTEM
from helpninja.demo.store import Row, Store

RAISED_AFTER = timedelta(minutes=5)
SOURCE = "demo-chat"
CHAT = f"API key {SOURCE}"


class Case:
    """``row`` is the escalation's, ``conversation`` that of its conversation."""

    def __init__(self, store: Store, conversation: Row, row: Row, terms: Terms) -> None:
        self.store, self.conversation, self.row = store, conversation, row
        self.deadline = self._promised(terms)
        self.pause: Row | None = None
        self.holder: Agent | None = None
        self.interval: Row | None = None
        self.rating: Row | None = None
        self.waiting_since: datetime = row["opened_at"]
        row.update(version=0, raised=0)

    def opened(self, at: datetime, message: Row, data: dict[str, Any]) -> None:
        self._event(EventKind.OPENED, at, CHAT, message=message, data=data)

    def handed_off(self, at: datetime, text: str) -> None:
        """The chat tells the customer that somebody comes."""
        self._message(at, Author.AI, text)

    def claim(self, at: datetime, agent: Agent) -> None:
        self._move(EventKind.CLAIMED, State.ACTIVE, at, agent, claim_count=self.row["claim_count"] + 1)

    def reply(self, at: datetime, text: str) -> None:
        assert self.holder is not None
        self._pass_time(at)
        message = self._message(at, Author.AGENT, text, agent_id=self.holder.pk)
        if self.row["first_response_at"] is None:
            seconds = whole_seconds(self.row["opened_at"], at)
            self.row.update(
                first_response_at=at, first_response_seconds=seconds, first_responder_id=self.holder.pk
            )
            self._end_deadline(at, answered=True)
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

    def rate(self, at: datetime, csat: int, nps: int | None) -> None:
        assert self.rating is not None
        self.rating.update(rated_at=at, csat=csat, nps=nps)
        handler: int = self.rating["handler_id"]
        self._event(EventKind.RATED, at, CHAT, handler, data={"csat": csat, "nps": nps})

    def _send_survey(self, at: datetime, handler: Agent) -> None:
        if self.rating is None:
            ids = {"conversation_id": self.conversation["id"], "escalation_id": self.row["id"]}
            self.rating = self.store.add(Rating, **ids)
        self.rating.update(handler_id=handler.pk, survey_sent_at=at)

    def _promised(self, terms: Terms) -> Row:
        """The first response, as the installed policy has it; it is the only clock that runs."""
        target = terms.target(self.row["priority"])
        assert target is not None and terms.calendar is None and terms.warn_percent is not None
        start = self.row["opened_at"]
        due_at = start + timedelta(seconds=target)
        warn_at = start + timedelta(seconds=terms.warn_after(target) or target)
        self.row.update(
            first_response_due_at=due_at, due_metric=SlaMetric.FIRST_RESPONSE, due_at=due_at, warn_at=warn_at
        )
        return self.store.add(
            Deadline,
            escalation_id=self.row["id"],
            metric=SlaMetric.FIRST_RESPONSE,
            priority=self.row["priority"],
            policy_id=terms.policy,
            policy_version=terms.version,
            terms=terms.to_json(),
            because=explain(
                terms,
                priority=self.row["priority"],
                target=target,
                start=start,
                due_at=due_at,
                hours=ALWAYS_OPEN,
            ),
            started_at=start,
            target_seconds=target,
            due_at=due_at,
            warn_at=warn_at,
            warned_at=None,
            breached_at=None,
            ended_at=None,
            next_check_at=warn_at,
        )

    def _pass_time(self, at: datetime) -> None:
        """What happens on the clock before the step."""
        self._wait(at)
        clock = self.deadline
        if clock["ended_at"] is not None:
            return
        for name, moment, kind in (
            ("warned_at", clock["warn_at"], EventKind.SLA_WARNED),
            ("breached_at", clock["due_at"], EventKind.SLA_BREACHED),
        ):
            if clock[name] is None and is_overdue(moment, at):
                clock[name] = moment
                data = {"metric": clock["metric"], "due_at": clock["due_at"].isoformat().replace("+00:00", "Z")}
                holder = self.holder.pk if self.holder else None
                self._event(kind, moment, SYSTEM.label, holder, data=data | {"because": clock["because"]["text"]})
        unmissed = clock["due_at"] if clock["warned_at"] else clock["warn_at"]
        clock["next_check_at"] = None if clock["breached_at"] else unmissed

    def _wait(self, at: datetime) -> None:
        """Who waits so long is raised in the queue, as the installed adjustment says."""
        moment = max(self.row["opened_at"] + RAISED_AFTER, self.waiting_since)
        if self.row["raised"] or self.row["state"] not in WAITING_STATES or at < moment:
            return
        waited, data = raise_of(self.row["priority"], self.row["priority"], 1, RAISED_AFTER, moment)
        self.row.update(raised=1, priority_because={**self.row["priority_because"], "waited": waited})
        if data is not None:
            self._event(EventKind.PRIORITY_RAISED, moment, SYSTEM.label, data=data)

    def _end_deadline(self, at: datetime, *, answered: bool) -> None:
        if self.deadline["ended_at"] is not None:
            return
        self.deadline.update(ended_at=at, next_check_at=None)
        if answered and self.deadline["breached_at"] is None:
            self.deadline["met_at"] = at
        self.row.update(due_metric="", due_at=None, warn_at=None)

    def _end_pause(self, at: datetime, target: State, data: dict[str, Any] | None) -> None:
        if self.pause is None:
            return
        ended_by = PauseEnd.RESUMED if target == State.ACTIVE else PauseEnd.PASSED_ON
        if target in CLOSED_STATES:
            ended_by = PauseEnd.CLOSED
        elif data and "because" in data:
            ended_by = PauseEnd.CUSTOMER
        self.pause.update(ended_at=at, seconds=whole_seconds(self.pause["started_at"], at), ended_by=ended_by)
        if ended_by == PauseEnd.CUSTOMER:
            self.pause["customer_wrote_at"] = at
        self.pause = None

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
        self._pass_time(at)
        if self.interval is not None:
            seconds = whole_seconds(self.interval["started_at"], at)
            self.interval.update(ended_at=at, seconds=seconds)
            self.interval = None
        self.holder = holder
        if self.row["state"] not in WAITING_STATES:
            self.waiting_since = at
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
        self._end_pause(at, target, data)
        if target in CLOSED_STATES:
            self._end_deadline(at, answered=False)
        if target == State.PENDING:
            self.pause = self.store.add(
                Pause, escalation_id=self.row["id"], started_at=at, ended_at=None, actor=_label(holder)
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
        if kind not in (EventKind.SLA_WARNED, EventKind.SLA_BREACHED):
            self._pass_time(at)
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
