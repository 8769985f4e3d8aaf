"""What all imports of history share: what was asked for, what came of it, and the marks that it leaves."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from escalations.enums import EventKind, Timing
from escalations.models import Conversation, Escalation, EscalationEvent
from helpninja.common.actions import record_many
from helpninja.common.actors import Actor
from helpninja.common.parsing import Refused

ROWS_A_STATEMENT = 1000
PROBLEMS_KEPT = 1000
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Problem:
    number: int
    field: str
    message: str


@dataclass
class Report:
    """What was added, and what was kept out and why (the first 1,000). ``known``: had been stored before."""

    conversations: int = 0
    messages: int = 0
    escalations: int = 0
    ratings: int = 0
    rejected: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)
    logged: bool = False

    def reject(self, number: int, refused: Refused) -> None:
        self.rejected += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(Problem(number, refused.field, str(refused)))


@dataclass(frozen=True)
class Import:
    """``start``: the moment to which what has no time of its own is placed; None leaves its timing unknown."""

    file_name: str
    source: str
    by: Actor
    now: datetime
    handoff_tool: str = ""
    start: datetime | None = None
    on_record: Callable[[], None] = lambda: None


def append_imported_events(escalations: list[Escalation], data: dict[str, Any], task: Import) -> None:
    """One for each, marked as dispatched: what is long over is no news for webhooks."""
    EscalationEvent.objects.bulk_create(
        EscalationEvent(
            escalation=escalation,
            kind=EventKind.IMPORTED,
            at=task.now,
            version=escalation.version,
            actor=task.by.label,
            message=escalation.trigger_message,
            data=data,
            dispatched=True,
        )
        for escalation in escalations
    )


def log_once(task: Import, report: Report) -> None:
    """The audit entry is written with the first rows that a run adds, so that none can be there without it."""
    if not report.logged:
        report.logged = True
        record_many(
            by=task.by,
            action="conversations.imported",
            model=Conversation,
            now=task.now,
            source=task.source,
            file=task.file_name,
        )


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def placed(started_at: datetime | None, task: Import) -> dict[str, Any]:
    """What is known of when the conversation was: its own time, that of the import's ``start``, or nothing."""
    if started_at is not None:
        return {"started_at": started_at, "timing": Timing.MEASURED}
    timing = Timing.PLACED if task.start else Timing.UNKNOWN
    return {"started_at": task.start or task.now, "timing": timing}
