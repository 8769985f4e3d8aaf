"""History in bulk. What is stored this way is over: no rule is asked, nobody is woken, no webhook is sent.

A batch is one transaction, and whatever has been stored is recognised by its external id: an import that was
interrupted is completed by running it again, and one that was complete adds nothing.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import IO

from django.db import transaction

from agents.models import Team
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
from escalations.actions.importing_events import import_events
from escalations.decisions.sentiment import sentiment_said
from escalations.enums import Priority, State, Timing
from escalations.importers import openai_chat
from escalations.importers.history import PastConversation, PastHandoff
from escalations.importers.reading import read_records
from escalations.models import Conversation, Escalation, Message
from helpninja.common.parsing import Refused

BATCH = 100
NOT_IN_LOG = "Imported from history: what the person did is not in the log."


def import_file(*, file: IO[bytes], form: str, task: Import, dry_run: bool = False) -> Report:
    """``form`` is one of FORMATS. Raises nothing for bad records: the report says what was kept out.

    A dry run does the same within one transaction and takes it back: on SQLite others wait for it to end.
    """
    report = Report()
    run = FORMATS[form]
    with _taken_back() if dry_run else nullcontext():
        run(file, task, report)
    return report


def _import_chat_log(file: IO[bytes], task: Import, report: Report) -> None:
    for batch in batched(_read_chat_log(file, task, report), BATCH):
        _store_conversations(batch, task, report)


def _read_chat_log(file: IO[bytes], task: Import, report: Report) -> Iterator[PastConversation]:
    reader = openai_chat.Reader(task.handoff_tool, latest=task.now + CLOCK_TOLERANCE)
    for record in read_records(file, openai_chat.is_array):
        task.on_record()
        try:
            yield reader.read(record)
        except Refused as refused:
            report.reject(record.number, refused)


@transaction.atomic
def _store_conversations(batch: list[PastConversation], task: Import, report: Report) -> None:
    fresh = _not_yet_stored(batch, task, report)
    if not fresh:
        return
    log_once(task, report)
    conversations = [_conversation(past, task) for past in fresh]
    Conversation.objects.bulk_create(conversations)
    told = [_messages(past, row, task) for past, row in zip(fresh, conversations, strict=True)]
    Message.objects.bulk_create(itertools.chain.from_iterable(told), batch_size=ROWS_A_STATEMENT)
    team = Team.objects.get(slug="support")
    escalations = [
        _escalation(past, past.handoff, row, messages, team)
        for past, row, messages in zip(fresh, conversations, told, strict=True)
        if past.handoff is not None
    ]
    Escalation.objects.bulk_create(escalations)
    append_imported_events(escalations, {"text": NOT_IN_LOG}, task)
    report.conversations += len(conversations)
    report.messages += sum(map(len, told))
    report.escalations += len(escalations)


def _not_yet_stored(batch: list[PastConversation], task: Import, report: Report) -> list[PastConversation]:
    stored = Conversation.objects.filter(source=task.source, external_id__in=[past.external_id for past in batch])
    hashes = dict(stored.values_list("external_id", "body_hash"))
    fresh = []
    for past in batch:
        known = hashes.get(past.external_id)
        if known is None:
            hashes[past.external_id] = past.body_hash
            fresh.append(past)
        elif known == past.body_hash:
            report.known += 1
        else:
            report.reject(past.number, Refused("This id is stored with another content.", status=409, field="id"))
    return fresh


def _conversation(past: PastConversation, task: Import) -> Conversation:
    times = [message.sent_at for message in past.messages if message.sent_at]
    started_at = past.started_at or min(times, default=None)
    return Conversation(
        source=task.source,
        external_id=past.external_id,
        body_hash=past.body_hash,
        subject=past.subject,
        channel="chat",
        attributes=past.attributes,
        **placed(started_at, task),
        last_message_at=max(times, default=None),
        created_at=task.now,
    )


def _messages(past: PastConversation, conversation: Conversation, task: Import) -> list[Message]:
    return [
        Message(
            conversation=conversation,
            author=message.author,
            text=message.text,
            sent_at=message.sent_at,
            received_at=task.now,
            ai_failed=message.failed,
            sentiment=sentiment_said(author=message.author, text=message.text),
            attributes=message.attributes,
        )
        for message in past.messages
    ]


def _escalation(
    past: PastConversation, handoff: PastHandoff, conversation: Conversation, messages: list[Message], team: Team
) -> Escalation:
    """Closed, though neither resolved nor called off: its timing keeps it out of what measures outcomes."""
    trigger = messages[handoff.message]
    return Escalation(
        conversation=conversation,
        team=team,
        reason=handoff.reason,
        priority=Priority.MEDIUM,
        state=State.CANCELLED,
        subject=past.subject,
        summary=handoff.summary,
        trigger_message=trigger,
        because=handoff.because,
        channel=conversation.channel,
        timing=Timing.UNKNOWN if conversation.timing == Timing.UNKNOWN else Timing.PLACED,
        opened_at=trigger.sent_at or conversation.started_at,
    )


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


FORMATS: dict[str, Callable[[IO[bytes], Import, Report], None]] = {
    "ndjson": import_events,
    "openai-chat": _import_chat_log,
}
