"""The columns of exports and imports."""

from django.utils import timezone
from import_export import fields

from helpninja.common.exchange import ActorResource
from helpninja.common.versioned_admin import PartsField, VersionedResource
from quality.actions.initiative_counts import effects
from quality.decisions.scoring import band_of
from quality.enums import AssignmentState
from quality.models import CycleTask, Initiative, Review, ReviewAssignment, Rubric, ScoreBand
from quality.policy import name_of


class AssignmentResource(ActorResource):
    """What was drawn, for whom and why, and what became of it."""

    cycle = fields.Field(column_name="cycle", attribute="cycle__name", readonly=True)
    escalation = fields.Field(column_name="escalation", attribute="escalation__public_id", readonly=True)
    agent = fields.Field(column_name="agent", attribute="agent__name", readonly=True)
    reviewer = fields.Field(column_name="reviewer", readonly=True)
    state = fields.Field(column_name="state", readonly=True)
    risks = fields.Field(column_name="risks", readonly=True)

    class Meta:
        model = ReviewAssignment
        fields = (
            "public_id",
            "cycle",
            "kind",
            "escalation",
            "agent",
            "reviewer",
            "state",
            "assigned_at",
            "due_at",
            "skipped_at",
            "skip_reason",
            "risks",
        )
        export_order = fields

    def dehydrate_reviewer(self, assignment):
        return name_of(assignment.reviewer)

    def dehydrate_state(self, assignment):
        return AssignmentState(assignment.state).label

    def dehydrate_risks(self, assignment):
        return ", ".join(assignment.because.get("risks", ()))


class InitiativeResource(ActorResource):
    """With the measured effect, as it is at the export."""

    teams = fields.Field(column_name="teams", readonly=True)
    topic = fields.Field(column_name="topic", attribute="topic__slug", readonly=True)
    trigger_rule = fields.Field(column_name="trigger_rule", attribute="trigger_rule__name", readonly=True)
    owner = fields.Field(column_name="owner", readonly=True)
    standing = fields.Field(column_name="standing", readonly=True)
    avoided = fields.Field(column_name="avoided_in_30_days", readonly=True)
    low = fields.Field(column_name="avoided_from", readonly=True)
    high = fields.Field(column_name="avoided_to", readonly=True)
    cost_each = fields.Field(column_name="cost_per_avoided", readonly=True)

    class Meta:
        model = Initiative
        fields = (
            "public_id",
            "name",
            "status",
            "teams",
            "reason",
            "topic",
            "trigger_rule",
            "owner",
            "cost",
            "starts_on",
            "ends_on",
            "target_kind",
            "target_value",
            "expected_fewer",
            "started_at",
            "ended_at",
            "baseline_from",
            "baseline_to",
            "baseline_targeted",
            "baseline_escalations",
            "baseline_conversations",
            "standing",
            "avoided",
            "low",
            "high",
            "cost_each",
        )
        export_order = fields

    def before_export(self, queryset, **kwargs):
        self.effects = effects(list(queryset), timezone.now())

    def dehydrate_teams(self, initiative):
        return ", ".join(team.name for team in initiative.teams.all())

    def dehydrate_owner(self, initiative):
        return name_of(initiative.owner)

    def dehydrate_standing(self, initiative):
        effect = self.effects[initiative.pk]
        return effect.standing if effect else ""

    def dehydrate_avoided(self, initiative):
        return self._figure(initiative, "avoided")

    def dehydrate_low(self, initiative):
        return self._figure(initiative, "low")

    def dehydrate_high(self, initiative):
        return self._figure(initiative, "high")

    def dehydrate_cost_each(self, initiative):
        return self._figure(initiative, "cost_each", 2)

    def _figure(self, initiative, name, digits=1):
        value = getattr(self.effects[initiative.pk], name, None)
        return "" if value is None else f"{value:.{digits}f}"


class CycleTaskResource(ActorResource):
    month = fields.Field(column_name="month", attribute="cycle__month", readonly=True)
    team = fields.Field(column_name="team", attribute="cycle__team__name", readonly=True)
    part = fields.Field(column_name="part", attribute="get_phase_display", readonly=True)
    owner = fields.Field(column_name="owner", readonly=True)
    initiative = fields.Field(column_name="initiative", attribute="initiative__name", readonly=True)

    class Meta:
        model = CycleTask
        fields = (
            "month",
            "team",
            "part",
            "title",
            "repeats",
            "owner",
            "due",
            "done_at",
            "done_by",
            "note",
            "initiative",
        )
        export_order = fields

    def dehydrate_owner(self, task):
        return name_of(task.owner)


class ReviewResource(ActorResource):
    escalation = fields.Field("escalation__public_id", "escalation", readonly=True)
    agent = fields.Field("agent__name", "agent", readonly=True)
    topic = fields.Field("escalation__topic__name", "topic", readonly=True)
    rubric = fields.Field("rubric_version", "rubric", readonly=True)
    reviewer = fields.Field(column_name="reviewer", readonly=True)
    band = fields.Field(column_name="band", readonly=True)
    answers = fields.Field(column_name="answers", readonly=True)
    root_causes = fields.Field(column_name="root_causes", readonly=True)

    class Meta:
        model = Review
        fields = (
            "public_id",
            "escalation",
            "topic",
            "agent",
            "reviewer",
            "kind",
            "state",
            "rubric",
            "total",
            "band",
            "auto_failed",
            "answers",
            "root_causes",
            "summary",
            "created_at",
            "submitted_at",
            "published_at",
        )
        export_order = fields

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.bands = list(ScoreBand.objects.all())

    def get_queryset(self):
        related = ("escalation__topic", "agent", "reviewer", "rubric_version__rubric")
        return super().get_queryset().select_related(*related).prefetch_related("answers", "root_causes")

    def dehydrate_reviewer(self, review):
        return review.reviewer.get_full_name() or review.reviewer.username

    def dehydrate_band(self, review):
        band = band_of(review.total, self.bands)
        return band.name if band else ""

    def dehydrate_answers(self, review):
        return "; ".join(str(answer) for answer in review.answers.all())

    def dehydrate_root_causes(self, review):
        return ", ".join(cause.name for cause in review.root_causes.all())


class RubricResource(VersionedResource):
    categories = PartsField("categories")
    criteria = PartsField("criteria")

    class Meta:
        model = Rubric
        import_id_fields = ("name",)
        fields = ("name", "active", "order", "tiers", "channels", "dispute_days", "categories", "criteria")
        export_order = fields
