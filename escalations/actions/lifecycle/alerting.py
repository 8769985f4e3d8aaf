"""When the work needs a supervisor's eyes."""

from datetime import datetime

from django.db import transaction

from escalations.actions.alerts import clear_alerts, raise_alert
from escalations.actions.lifecycle.moves import check_open, lock, record
from escalations.enums import ROUTING_ALERTS, AlertKind, EventKind, State
from escalations.models import Alert, Escalation
from helpninja.common.actors import Actor
from helpninja.common.errors import Conflict


@transaction.atomic
def alert_supervisors(*, escalation: Escalation, kind: AlertKind, text: str, by: Actor, now: datetime) -> bool:
    """Of its team. True where it says something new; the event is written once, when the situation begins.

    Raises Conflict where it is closed, or where routing speaks of what waits no longer.
    """
    current = lock(escalation)
    check_open(current)
    if kind in ROUTING_ALERTS:
        if current.state != State.WAITING:
            raise Conflict("It waits no longer.", state=current.state)
        others = [other for other in ROUTING_ALERTS if other != kind]
        clear_alerts(escalations=[current], kinds=others, now=now)
    begins = not Alert.objects.standing().filter(escalation=current, kind=kind).exists()
    news = raise_alert(escalation=current, kind=kind, text=text, now=now)
    if begins:
        record(current, EventKind.ALERTED, by=by, now=now, data={"kind": kind.value, "reason": text})
    return news
