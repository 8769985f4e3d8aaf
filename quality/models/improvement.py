"""The monthly improvement process: its template, the cycle of a month, and the tasks of that."""

from functools import partial

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from quality.enums import CycleState, Phase, Repeats, TaskPage

# No quarter has more working days.
LAST_WORKING_DAY = 66
EVERY = Q()
WORKING_DAY_HELP = "Of the month, of the week or of the quarter; the last one where there are fewer."


class CycleTemplate(models.Model):
    name = models.CharField(max_length=120, unique=True)
    recurring = models.BooleanField(
        default=False, help_text="On the first of each month its cycle is made by itself."
    )
    team = models.ForeignKey(
        "agents.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose cycle is made by itself; one for all teams when empty.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who leads the cycles that are made by themselves.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class TemplateTask(models.Model):
    template = models.ForeignKey(CycleTemplate, on_delete=models.CASCADE, related_name="tasks")
    phase = models.PositiveSmallIntegerField(choices=Phase)
    title = models.CharField(max_length=200)
    repeats = models.CharField(max_length=10, choices=Repeats, default=Repeats.NOT, blank=True)
    working_day = models.PositiveSmallIntegerField(
        "due on working day",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LAST_WORKING_DAY)],
        help_text=WORKING_DAY_HELP,
    )
    page = models.CharField("worked on in", max_length=20, choices=TaskPage, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Otherwise whoever leads the cycle.",
    )

    class Meta:
        ordering = ["phase", "working_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase=Phase.CONTINUOUS) | Q(repeats=Repeats.NOT),
                name="quality_templatetask_repeats",
                violation_error_message="Only tasks of the continuous monitoring come again.",
            )
        ]

    def __str__(self):
        return self.title


class CycleQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Supervisors: of their teams and of all teams; reviewers: all; agents: where they own a task."""
        if actor.is_any(Role.ADMIN, Role.QA_REVIEWER):
            return self
        seen = Q(pk__in=CycleTask.objects.filter(owner=actor.user).values("cycle"))
        if actor.is_any(Role.SUPERVISOR):
            return self.filter(seen | Q(owner=actor.user) | Q(team=None) | Q(team__in=_own_teams(actor)))
        return self.filter(seen) if actor.is_any(Role.AGENT, Role.SENIOR_AGENT) else self.none()

    def led_by(self, actor: Actor):
        """Who changes it, writes its notes and closes it: admins, its owner, the supervisors of its team."""
        if actor.is_any(Role.ADMIN):
            return self
        if actor.is_any(Role.SUPERVISOR):
            return self.filter(Q(owner=actor.user) | Q(team__in=_own_teams(actor)))
        return self.none()

    def with_progress(self, today, which=EVERY):
        """``total``, ``done`` and ``overdue`` of its tasks, or ``which`` of them."""
        return self.annotate(
            total=Count("tasks", filter=which),
            done=Count("tasks", filter=which & Q(tasks__done_at__isnull=False)),
            overdue=Count("tasks", filter=which & Q(tasks__done_at=None, tasks__due__lt=today)),
        )


def _own_teams(actor: Actor) -> frozenset[int]:
    agent = getattr(actor.user, "agent", None)
    return agent.team_ids if agent is not None else frozenset()


class ImprovementCycle(models.Model):
    """One month's cycle of a team, or of all. ``version`` counts the changes of the retrospective notes."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "cyc"))
    month = models.DateField(help_text="The month's first day.")
    team = models.ForeignKey(
        "agents.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="improvement_cycles",
        help_text="All teams when empty.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="led_cycles"
    )
    template = models.ForeignKey(
        CycleTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="cycles"
    )
    went_well = models.TextField(blank=True, max_length=10_000)
    to_improve = models.TextField(blank=True, max_length=10_000)
    next_actions = models.TextField("actions", blank=True, max_length=10_000)
    version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(max_length=10, choices=CycleState, default=CycleState.OPEN, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.CharField(max_length=200, blank=True, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "team__name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="quality_cycle_first_day",
                violation_error_message="Give the month's first day.",
            ),
            models.UniqueConstraint(
                fields=["month", "team"],
                name="quality_cycle_month_team",
                violation_error_message="This team has a cycle of this month already.",
            ),
            models.UniqueConstraint(
                fields=["month"],
                condition=Q(team=None),
                name="quality_cycle_month_all",
                violation_error_message="There is a cycle of this month for all teams already.",
            ),
            models.CheckConstraint(
                condition=Q(state=CycleState.OPEN, closed_at=None, closed_by="")
                | (Q(state=CycleState.CLOSED, closed_at__isnull=False) & ~Q(closed_by="")),
                name="quality_cycle_closed",
                violation_error_message="A closed cycle says when and by whom it was closed.",
            ),
        ]

    def __str__(self):
        return f"{self.month:%B %Y}, {self.team.name if self.team else 'all teams'}"


class CycleTaskQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """Whoever sees a task may do it: agents their own, others those of the cycles that they see."""
        if actor.is_any(Role.ADMIN, Role.QA_REVIEWER):
            return self
        own = Q(owner=actor.user)
        if actor.is_any(Role.SUPERVISOR):
            led = Q(cycle__owner=actor.user) | Q(cycle__team=None) | Q(cycle__team__in=_own_teams(actor))
            return self.filter(own | led)
        return self.filter(own) if actor.is_any(Role.AGENT, Role.SENIOR_AGENT) else self.none()

    def to_continue(self, today):
        """Tasks that come again, done or past, without a next one yet."""
        return self.filter(
            Q(done_at__isnull=False) | Q(due__lt=today), continued=False, cycle__state=CycleState.OPEN
        ).exclude(repeats=Repeats.NOT)


class CycleTask(models.Model):
    """``continued``: the next one of a task that comes again has been made, or there is none in this month."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "task"))
    cycle = models.ForeignKey(ImprovementCycle, on_delete=models.CASCADE, related_name="tasks")
    phase = models.PositiveSmallIntegerField(choices=Phase)
    title = models.CharField(max_length=200)
    repeats = models.CharField(max_length=10, choices=Repeats, default=Repeats.NOT, blank=True)
    working_day = models.PositiveSmallIntegerField(
        "due on working day",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LAST_WORKING_DAY)],
        help_text=WORKING_DAY_HELP,
        editable=False,
    )
    page = models.CharField("worked on in", max_length=20, choices=TaskPage, blank=True)
    initiative = models.ForeignKey(
        "Initiative", on_delete=models.SET_NULL, null=True, blank=True, related_name="cycle_tasks"
    )
    gap = models.ForeignKey(
        "KnowledgeGap", on_delete=models.SET_NULL, null=True, blank=True, related_name="cycle_tasks"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cycle_tasks"
    )
    due = models.DateField()
    note = models.TextField(blank=True, max_length=2000)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = models.CharField(max_length=200, blank=True, editable=False)
    continued = models.BooleanField(default=False, editable=False)

    objects = CycleTaskQuerySet.as_manager()

    class Meta:
        ordering = ["phase", "due", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase=Phase.CONTINUOUS) | Q(repeats=Repeats.NOT),
                name="quality_cycletask_repeats",
                violation_error_message="Only tasks of the continuous monitoring come again.",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="quality_cycletask_done",
                violation_error_message="A task that is done says when and by whom.",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due"], condition=Q(done_at=None), name="quality_cycletask_open"),
            models.Index(
                F("due"),
                condition=Q(continued=False) & ~Q(repeats=Repeats.NOT),
                name="quality_cycletask_continue",
            ),
        ]

    def __str__(self):
        return self.title
