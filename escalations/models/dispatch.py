"""How work reaches people: the policies, the offers made to agents, and what supervisors are alerted to."""

from functools import partial

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from escalations.enums import AlertKind, DeclineReason, OfferOutcome, RoutingMode
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from helpninja.common.versions import Versions


class RoutingPolicy(models.Model):
    """For the work of a team and topic; empty means any. The most specific row holds (``decisions.dispatch``)."""

    team = models.ForeignKey("agents.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    topic = models.ForeignKey("Topic", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    mode = models.CharField("who begins", max_length=10, choices=RoutingMode, default=RoutingMode.PULL)
    threshold = models.FloatField(
        default=0.8,
        help_text="Routing score from 0 to 1. Below it nobody is offered the work: supervisors are alerted.",
    )
    offer_seconds = models.PositiveSmallIntegerField(
        "seconds to accept",
        default=60,
        help_text="Then the next agent is asked. Holds for transfers too.",
    )
    max_reoffers = models.PositiveSmallIntegerField(
        "re-offers", default=3, help_text="How many more agents are asked before it is left to the queue."
    )
    batch = models.BooleanField(
        default=False,
        help_text="Assign all that wait together: by priority, for the greatest total score.",
    )

    version = models.PositiveIntegerField(default=1, editable=False)

    history = Versions()

    class Meta:
        verbose_name_plural = "routing policies"
        ordering = [F("team__name").asc(nulls_first=True), F("topic__name").asc(nulls_first=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__range=(0, 1)),
                name="escalations_policy_threshold",
                violation_error_message="The threshold is a score from 0 to 1.",
            ),
            models.CheckConstraint(
                condition=Q(offer_seconds__range=(5, 3600)),
                name="escalations_policy_offer_seconds",
                violation_error_message="An agent gets between 5 seconds and an hour to accept.",
            ),
            models.CheckConstraint(
                condition=Q(max_reoffers__lte=20),
                name="escalations_policy_max_reoffers",
                violation_error_message="At most 20 more agents can be asked.",
            ),
            models.UniqueConstraint(
                Coalesce("team", 0),
                Coalesce("topic", 0),
                name="escalations_policy_once",
                violation_error_message="There is a policy for this team and topic already.",
            ),
        ]

    def __str__(self):
        return f"{self.team or 'Any team'}, {self.topic or 'any topic'}"


class Offer(models.Model):
    """One agent is asked to take it. Open exactly while the escalation is in the state ASSIGNED, to its assignee.

    ``version`` is that of the event that made it. ``lifecycle`` alone writes these rows.
    """

    escalation = models.ForeignKey("Escalation", on_delete=models.CASCADE, related_name="offers")
    version = models.PositiveIntegerField()
    agent = models.ForeignKey("agents.Agent", on_delete=models.PROTECT, related_name="offers")
    actor = models.CharField("offered by", max_length=200)
    because = models.JSONField(default=dict, blank=True)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=OfferOutcome, blank=True, default=OfferOutcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    decline_text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"],
                condition=Q(outcome=OfferOutcome.OPEN),
                name="escalations_one_open_offer",
                violation_error_message="It is offered to somebody already.",
            ),
            models.CheckConstraint(
                condition=Q(outcome=OfferOutcome.OPEN, ended_at=None)
                | (~Q(outcome=OfferOutcome.OPEN) & Q(ended_at__gte=F("offered_at"))),
                name="escalations_offer_end_and_outcome",
                violation_error_message="An offer that ended has its time and its outcome.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("offered_at")),
                name="escalations_offer_expires_later",
                violation_error_message="An offer expires after it was made.",
            ),
            models.CheckConstraint(
                condition=Q(decline_reason="", decline_text="") | Q(outcome=OfferOutcome.DECLINED),
                name="escalations_offer_reason_of_decline",
                violation_error_message="Only a declined offer has a reason for it.",
            ),
        ]
        indexes = [models.Index(fields=["-offered_at", "-id"], name="escalations_offer_newest")]

    def __str__(self):
        return f"{self.escalation_id} to {self.agent_id}"


class AlertQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(cleared_at=None)

    def for_leader(self, actor: Actor):
        """Those that the actor is to act on: a supervisor's of their teams, an admin's all."""
        if actor.is_any(Role.ADMIN):
            return self
        agent = getattr(actor.user, "agent", None)
        if agent is not None and actor.is_any(Role.SUPERVISOR):
            return self.filter(escalation__team__in=agent.team_ids)
        return self.none()


class Alert(models.Model):
    """For the supervisors of the escalation's team. Raised once per situation, and cleared when that has passed.

    ``seen_by`` is the first who said that they look after it, so that the others need not.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "alr"))
    escalation = models.ForeignKey("Escalation", on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=20, choices=AlertKind)
    text = models.CharField(max_length=500)
    because = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.CharField(max_length=200, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "kind"],
                condition=Q(cleared_at=None),
                name="escalations_one_standing_alert",
                violation_error_message="This alert stands already.",
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by="") | (Q(seen_at__isnull=False) & ~Q(seen_by="")),
                name="escalations_alert_seen_by_somebody",
                violation_error_message="An alert that was seen says when and by whom.",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None) | Q(cleared_at__gte=F("raised_at")),
                name="escalations_alert_cleared_later",
                violation_error_message="An alert is cleared after it was raised.",
            ),
        ]
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="escalations_alert_newest"),
            models.Index(fields=["raised_at"], condition=Q(cleared_at=None), name="escalations_alert_standing"),
        ]

    def __str__(self):
        return self.text
