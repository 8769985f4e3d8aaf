"""The only writers of an initiative's status, of the state that it starts from, and of what is done."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict
from quality.actions.initiative_counts import count
from quality.enums import ENDED, INITIATIVE_STEPS, InitiativeStatus
from quality.models import Initiative, InitiativeStep


@transaction.atomic
def change_status(*, initiative: Initiative, status: InitiativeStatus, by: Actor, now: datetime) -> Initiative:
    """To ``RUNNING`` it takes, once and for good, the state that it starts from. Raises Conflict."""
    source = InitiativeStatus(initiative.status)
    if status not in INITIATIVE_STEPS[source]:
        raise Conflict(
            f"An initiative that is “{source.label.lower()}” can't become “{status.label.lower()}”.", status=source
        )
    written: dict[str, Any] = {"status": status}
    if status == InitiativeStatus.RUNNING:
        written |= _state_at_start(initiative, now)
    if status in ENDED:
        written["ended_at"] = now
    if not Initiative.objects.filter(pk=initiative.pk, status=source).update(**written):
        raise Conflict("Somebody else has changed its status in the meantime.")
    initiative.refresh_from_db()
    record(by=by, action=f"initiative.{status}", subject=initiative, now=now, **_told(written))
    return initiative


def _state_at_start(initiative: Initiative, now: datetime) -> dict[str, Any]:
    """Of whole seconds, so that the list of escalations, asked for the same window, shows the rows counted."""
    now = now.replace(microsecond=0)
    since = now - timedelta(days=initiative.baseline_days)
    found = count({"before": (initiative, (since, now))})["before"]
    return {
        "started_at": now,
        "baseline_from": since,
        "baseline_to": now,
        "baseline_targeted": found.targeted,
        "baseline_escalations": found.escalations,
        "baseline_conversations": found.conversations,
    }


def _told(written: dict[str, Any]) -> dict[str, int]:
    return {name: value for name, value in written.items() if isinstance(value, int)}


@transaction.atomic
def mark_step(*, step: InitiativeStep, done: bool, by: Actor, now: datetime) -> InitiativeStep:
    """Done, or not done after all. Raises Conflict where it is so already, or the initiative has ended."""
    if step.initiative.has_ended:
        raise Conflict("The initiative has ended: its steps stay as they are.")
    as_it_is = InitiativeStep.objects.filter(pk=step.pk, done_at__isnull=done)
    if not as_it_is.update(done_at=now if done else None, done_by=by.label[:200] if done else ""):
        step.refresh_from_db()
        raise Conflict(f"This step is done already, by {step.done_by}." if done else "This step is open already.")
    step.refresh_from_db()
    action = "initiative.step_done" if done else "initiative.step_reopened"
    record(by=by, action=action, subject=step.initiative, now=now, step=step.text)
    return step
