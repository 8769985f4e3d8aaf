"""History as events, a line each (``importers.ndjson``). Some lines together are one transaction."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import Q

from agents.models import Agent, Team
from billing.actions.customers import upsert_customer
from billing.models import Plan
from escalations.actions.history import (
    CLOCK_TOLERANCE,
    ROWS_A_STATEMENT,
    Import,
    Report,
    append_imported_events,
    batched,
    log_once,
    placed,
)
from escalations.actions.opening import REPEAT_WITHIN
from escalations.decisions.deadlines import whole_seconds
from escalations.decisions.sentiment import sentiment_said
from escalations.enums import Priority, State
from escalations.importers import ndjson
from escalations.importers.ndjson import PastEvent
from escalations.importers.reading import read_records
from escalations.models import Conversation, Escalation, Message, Rating, Topic
from helpninja.common.parsing import Refused

LINES_A_BATCH = 500


def import_events(file: IO[bytes], task: Import, report: Report) -> None:
    """Stores the file's events, a transaction for each batch; bad lines go into the report and stop no other."""
    repeats: Counter[bytes] = Counter()
    for batch in batched(_read_events(file, task, report), LINES_A_BATCH):
        with transaction.atomic():
            EventBatch(batch, task, report, repeats).store()


def _read_events(file: IO[bytes], task: Import, report: Report) -> Iterator[PastEvent]:
    for record in read_records(file):
        task.on_record()
        try:
            yield ndjson.read_event(record, task.now + CLOCK_TOLERANCE)
        except Refused as refused:
            report.reject(record.number, refused)


class EventBatch:
    """Some lines of history, taken in their order; only the messages wait, to be written together at the end."""

    def __init__(self, events: list[PastEvent], task: Import, report: Report, repeats: Counter[bytes]) -> None:
        self.events, self.task, self.report, self.repeats = events, task, report, repeats
        rows = Conversation.objects.filter(
            source=task.source, external_id__in={event.conversation for event in events}
        )
        self.conversations = {row.external_id: row for row in rows}
        self.message_ids = {event.number: self._message_id(event) for event in events if event.type == "message"}
        known = Message.objects.filter(
            conversation__in=self.conversations.values(), external_id__in=set(self.message_ids.values())
        )
        self.hashes = {
            (conversation, external_id): body_hash
            for conversation, external_id, body_hash in known.values_list(
                "conversation", "external_id", "body_hash"
            )
        }
        self.messages: list[Message] = []
        self.heard: dict[int, Conversation] = {}

    def store(self) -> None:
        for event in self.events:
            try:
                if self._take(event):
                    log_once(self.task, self.report)
                else:
                    self.report.known += 1
            except Refused as refused:
                self.report.reject(event.number, refused)
        Message.objects.bulk_create(self.messages, batch_size=ROWS_A_STATEMENT)
        Conversation.objects.bulk_update(self.heard.values(), ["last_message_at"])
        self.report.messages += len(self.messages)

    def _message_id(self, event: PastEvent) -> str:
        """Its own, or made of its content; the same said twice is told apart by the order in the file."""
        own = event.data.get("external_id")
        if own:
            return str(own)
        digest = bytes.fromhex(event.body_hash)[:16]
        self.repeats[digest] += 1
        times = self.repeats[digest]
        return f"sha256-{digest.hex()}" + (f"-{times}" if times > 1 else "")

    def _take(self, event: PastEvent) -> bool:
        """Whether it is new. Raises Refused where it contradicts what is stored, or names what is not there."""
        if event.type == "conversation":
            return self._take_conversation(event)
        conversation = self.conversations.get(event.conversation)
        if conversation is None:
            raise Refused("No conversation of this id comes before this line.", field="conversation")
        match event.type:
            case "message":
                return self._take_message(event, conversation)
            case "escalation":
                return self._take_escalation(event, conversation)
            case "close":
                return self._take_close(event, conversation)
            case "rating":
                return self._take_rating(event, conversation)
        raise ValueError(event.type)

    def _take_conversation(self, event: PastEvent) -> bool:
        known = self.conversations.get(event.conversation)
        if known is not None:
            return _is_new(known.body_hash, event, "external_id")
        data = dict(event.data)
        customer_data = data.pop("customer", {})
        plan = _find(Plan, "code", customer_data.pop("plan", None), "customer.plan")
        topic = _find(Topic, "slug", data.pop("topic", None), "topic")
        customer = upsert_customer(data=customer_data, plan=plan)
        self.conversations[event.conversation] = Conversation.objects.create(
            source=self.task.source,
            external_id=event.conversation,
            body_hash=event.body_hash,
            customer=customer,
            plan=customer.plan if customer else None,
            region=customer.region if customer else "",
            topic=topic,
            created_at=self.task.now,
            **placed(data.pop("started_at", None), self.task),
            **data,
        )
        self.report.conversations += 1
        return True

    def _take_message(self, event: PastEvent, conversation: Conversation) -> bool:
        key = conversation.pk, self.message_ids[event.number]
        if key in self.hashes:
            return _is_new(self.hashes[key], event, "external_id")
        data = {**event.data, "external_id": key[1]}
        data["sentiment"] = sentiment_said(author=data["author"], text=data["text"], given=data.get("sentiment"))
        agent = _find_agent(data.pop("agent", None))
        self.hashes[key] = event.body_hash
        self.messages.append(
            Message(
                conversation=conversation,
                agent=agent,
                body_hash=event.body_hash,
                received_at=self.task.now,
                **data,
            )
        )
        sent_at = data.get("sent_at")
        if sent_at and (conversation.last_message_at is None or sent_at > conversation.last_message_at):
            conversation.last_message_at = sent_at
            self.heard[conversation.pk] = conversation
        return True

    def _take_escalation(self, event: PastEvent, conversation: Conversation) -> bool:
        known = conversation.escalations.filter(opened_at=event.data["opened_at"]).first()
        if known is not None:
            return _is_new(known.because.get("line", ""), event, "at")
        escalation = _past_escalation(event, conversation)
        escalation.save(force_insert=True)
        append_imported_events([escalation], {"text": "Imported from history."}, self.task)
        self.report.escalations += 1
        return True

    def _take_close(self, event: PastEvent, conversation: Conversation) -> bool:
        at = event.data["closed_at"]
        if conversation.closed_at is not None:
            if conversation.closed_at != at:
                raise Refused("It was closed at another time.", status=409, field="at")
            return False
        if at < conversation.started_at:
            raise Refused("A conversation can't close before it started.", field="at")
        conversation.closed_at = at
        conversation.save(update_fields=["closed_at"])
        return True

    def _take_rating(self, event: PastEvent, conversation: Conversation) -> bool:
        """It goes to the last resolved escalation so far, and to its resolver unless the line names another."""
        known = conversation.ratings.first()
        if known is not None:
            said = {name: getattr(known, name) for name in ("csat", "nps", "comment", "rated_at")}
            if said != {"csat": None, "nps": None, "comment": "", **_without(event.data, "agent")}:
                raise Refused("It was rated otherwise.", status=409, field="csat")
            return False
        escalation = conversation.escalations.filter(state=State.RESOLVED).order_by("-opened_at").first()
        agent = _find_agent(event.data.get("agent")) or (escalation.resolved_by if escalation else None)
        Rating.objects.create(
            conversation=conversation, escalation=escalation, handler=agent, **_without(event.data, "agent")
        )
        self.report.ratings += 1
        return True


def _is_new(known_hash: str, event: PastEvent, field_name: str) -> bool:
    """False; raises Refused where what is stored came with another body."""
    if known_hash != event.body_hash:
        raise Refused("This is stored with another content.", status=409, field=field_name)
    return False


def _past_escalation(event: PastEvent, conversation: Conversation) -> Escalation:
    data = dict(event.data)
    opened_at: datetime = data["opened_at"]
    answered_at: datetime | None = data.get("first_response_at")
    resolved_at: datetime | None = data.get("resolved_at")
    topic = _find(Topic, "slug", data.pop("topic", None), "topic") or conversation.topic
    agent = _find_agent(data.pop("agent", None))
    seconds = whole_seconds(opened_at, resolved_at) if resolved_at else None
    return Escalation(
        conversation=conversation,
        customer_id=conversation.customer_id,
        team=(topic.team if topic and topic.team else None) or Team.objects.get(slug="support"),
        topic=topic,
        priority=data.pop("priority", Priority.MEDIUM),
        state=State.RESOLVED if resolved_at else State.CANCELLED,
        subject=conversation.subject,
        because={"text": "As the imported history says.", "line": event.body_hash, "rule": None, "conditions": []},
        plan_id=conversation.plan_id,
        region=conversation.region,
        channel=conversation.channel,
        first_response_seconds=whole_seconds(opened_at, answered_at) if answered_at else None,
        first_responder=agent if answered_at else None,
        resolution_seconds=seconds,
        full_resolution_seconds=seconds,
        last_resolved_at=resolved_at,
        resolved_by=agent if resolved_at else None,
        claim_count=1 if agent else 0,
        previous=_previous(conversation, topic, opened_at),
        **data,
    )


def _previous(conversation: Conversation, topic: Topic | None, opened_at: datetime) -> Escalation | None:
    """The one that this repeats, by the same rule as for live ones (``opening``), as it was then."""
    same = Q(conversation=conversation)
    if conversation.customer_id and topic is not None:
        same |= Q(customer=conversation.customer_id, topic=topic, last_resolved_at__gte=opened_at - REPEAT_WITHIN)
    before = Escalation.objects.filter(same, last_resolved_at__lte=opened_at)
    return before.order_by("-last_resolved_at").first()


def _find(model: Any, column: str, value: str | None, field_name: str) -> Any:
    if value is None:
        return None
    found = model.objects.filter(**{column: value}).first()
    if found is None:
        raise Refused(f"There is no “{value[:60]}”.", field=field_name)
    return found


def _find_agent(value: str | None) -> Agent | None:
    """By public id or e-mail address."""
    if value is None:
        return None
    found = Agent.objects.filter(Q(public_id=value) | Q(user__email__iexact=value)).first()
    if found is None:
        raise Refused(f"There is no agent “{value[:60]}”.", field="agent")
    return found


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}
