"""What is told: an event or a presence, as the text that each kind of socket gets, if its reader may see it."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from agents.models import Agent, Presence, Team
from escalations.enums import EventKind
from escalations.models import Escalation, EscalationEvent
from escalations.realtime.frames import gone_frame, presence_frame, queue_frame, stream_frame
from escalations.realtime.readers import Reader

QUEUE, STREAM = "queue", "stream"
REPLAYED = 500
# Replayed from before the id asked for, where young enough to have been committed late.
OVERLAP, YOUNG = 50, timedelta(seconds=30)


def encode(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class EventNews:
    """An event with its escalation as it is now; each text is made once, for all who get it."""

    def __init__(self, event: EscalationEvent, escalation: Escalation, left_team: int | None = None) -> None:
        self.event = event
        self.escalation = escalation
        self.left_team = left_team
        self._texts: dict[Any, str] = {}

    def __str__(self) -> str:
        return f"event {self.event.pk}"

    def text(self, dialect: str, reader: Reader) -> str | None:
        if reader.sees(self.escalation):
            return self._text(queue_frame if dialect == QUEUE else stream_frame)
        if dialect == QUEUE and self.left_team in reader.teams:
            return self._text(gone_frame)
        return None

    def _text(self, make: Callable[[EscalationEvent, Escalation], dict[str, Any]]) -> str:
        if make not in self._texts:
            self._texts[make] = encode(make(self.event, self.escalation))
        return self._texts[make]


class PresenceNews:
    def __init__(self, presence: Presence) -> None:
        self.agent: Agent = presence.agent
        self._text = encode(presence_frame(presence))

    def text(self, dialect: str, reader: Reader) -> str | None:
        return self._text if dialect == QUEUE and reader.sees_agent(self.agent) else None


News = EventNews | PresenceNews


def told_events() -> Any:
    """What sockets are told of: history that is imported did not happen now."""
    return EscalationEvent.objects.exclude(kind=EventKind.IMPORTED).select_related("agent", "message")


def event_news(events: list[EscalationEvent]) -> list[EventNews]:
    """With their escalations, each loaded once."""
    if not events:
        return []
    escalations = Escalation.objects.for_queue().in_bulk({event.escalation_id for event in events})
    left = {event.data["from_team"] for event in events if event.data.get("from_team")}
    teams = dict(Team.objects.filter(slug__in=left).values_list("slug", "pk")) if left else {}
    return [
        EventNews(event, escalations[event.escalation_id], teams.get(event.data.get("from_team")))
        for event in events
        if event.escalation_id in escalations
    ]


def with_teams(presences: list[Presence]) -> list[Presence]:
    teams: dict[int, set[int]] = defaultdict(set)
    if presences:
        agents = {presence.agent_id for presence in presences}
        rows = Agent.teams.through.objects.filter(agent__in=agents)
        for agent, team in rows.values_list("agent", "team"):
            teams[agent].add(team)
    for presence in presences:
        presence.agent.team_ids = frozenset(teams[presence.agent_id])
    return presences


def replay(dialect: str, reader: Reader, after: int) -> list[str] | None:
    """The frames after that event, a few before it again; None where there are too many: load again."""
    rows = told_events()
    young = timezone.now() - YOUNG
    late = list(rows.filter(pk__gt=after - OVERLAP, pk__lte=after, at__gte=young).order_by("pk"))
    events = list(rows.filter(pk__gt=after).order_by("pk")[: REPLAYED + 1])
    if len(events) > REPLAYED:
        return None
    texts = (item.text(dialect, reader) for item in event_news(late + events))
    return [text for text in texts if text is not None]
