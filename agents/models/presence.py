"""Who is there now, and who was."""

from django.db import models
from django.utils import timezone

from agents.enums import DepartureCause, Status
from agents.models.agent import Agent


class PresenceQuerySet(models.QuerySet):
    def covering(self, agent_ids, since):
        """What held from ``since`` on: of each agent the newest row until then, and those that follow."""
        before = Presence.objects.filter(agent=models.OuterRef("pk"), at__lte=since).order_by("-at", "-id")
        newest = Agent.objects.filter(pk__in=agent_ids).values_list(models.Subquery(before.values("pk")[:1]))
        return self.filter(models.Q(at__gt=since, agent__in=agent_ids) | models.Q(pk__in=newest))


class Presence(models.Model):
    """Append-only ledger: from ``at`` on the agent had this status, until the agent's next row."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="presences")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=20, choices=Status)
    reason = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField("expected back", null=True, blank=True)
    actor = models.CharField(max_length=200)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "presence ledger"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["agent", "-at"], name="agents_presence_agent")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("at")),
                name="agents_presence_until_later",
                violation_error_message="The return time must be later than now.",
            )
        ]

    def __str__(self):
        return f"{self.agent_id}: {self.status}"


class AgentHeartbeat(models.Model):
    """The last sign of life of whoever has, or just had, a live page open; nobody waits for those without a row.

    Apart from the agent, because it is written all the time and for many at once.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="heartbeat")
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.agent_id} at {self.at:%Y-%m-%d %H:%M:%S}"


class Departure(models.Model):
    """Somebody is gone, and was found to be ``since``: what they hold goes back to the queue in a while.

    The row goes when they are back. ``returns_to`` is the status that a lost connection took from them.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="departure")
    since = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=20, choices=DepartureCause)
    returns_to = models.CharField(max_length=20, choices=Status, blank=True)

    def __str__(self):
        return f"{self.agent_id}: {self.get_cause_display()}"
