"""How urgent it is after the opening: set by people, risen by what the customer says, raised by waiting."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from escalations.actions import deadlines
from escalations.actions.lifecycle.moves import change, check_open, lock, record
from escalations.actions.priority import content_of, current_policy, last_said, since
from escalations.decisions.priority import Assessment, explained, raise_of, reassess, wait_steps
from escalations.decisions.priority_rules import Content, flags_of
from escalations.decisions.sentiment import is_frustrated
from escalations.enums import EventKind, Priority
from escalations.models import Escalation, Message
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict

# So many are raised in one transaction: few commits, and nobody waits long for one of them.
AT_ONCE = 50


@transaction.atomic
def change_priority(
    *, escalation: Escalation, priority: Priority, reason: str, by: Actor, now: datetime
) -> Escalation:
    """A person's word: it stands until more is known than they knew.

    The deadline may come nearer by it, never move farther.
    """
    current = lock(escalation)
    check_open(current)
    if current.priority == priority:
        raise Conflict(f"Its priority is {priority.label} already.", priority=priority.code)
    text = f"{priority.label}: set by {by.label}" + (f" ({reason})" if reason else "")
    override = {"level": priority.code, "by": by.label, "at": now.isoformat(), "reason": reason, "text": text}
    because = current.priority_because
    because = explained(Assessment.from_because(because), override, because.get("waited"))
    _set_level(current, priority, because, by=by, now=now, data={"reason": reason})
    return current


@transaction.atomic
def set_flags(*, escalation: Escalation, flags: Iterable[str], by: Actor, now: datetime) -> Escalation:
    """What is at stake, as people see it. New flags may raise the level, fewer lower nothing."""
    current = lock(escalation)
    check_open(current)
    wanted = sorted(flags_of({"flags": list(flags)}))
    if wanted == current.flags:
        raise Conflict("It has these flags already.", flags=current.flags)
    change(current, flags=wanted)
    record(current, EventKind.FLAGGED, by=by, now=now, data={"flags": wanted})
    _reassess(current, by=by, now=now)
    return current


def learn_from(message: Message, *, escalation: Escalation, by: Actor, now: datetime) -> None:
    """What a new message of the customer's says about their mood and the urgency, with the row locked."""
    if message.sentiment is not None:
        frustrated = is_frustrated(message.sentiment, before=escalation.sentiment, was=escalation.frustrated)
        change(escalation, sentiment=message.sentiment, frustrated=frustrated)
    flags = flags_of(message.attributes) | set(escalation.flags)
    if len(flags) > len(escalation.flags):
        change(escalation, flags=sorted(flags))
    _reassess(escalation, by=by, now=now)


def _reassess(escalation: Escalation, *, by: Actor, now: datetime) -> None:
    """By all that was said up to now. What a person set is left alone unless more is known than they knew."""
    stored = escalation.priority_because
    before = Assessment.from_because(stored)
    if before is None:
        return
    after = reassess(current_policy(), before, _content(escalation), is_frustrated=escalation.frustrated)
    if after.level > before.level and after.level > escalation.priority:
        because = explained(after, None, stored.get("waited"))
        _set_level(escalation, after.level, because, by=by, now=now, data={"because": after.text})
    elif after is not before:
        change(escalation, priority_because=explained(after, stored.get("override"), stored.get("waited")))


def _content(escalation: Escalation) -> Content:
    """Two queries. Flags are the escalation's own: people may have taken away what a message had brought."""
    names = ("plan__code", "topic__slug", "previous__last_resolved_at")
    plan, topic, solved_at = Escalation.objects.values_list(*names).get(pk=escalation.pk)
    content = content_of(
        plan=plan or "",
        topic=topic or "",
        reason=escalation.reason,
        flags=frozenset(),
        texts=[escalation.subject, escalation.summary],
        said=since(solved_at, last_said(escalation.conversation_id)),
    )
    return replace(content, flags=frozenset(escalation.flags))


def _set_level(
    escalation: Escalation,
    priority: Priority,
    because: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    data: dict[str, Any],
) -> None:
    """The one writer of the priority of what is open, with its deadline and its event."""
    data = {"from": Priority(escalation.priority).code, "to": priority.code, **data}
    change(escalation, priority=priority, priority_because=because)
    deadlines.reassess_deadlines(escalation=escalation, now=now)
    escalation.refresh_from_db(fields=["queue_level"])
    record(escalation, EventKind.PRIORITY_CHANGED, by=by, now=now, data=data)


def raise_waiting(*, now: datetime) -> int:
    """Moves up in the queue whoever has waited long enough since the opening; how many moved.

    Every step of every wait is taken once, whenever and however often this runs. Deadlines stay as they are.
    """
    moved = 0
    for wait, levels in wait_steps(current_policy()):
        due = list(Escalation.objects.due_to_rise(levels, now - wait).values_list("pk", flat=True))
        for start in range(0, len(due), AT_ONCE):
            moved += _raise(due[start : start + AT_ONCE], levels, wait, now)
    return moved


@transaction.atomic
def _raise(pks: list[int], levels: int, wait: timedelta, now: datetime) -> int:
    """How many of them moved. Whoever is claimed or otherwise changed at this moment is left to the next sweep."""
    due = Escalation.objects.due_to_rise(levels, now - wait).filter(pk__in=pks)
    rows = due.select_for_update(no_key=True, skip_locked=True)
    return sum(_raise_one(row, levels, wait, now) for row in rows)


def _raise_one(escalation: Escalation, levels: int, wait: timedelta, now: datetime) -> bool:
    """Whether it moved. What is critical already can't, but is raised should somebody lower it."""
    before = Priority(escalation.queue_level)
    waited, data = raise_of(before, Priority(escalation.priority), levels, wait, now)
    change(escalation, raised=levels, priority_because={**escalation.priority_because, "waited": waited})
    if data is None:
        return False
    record(escalation, EventKind.PRIORITY_RAISED, by=SYSTEM, now=now, data=data)
    return True
