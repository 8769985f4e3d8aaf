"""Which part of the work a number is about, as conditions on each kind of row."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

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
        """A conversation is about its own topic and those of its escalations, and belongs to their teams.

        Without an escalation it belongs to the topic's team, or to Support.
        """
        found = self._of_columns(prefix)
        conversation = f"{prefix}pk"
        if self.topics:
            about = escalated_from(conversation, Q(topic__in=self.topics))
            found &= Q(**{f"{prefix}topic__in": self.topics}) | about
        if self.teams is not None:
            touched = escalated_from(conversation)
            theirs = escalated_from(conversation, Q(team__in=self.teams))
            found &= theirs | (~touched & self._topic_belongs(prefix))
        if self.agent is not None:
            found &= escalated_from(conversation, handled_by(self.agent))
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

    def _topic_belongs(self, prefix: str) -> Q:
        nobodys = Q(**{f"{prefix}topic": None}) | Q(**{f"{prefix}topic__team": None})
        ours_is_support = Exists(Team.objects.filter(slug="support", pk__in=self.teams or ()))
        return Q(**{f"{prefix}topic__team__in": self.teams}) | (nobodys & Q(ours_is_support))


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
