"""Who can work, and on what."""

from functools import cached_property, partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from agents.enums import Level, Status
from agents.models.capacity import DEFAULT_CAPACITY, CapacityByLevel
from agents.models.team import Skill, Team
from helpninja.common.ids import public_id
from helpninja.common.validators import validate_string_list, validate_time_zone


class AgentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(user__is_active=True)

    def in_teams(self, team_ids):
        return self.filter(pk__in=Agent.teams.through.objects.filter(team__in=team_ids).values("agent"))

    def with_limit(self):
        """``limit``: what ``capacity_of`` says, without a query for each."""
        by_level = CapacityByLevel.objects.filter(level=models.OuterRef("level")).values("capacity")
        return self.annotate(limit=Coalesce("capacity", models.Subquery(by_level), DEFAULT_CAPACITY))

    def with_scorecard(self):
        """``card``: the figures over all topics; absent before any were written."""
        over_all = models.FilteredRelation("scorecards", condition=models.Q(scorecards__topic=""))
        return self.annotate(card=over_all).select_related("card")


class Agent(models.Model):
    """``status`` and its companions repeat the newest Presence row; ``actions.presence`` writes both."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "agt"))
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="agent")
    name = models.CharField(max_length=120, help_text="As colleagues and customers see it.")
    teams = models.ManyToManyField(Team, related_name="agents")
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.AGENT)
    capacity = models.PositiveSmallIntegerField(
        "own capacity",
        null=True,
        blank=True,
        help_text="Escalations held at the same time; that of the level when empty.",
    )
    hourly_cost = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Loaded cost of an hour, in US dollars.",
    )
    languages = models.JSONField(default=list, blank=True, validators=[validate_string_list])
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    specialization = models.CharField(max_length=160, blank=True, help_text="As the team panel shows it.")
    skills = models.ManyToManyField(Skill, through="AgentSkill", related_name="agents")
    status = models.CharField(max_length=20, choices=Status, default=Status.OFFLINE, editable=False)
    status_reason = models.CharField(max_length=120, blank=True, editable=False)
    status_since = models.DateTimeField(default=timezone.now, editable=False)
    status_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AgentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hourly_cost=None) | models.Q(hourly_cost__gte=0),
                name="agents_agent_cost_positive",
                violation_error_message="The hourly cost can't be negative.",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def team_ids(self) -> frozenset[int]:
        return frozenset(Agent.teams.through.objects.filter(agent=self).values_list("team", flat=True))

    @cached_property
    def skill_ids(self) -> frozenset[int]:
        return frozenset(self.agent_skills.values_list("skill", flat=True))


def capacity_of(agent: Agent) -> int:
    """The agent's own, or their level's (one query, unless ``with_limit`` has loaded it)."""
    if agent.capacity is not None:
        return agent.capacity
    loaded: int | None = getattr(agent, "limit", None)
    if loaded is not None:
        return loaded
    by_level = CapacityByLevel.objects.filter(level=agent.level).values_list("capacity", flat=True).first()
    return DEFAULT_CAPACITY if by_level is None else by_level


class AgentSkill(models.Model):
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="agent_skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="agent_skills")
    level = models.PositiveSmallIntegerField(default=3, help_text="1 (beginner) to 5 (expert).")
    certified_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "skill"],
                name="agents_agentskill_once",
                violation_error_message="The agent has this skill already.",
            ),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, 5)),
                name="agents_agentskill_level",
                violation_error_message="A skill's level is 1 to 5.",
            ),
        ]

    def __str__(self):
        return f"{self.skill} {self.level}"
