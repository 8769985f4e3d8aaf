"""Initiatives and cycles for tests, each valid as it comes."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from escalations.enums import Reason, State
from helpninja.common.actors import SYSTEM
from quality.actions.improvement import make_cycle
from quality.enums import TargetKind
from quality.models import CycleTemplate, ImprovementCycle, Initiative
from tests import factories


def make_initiative(name="Fewer billing questions", *, teams=(), **fields) -> Initiative:
    today = timezone.now().date()
    given = {
        "reason": Reason.BILLING_ACCOUNT,
        "starts_on": today,
        "ends_on": today + timedelta(days=60),
        "target_kind": TargetKind.SHARE,
        "target_value": Decimal("8.1"),
        "expected_fewer": 21,
        **fields,
    }
    initiative = Initiative.objects.create(name=name, **given)
    initiative.teams.set(teams)
    return initiative


def make_work(number: int, *, reason=Reason.BILLING_ACCOUNT, opened_at: datetime, **fields) -> None:
    """So many escalations, each of a conversation of its own that began then."""
    for _ in range(number):
        conversation = factories.make_conversation(started_at=opened_at)
        factories.make_escalation(
            conversation=conversation, reason=reason, opened_at=opened_at, state=State.RESOLVED, **fields
        )


def make_month(month: date, *, team=None, owner=None, now: datetime) -> ImprovementCycle:
    template = CycleTemplate.objects.get()
    cycle, _ = make_cycle(template=template, month=month, team=team, owner=owner, by=SYSTEM, now=now)
    return cycle
