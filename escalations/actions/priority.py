"""What the priority rules say of a conversation that becomes work for people, and how they are changed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from agents.actions.calendars import open_hours
from agents.enums import ONLINE_STATUSES
from agents.models import Agent, Team
from escalations.decisions.priority import (
    Assessment,
    Policy,
    Situation,
    Trigger,
    assess,
    compile_adjustments,
)
from escalations.decisions.priority_rules import Content, compile_rules, flags_of
from escalations.enums import AdjustmentKind, Author
from escalations.models import Escalation, Message, PriorityAdjustment, PriorityRevision, PriorityRule
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.compiled import Compiled
from helpninja.common.versions import last_version, next_version


def _newest() -> int:
    return PriorityRevision.objects.values_list("number", flat=True).get(pk=1)


def _compile() -> Policy:
    return Policy(
        compile_rules(PriorityRule.objects.for_evaluation()),
        compile_adjustments(PriorityAdjustment.objects.filter(active=True)),
    )


_policy = Compiled(_newest, _compile)
current_policy = _policy.current
forget_policy = _policy.forget


# So many messages say how urgent it is.
LAST_SAID = 40


def last_said(conversation_id: int) -> list[Message]:
    """By the customer and the chat, the last first."""
    said = Message.objects.filter(conversation=conversation_id).exclude(author=Author.AGENT)
    shown = said.only("author", "text", "intent", "sent_at", "attributes")
    return list(shown.order_by("-sent_at", "-id")[:LAST_SAID])


def since(solved_at: datetime | None, said: list[Message]) -> list[Message]:
    """Without what an earlier escalation was about, which was solved then."""
    return [one for one in said if solved_at is None or one.sent_at is None or one.sent_at > solved_at]


def content_of(
    *, plan: str, topic: str, reason: str, flags: frozenset[str], texts: list[str], said: list[Message]
) -> Content:
    """What the rules look at; messages add their intents and flags, and the customer's their texts."""
    return Content(
        plan=plan,
        topic=topic,
        reason=reason,
        intents=frozenset({message.intent for message in said} - {""}),
        flags=flags | flags_of(*(message.attributes for message in said)),
        text="\n".join([*texts, *(message.text for message in said if message.author == Author.CUSTOMER)]),
    )


def assess_opening(
    *,
    content: Content,
    trigger: Trigger | None,
    team: Team,
    is_repeat: bool,
    is_frustrated: bool,
    now: datetime,
) -> Assessment:
    """The level of an escalation that is about to open, before its row exists: at most three queries."""
    policy = current_policy()
    kinds = {one.kind for one in policy.adjustments}
    is_open = None
    if AdjustmentKind.AFTER_HOURS in kinds and team.calendar_id:
        is_open = open_hours(team.calendar_id).is_open(now)
    waiting, available = _load(team) if AdjustmentKind.LOAD in kinds else (0, 0)
    situation = Situation(is_repeat, is_frustrated, is_open, waiting, available)
    return assess(policy, content, situation, trigger)


def _load(team: Team) -> tuple[int, int]:
    """How many wait for the team, and how many of it are online: available, or in conversation."""
    waiting = Escalation.objects.waiting().filter(team=team).count()
    return waiting, Agent.objects.active().in_teams([team.pk]).filter(status__in=ONLINE_STATUSES).count()


@transaction.atomic
def publish(*, row: PriorityRule | PriorityAdjustment, by: Actor, now: datetime, why: str = "") -> None:
    """Call it once the row and its conditions are saved: it takes effect with the end of the transaction.

    What is open keeps the level that it has until something new is known of it; what waits is looked at anew by
    the next sweep.
    """
    next_version(row=row, by=by, now=now, why=why)
    _bump()
    record(by=by, action=f"{_kind(row)}.published", subject=row, now=now, version=row.version, why=why)


@transaction.atomic
def retire(*, rows: Iterable[PriorityRule | PriorityAdjustment], by: Actor, now: datetime) -> None:
    """Deletes them. Escalations keep their ``priority_because``, which names the rule and its version."""
    for row in rows:
        last_version(row=row, by=by, now=now)
        record(by=by, action=f"{_kind(row)}.deleted", subject=row, now=now, version=row.version)
        row.delete()
    _bump()


def _kind(row: PriorityRule | PriorityAdjustment) -> str:
    return str(row._meta.verbose_name).replace(" ", "_")


def _bump() -> None:
    revision, created = PriorityRevision.objects.get_or_create(pk=1)
    if not created:
        PriorityRevision.objects.filter(pk=revision.pk).update(number=F("number") + 1)
    transaction.on_commit(forget_policy)
