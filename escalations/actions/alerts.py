"""What supervisors are alerted to. The only writer of the alerts; each tells the open pages that there is news."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from escalations.enums import AlertKind
from escalations.models import Alert, Deadline, Escalation
from helpninja.common import realtime
from helpninja.common.actors import Actor

# A hint without content: whoever is alerted asks for what stands now.
NOTICES = {"type": "notices"}


def raise_alert(
    *, escalation: Escalation, kind: AlertKind, text: str, now: datetime, because: dict[str, Any] | None = None
) -> bool:
    """Inside the caller's transaction, which has locked the escalation. True where it says something new.

    While one of that kind stands, it only takes the new text: one situation is one alert.
    """
    standing = Alert.objects.standing().filter(escalation=escalation, kind=kind).first()
    if standing is None:
        Alert.objects.create(escalation=escalation, kind=kind, text=text, because=because or {}, raised_at=now)
    elif standing.text == text:
        return False
    else:
        standing.text, standing.because = text, because or {}
        standing.save(update_fields=["text", "because"])
    _tell()
    return True


def follow_deadlines(*, escalation: Escalation, deadlines: Iterable[Deadline], now: datetime) -> None:
    """What is near or missed on a clock that runs is alerted to, until it is answered.

    ``deadlines``: the escalation's, as they now are, with those that have just ended.
    """
    deadlines = list(deadlines)
    running = [deadline for deadline in deadlines if deadline.ended_at is None]
    missed = [deadline for deadline in running if deadline.breached_at]
    near = [deadline for deadline in running if deadline.warned_at and not deadline.breached_at]
    for kind, told, when in (
        (AlertKind.SLA_BREACH, missed, "breached_at"),
        (AlertKind.SLA_WARNING, near, "warned_at"),
    ):
        if told:
            text = "; ".join(f"{one.get_metric_display()}: {one.because['text']}" for one in told)
            raise_alert(escalation=escalation, kind=kind, text=text[:500], now=getattr(told[0], when))
        elif any(getattr(deadline, when) for deadline in deadlines):
            clear_alerts(escalations=[escalation], kinds=[kind], now=now)


def clear_alerts(
    *, escalations: Iterable[Escalation], now: datetime, kinds: Iterable[AlertKind] | None = None
) -> None:
    """The situation has passed; all kinds where none are given."""
    standing = Alert.objects.standing().filter(escalation__in=list(escalations))
    if kinds is not None:
        standing = standing.filter(kind__in=kinds)
    if standing.update(cleared_at=Greatest("raised_at", Value(now, output_field=DateTimeField()))):
        _tell()


def mark_seen(*, alert: Alert, by: Actor, now: datetime) -> Alert:
    """Somebody looks after it. The first one counts; saying it again changes nothing."""
    if Alert.objects.filter(pk=alert.pk, seen_at=None).update(seen_at=now, seen_by=by.label):
        _tell()
    alert.refresh_from_db()
    return alert


def _tell() -> None:
    transaction.on_commit(partial(realtime.announce, NOTICES))
