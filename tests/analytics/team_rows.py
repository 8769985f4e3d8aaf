"""Many escalations of one agent at once, at noon of the rows' window unless said otherwise."""

import itertools
from datetime import timedelta

from escalations.enums import Author, Reason, State
from escalations.models import Conversation, Escalation, HandlingInterval, Message, Rating
from tests import factories
from tests.analytics.rows import NOON, START

_count = itertools.count(1)
DAY = timedelta(days=1)
SPREAD = 100


def work(
    agent,
    n,
    *,
    settled,
    again=0,
    seconds=120,
    handling=300,
    points=0,
    messages=0,
    topic=None,
    earlier=0,
    at=NOON,
):
    """``n`` opened and handled, of which ``settled`` stay resolved and ``again`` are re-escalated.

    ``seconds`` is the mean to the first response, which comes earlier and later by ``SPREAD`` in turn.
    ``points`` are the sum of their ratings, one of each; ``messages`` came after the handoff. ``earlier`` others
    were opened and answered before the window, and handled in it.
    """
    waits = [seconds - SPREAD, seconds + SPREAD] * (n // 2) + [seconds] * (n % 2)
    rows = [_escalation(agent, topic, wait, settled + again > index, at) for index, wait in enumerate(waits)]
    rows += [_escalation(agent, topic, seconds, True, START - DAY) for _ in range(earlier)]
    Conversation.objects.bulk_create(row.conversation for row in rows)
    Escalation.objects.bulk_create(rows)
    HandlingInterval.objects.bulk_create(
        HandlingInterval(
            escalation=row,
            agent=agent,
            started_at=at,
            ended_at=at + timedelta(seconds=handling),
            seconds=handling,
        )
        for row in rows
    )
    _rate(rows[:n], agent, points)
    _talk(rows[:n], agent, messages)
    for row in rows[settled : settled + again]:
        factories.make_escalation(previous=row, conversation=row.conversation, opened_at=START + 2 * DAY)


def _escalation(agent, topic, seconds, is_resolved, at):
    number = next(_count)
    conversation = Conversation(source="chat", external_id=f"work-{number}", started_at=at, topic=topic)
    done = at + timedelta(minutes=10)
    resolution = {
        "state": State.RESOLVED,
        "resolved_by": agent,
        "resolved_at": done,
        "last_resolved_at": done,
        "resolution_seconds": 600,
        "full_resolution_seconds": 600,
        "claim_count": 1,
    }
    return Escalation(
        conversation=conversation,
        team=factories.support(),
        topic=topic,
        reason=Reason.LOW_AI_CONFIDENCE,
        priority=2,
        opened_at=at,
        first_response_at=at + timedelta(seconds=seconds),
        first_response_seconds=seconds,
        first_response_due_at=at + timedelta(minutes=5),
        first_responder=agent,
        **(resolution if is_resolved else {"state": State.CANCELLED}),
    )


def _rate(rows, agent, points):
    """As equal as whole ratings can be."""
    each, more = divmod(points, len(rows)) if points else (0, 0)
    Rating.objects.bulk_create(
        Rating(
            conversation=row.conversation,
            escalation=row,
            handler=agent,
            csat=each + (index < more),
            rated_at=row.opened_at + timedelta(hours=1),
        )
        for index, row in enumerate(rows)
        if points
    )


def _talk(rows, agent, messages):
    Message.objects.bulk_create(
        Message(
            conversation=rows[index % len(rows)].conversation,
            text="Hello",
            author=Author.AGENT,
            agent=agent,
            sent_at=NOON + timedelta(minutes=1),
        )
        for index in range(messages)
    )
