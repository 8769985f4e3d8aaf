from functools import partial

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Least
from django.utils import timezone

from agents.enums import Level
from escalations.enums import (
    BUSY_STATES,
    CLOSED_STATES,
    HELD_STATES,
    OPEN_STATES,
    OWNED_STATES,
    Necessity,
    Priority,
    Reason,
    ReescalationCause,
    ResolutionCategory,
    ResolutionQuality,
    SlaMetric,
    State,
    Tier,
    Timing,
)
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role, Scope
from helpninja.common.validators import validate_string_list

# What says where a row stands in the queue, as ``behind`` takes it.
QUEUE_PLACE = ("queue_level", "first_response_due_at", "pk")


class EscalationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN_STATES)

    def waiting(self):
        """Nobody works on it yet: in the queue or offered to somebody."""
        return self.filter(state__in=(State.WAITING, State.ASSIGNED))

    def handled(self):
        return self.filter(state__in=HELD_STATES)

    def busy(self):
        return self.filter(state__in=BUSY_STATES)

    def held_by(self, agent):
        return self.filter(assignee=agent, state__in=OWNED_STATES)

    def due_for_dispatch(self, now):
        """Waiting ones to be offered, offered ones whose time to accept is over."""
        return self.waiting().filter(next_dispatch_at__lte=now)

    def past_deadline(self, now):
        """Still without a first human message after its deadline; answered exactly at the deadline is met."""
        return self.waiting().filter(first_response_at=None, first_response_due_at__lt=now)

    def in_queue_order(self):
        return self.order_by("-queue_level", F("first_response_due_at").asc(nulls_last=True), "id")

    def behind(self, level, due, pk):
        """After that place in the queue's order: by keyset, so that every page costs what the first does."""
        behind = Q(queue_level__lt=level) | Q(queue_level=level, first_response_due_at=due, id__gt=pk)
        if due is not None:
            behind |= Q(queue_level=level, first_response_due_at__gt=due)
            behind |= Q(queue_level=level, first_response_due_at=None)
        return self.filter(behind, queue_level__lte=level)  # the level alone says where in the index to begin

    def due_to_rise(self, levels, since):
        """Waiting since then or before, and not raised by so many levels yet; an unknown time is no wait."""
        waited = self.waiting().filter(timing=Timing.MEASURED, opened_at__lte=since)
        return waited.filter(raised__in=range(levels)).order_by("opened_at", "pk")

    def resolved_since(self, since):
        return self.filter(state=State.RESOLVED, last_resolved_at__gte=since).order_by("-last_resolved_at", "-id")

    def visible_to(self, actor: Actor):
        """What the actor may know of; the rest does not exist for them."""
        if actor.is_any(Role.ADMIN) or actor.has_any_scope(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE):
            return self
        agent = getattr(actor.user, "agent", None)
        if agent is not None and actor.is_any(Role.AGENT, Role.SENIOR_AGENT, Role.SUPERVISOR):
            return self.filter(team__in=agent.team_ids)
        if actor.is_any(Role.QA_REVIEWER):
            return self.filter(state=State.RESOLVED)
        return self.none()

    def for_queue(self):
        """With all that a row of the queue shows."""
        return self.select_related(
            "conversation",
            "customer",
            "topic",
            "team",
            "assignee",
            "resolved_by",
            "plan",
            "preferred_skill",
            "required_skill",
        )


class Escalation(models.Model):
    """A conversation that needs a person. ``actions.lifecycle`` alone writes the state, each time with an event.

    ``version`` counts the events: a later version replaces an earlier one wherever both arrive.
    Durations are whole seconds. ``plan``, ``region`` and ``channel`` are as they were at the opening.
    ``priority`` sets the deadline, ``queue_level`` the place in the queue; ``flags`` say what is at stake.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "esc"))
    conversation = models.ForeignKey("Conversation", on_delete=models.PROTECT, related_name="escalations")
    customer = models.ForeignKey(
        "billing.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # it leads two indexes below
        related_name="escalations",
    )
    team = models.ForeignKey("agents.Team", on_delete=models.PROTECT, related_name="escalations")
    topic = models.ForeignKey("Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="escalations")
    reason = models.CharField(max_length=30, choices=Reason)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    priority_because = models.JSONField(default=dict, blank=True)
    flags = models.JSONField(default=list, blank=True, validators=[validate_string_list])
    raised = models.PositiveSmallIntegerField(
        "raised by waiting", default=0, help_text="By so many levels, in the queue alone: the deadline stays."
    )
    queue_level = models.GeneratedField(
        expression=Least(F("priority") + F("raised"), Value(Priority.CRITICAL.value)),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    tier = models.CharField(max_length=20, choices=Tier, default=Tier.FRONTLINE)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=200, blank=True)
    summary = models.TextField("handoff summary", blank=True)

    trigger_rule = models.ForeignKey("TriggerRule", on_delete=models.SET_NULL, null=True, blank=True)
    trigger_message = models.ForeignKey(
        "Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="opened_escalations"
    )
    because = models.JSONField(default=dict)
    handoff_message = models.CharField(max_length=500, blank=True)
    context = models.JSONField("context to show", default=list, blank=True)
    ai_confidence = models.FloatField("AI confidence at the handoff", null=True, blank=True)
    preferred_level = models.PositiveSmallIntegerField(choices=Level, null=True, blank=True)
    required_level = models.PositiveSmallIntegerField(choices=Level, null=True, blank=True)
    preferred_skill = models.ForeignKey(
        "agents.Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    required_skill = models.ForeignKey(
        "agents.Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sentiment = models.FloatField(
        "customer's sentiment", null=True, blank=True, help_text="Of the customer's last message that shows one."
    )
    frustrated = models.BooleanField("customer is frustrated", default=False)

    plan = models.ForeignKey("billing.Plan", on_delete=models.PROTECT, null=True, blank=True)
    region = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    timing = models.CharField(max_length=10, choices=Timing, default=Timing.MEASURED)

    assignee = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="escalations"
    )
    next_dispatch_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text="When the dispatcher looks again: a waiting one to offer it, an offered one to take it back.",
    )  # fmt: skip
    offer_only = models.BooleanField(
        default=False, editable=False, help_text="While it waits, agents are offered it and do not pull it."
    )
    opened_at = models.DateTimeField(default=timezone.now)
    # Copies of what ``deadlines`` say, for the queue: only ``actions.deadlines`` writes them.
    first_response_due_at = models.DateTimeField(null=True, blank=True)
    due_metric = models.CharField("nearest deadline", max_length=20, choices=SlaMetric, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    first_response_seconds = models.PositiveIntegerField(null=True, blank=True)
    first_responder = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField("first resolved at", null=True, blank=True)
    resolution_seconds = models.PositiveIntegerField("seconds to first resolution", null=True, blank=True)
    last_resolved_at = models.DateTimeField(null=True, blank=True)
    full_resolution_seconds = models.PositiveIntegerField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "agents.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="resolved_escalations"
    )
    claim_count = models.PositiveSmallIntegerField("times taken", default=0)
    transfer_count = models.PositiveSmallIntegerField("changes of agent or tier", default=0)
    customer_repeated = models.BooleanField("customer had to repeat", default=False)

    category = models.CharField(max_length=30, choices=ResolutionCategory, blank=True)
    quality = models.CharField(max_length=30, choices=ResolutionQuality, blank=True)
    necessity = models.CharField("was it needed", max_length=20, choices=Necessity, blank=True)
    missing_content = models.CharField(max_length=300, blank=True)
    resolution_note = models.TextField(blank=True)

    previous = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followed_by", db_index=False
    )
    reescalation_cause = models.CharField(max_length=40, choices=ReescalationCause, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=OPEN_STATES),
                name="escalations_one_open_per_conversation",
                violation_error_message="This conversation already has an open escalation.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OWNED_STATES, assignee__isnull=False)
                | Q(state__in=(State.WAITING, *CLOSED_STATES), assignee__isnull=True),
                name="escalations_assignee_by_state",
                violation_error_message="Offered and held escalations have an agent, the others none.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RESOLVED)
                | Q(last_resolved_at__isnull=False)
                | ~Q(timing=Timing.MEASURED),
                name="escalations_resolved_has_time",
                violation_error_message="A resolved escalation says when it was resolved.",
            ),
            models.CheckConstraint(
                condition=Q(first_response_at=None) | Q(first_response_at__gte=F("opened_at")),
                name="escalations_response_after_opening",
                violation_error_message="The first response can't come before the opening.",
            ),
            models.CheckConstraint(
                condition=Q(first_response_at=None, first_response_seconds=None)
                | Q(first_response_at__isnull=False, first_response_seconds__isnull=False),
                name="escalations_response_time_and_seconds",
                violation_error_message="The first response has both its time and its seconds.",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, last_resolved_at=None) | Q(last_resolved_at__gte=F("resolved_at")),
                name="escalations_last_resolved_later",
                violation_error_message="The last resolution can't come before the first.",
            ),
            models.CheckConstraint(
                condition=Q(reescalation_cause="") | Q(previous__isnull=False),
                name="escalations_cause_has_previous",
                violation_error_message="A re-escalation's cause needs the escalation before it.",
            ),
        ]
        indexes = [
            models.Index(
                F("queue_level").desc(),
                "first_response_due_at",
                "id",
                condition=Q(state__in=(State.WAITING, State.ASSIGNED)),
                name="escalations_queue_order",
            ),
            models.Index(
                fields=["raised", "opened_at"],
                condition=Q(state__in=(State.WAITING, State.ASSIGNED)),
                name="escalations_wait",
            ),
            models.Index(
                fields=["assignee", "state"], condition=Q(state__in=OPEN_STATES), name="escalations_held"
            ),
            models.Index(
                fields=["next_dispatch_at"],
                condition=Q(next_dispatch_at__isnull=False),
                name="escalations_next_dispatch",
            ),
            models.Index(fields=["-last_resolved_at", "-id"], name="escalations_last_resolved"),
            models.Index(
                fields=["opened_at", "timing", "reason", "topic", "plan", "channel", "region", "team"],
                name="escalations_opened_window",
            ),
            models.Index(fields=["first_response_at", "first_response_seconds"], name="escalations_responded"),
            models.Index(fields=["first_response_due_at"], name="escalations_due"),
            models.Index(fields=["resolved_at", "resolution_seconds"], name="escalations_resolved"),
            models.Index(fields=["customer", "topic", "-last_resolved_at"], name="escalations_repeat_lookup"),
            models.Index(fields=["customer", "opened_at"], name="escalations_of_customer"),
            # Few have one before: an index of all would hold nothing but NULL, and SQLite would not trust it.
            models.Index(
                fields=["previous", "opened_at"],
                condition=Q(previous__isnull=False),
                name="escalations_came_back",
            ),
        ]

    def __str__(self):
        return self.subject or self.public_id
