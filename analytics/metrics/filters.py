"""Which part of the work a number is about, as conditions on each kind of row."""

from dataclasses import dataclass
from functools import cache

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from agents.models import Team
from escalations.models import Escalation, HandlingInterval


@dataclass(frozen=True)
class Filters:
    """Ids of teams, plans and topics; names of regions and channels. Empty means all, ``teams`` None too.

    ``agent`` narrows to one person's own work, credited as METRICS says: a rating to the handler frozen with
    the survey, time to whom held it, a resolution to whom resolved.
    """

    teams: frozenset[int] | None = None
    plans: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    agent: int | None = None

    def of_escalations(self, prefix: str = "") -> Q:
        """``prefix`` leads from the row to its escalation. The agent is left to the caller."""
        found = self._of_columns(prefix)
        if self.topics:
            found &= Q(**{f"{prefix}topic__in": self.topics})
        if self.teams is not None:
            found &= Q(**{f"{prefix}team__in": self.teams})
        return found

    def of_conversations(self, prefix: str = "") -> Q:
        found = self._of_columns(prefix)
        if self.topics:
            found &= Q(In(conversation_topic(prefix), self.topics))
        if self.teams is not None:
            found &= Q(In(conversation_team(prefix), self.teams))
        if self.agent is not None:
            found &= escalated_from(f"{prefix}pk", handled_by(self.agent))
        return found

    def of_messages(self) -> Q:
        """Messages of conversations with an escalation that the filters let through."""
        wanted = self.of_escalations()
        return escalated_from("conversation", wanted) if wanted else Q()

    def of_ratings(self) -> Q:
        """By the escalation that was rated, or by the conversation where there was none."""
        found = Q()
        if self.of_escalations():
            found = Q(self.of_escalations("escalation__"), escalation__isnull=False) | Q(
                Filters(self.teams, self.plans, self.topics, self.regions, self.channels).of_conversations(
                    "conversation__"
                ),
                escalation=None,
            )
        return found & Q(handler=self.agent) if self.agent is not None else found

    def _of_columns(self, prefix: str) -> Q:
        """What conversations and escalations have alike."""
        columns = {"plan": self.plans, "region": self.regions, "channel": self.channels}
        return Q(**{f"{prefix}{name}__in": values for name, values in columns.items() if values})


@cache
def conversation_topic(prefix: str = "") -> Coalesce:
    """That of its first escalation, which people know better, or else its own."""
    return Coalesce(
        Subquery(_first_escalation(prefix).values("topic")[:1]),
        F(f"{prefix}topic_id"),
        output_field=BigIntegerField(),
    )


@cache
def conversation_team(prefix: str = "") -> Coalesce:
    """That of its first escalation; without one its topic's, or Support."""
    return Coalesce(
        Subquery(_first_escalation(prefix).values("team")[:1]),
        F(f"{prefix}topic__team"),
        Subquery(Team.objects.filter(slug="support").values("pk")[:1]),
        output_field=BigIntegerField(),
    )


def _first_escalation(prefix: str) -> QuerySet[Escalation]:
    return Escalation.objects.filter(conversation=OuterRef(f"{prefix}pk")).order_by("opened_at", "pk")


def escalated_from(conversation: str, where: Q | None = None) -> Q:
    """Rows whose conversation, named by ``conversation``, has an escalation that meets ``where``.

    The double negation keeps SQLite from looking ``where`` up in an index of its own, which finds
    a large part of all escalations, instead of looking up the conversation, which finds one or two.
    """
    escalations = Escalation.objects.filter(conversation=OuterRef(conversation))
    return Q(Exists(escalations if where is None else escalations.exclude(~where)))


def handled_by(agent: int) -> Q:
    """Escalations that the agent held, answered first or resolved."""
    held = Exists(HandlingInterval.objects.filter(escalation=OuterRef("pk"), agent=agent))
    return Q(resolved_by=agent) | Q(first_responder=agent) | Q(held)
