"""What customers asked and the knowledge base did not say."""

from functools import partial

from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, FloatField, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from escalations.models import Conversation, Escalation, HandlingInterval
from helpninja.common.actors import Actor
from helpninja.common.ids import public_id
from helpninja.common.roles import Role
from helpninja.common.validators import validate_string_list
from quality.enums import LIVE_GAPS, MISSING_CONTENT, GapStatus, Lane, QuestionSource

MAX_QUESTION, MAX_NAME = 500, 120
# After ``with_figures``: what costs most first; what has no known cost by its escalations.
RANKED = (F("cost").desc(nulls_last=True), F("escalations").desc(), F("questions").desc())


class KnowledgeGapQuerySet(models.QuerySet):
    def live(self):
        return self.filter(status__in=LIVE_GAPS)

    def visible_to(self, actor: Actor):
        """Those with a question that the actor may read, and those that people wrote down without any."""
        if actor.is_any(Role.ADMIN):
            return self
        if not actor.is_any(Role.SUPERVISOR, Role.QA_REVIEWER):
            return self.none()
        theirs = GapQuestion.objects.visible_to(actor).filter(gap=OuterRef("pk"))
        return self.filter(Exists(theirs) | ~Exists(GapQuestion.objects.filter(gap=OuterRef("pk"))))

    def with_figures(self, actor: Actor, since, until):
        """Of the escalations opened in ``[since, until)`` and the questions asked then, of what the actor sees.

        ``escalations``, ``missing`` (of them those for missing content), ``questions``, ``newest``, ``each`` (mean
        cost of an escalation's handling in US dollars, of those where it is known) and ``cost`` (escalations x
        each), which are None where no cost is known.
        """
        asked = GapQuestion.objects.visible_to(actor).filter(gap=OuterRef("pk"), at__gte=since, at__lt=until)
        seen = Escalation.objects.visible_to(actor).filter(opened_at__gte=since, opened_at__lt=until)
        opened = GapQuestion.objects.filter(gap=OuterRef("pk"), escalation__in=seen)
        handled = HandlingInterval.objects.filter(
            escalation__gap_question__gap=OuterRef("pk"),
            escalation__in=seen,
            seconds__isnull=False,
            hourly_cost__isnull=False,
        )
        spent = Sum(F("seconds") * Cast("hourly_cost", FloatField()) / 3600.0)
        return self.annotate(
            escalations=_one(opened, Count("pk")),
            missing=_one(opened.filter(source__in=MISSING_CONTENT), Count("pk")),
            questions=_one(asked, Count("pk")),
            newest=Subquery(_of_all(asked, Max("at"))),
            spent=Subquery(_of_all(handled, spent)),
            costed=_one(handled, Count("escalation", distinct=True)),
        ).annotate(
            each=ExpressionWrapper(F("spent") / NullIf(F("costed"), 0), FloatField()),
            cost=ExpressionWrapper(F("escalations") * F("spent") / NullIf(F("costed"), 0), FloatField()),
        )

    def ranked(self):
        return self.order_by(*RANKED, "name", "id")


def _of_all(rows, aggregate):
    return (
        rows.order_by().annotate(_all=models.Value(1)).values("_all").annotate(_found=aggregate).values("_found")
    )


def _one(rows, aggregate):
    return Coalesce(Subquery(_of_all(rows, aggregate)), 0)


class KnowledgeGap(models.Model):
    """Questions that ask the same. ``actions.gaps`` writes what people decide, ``actions.grouping`` the rest.

    ``kept``: people have decided something about it, so that the nightly grouping takes no question out of it and
    joins it to no other. ``terms`` are the words that make it stand out. ``answered_by`` is an article that says
    much the same, ``likeness`` how much (0 to 1).
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "gap"))
    name = models.CharField(max_length=MAX_NAME)
    named_by_person = models.BooleanField(default=False, editable=False)
    kept = models.BooleanField(default=False, editable=False)
    status = models.CharField(max_length=10, choices=GapStatus, default=GapStatus.OPEN)
    because = models.CharField(max_length=300, blank=True, help_text="Why it was dismissed.")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    topic = models.ForeignKey(
        "escalations.Topic", on_delete=models.SET_NULL, null=True, blank=True, related_name="gaps"
    )
    terms = models.JSONField(default=list, blank=True, validators=[validate_string_list])
    lane = models.CharField(max_length=10, choices=Lane, blank=True)
    owner = models.ForeignKey(
        "agents.Agent", on_delete=models.SET_NULL, null=True, blank=True, related_name="gaps"
    )
    due = models.DateField(null=True, blank=True)
    article = models.ForeignKey(
        "Article", on_delete=models.SET_NULL, null=True, blank=True, related_name="gaps",
        help_text="What is to close the gap.",
    )  # fmt: skip
    answered_by = models.ForeignKey(
        "Article", on_delete=models.SET_NULL, null=True, blank=True, related_name="answered_gaps"
    )
    likeness = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = KnowledgeGapQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=GapStatus.MERGED, merged_into__isnull=False)
                | (~Q(status=GapStatus.MERGED) & Q(merged_into=None)),
                name="quality_gap_merged",
                violation_error_message="A merged gap, and no other, says into which.",
            ),
            models.CheckConstraint(
                condition=(Q(status=GapStatus.PLANNED) & ~Q(lane=""))
                | (~Q(status=GapStatus.PLANNED) & Q(lane="")),
                name="quality_gap_lane",
                violation_error_message="A planned gap, and no other, has a place on the board.",
            ),
            models.CheckConstraint(
                condition=~Q(status=GapStatus.DISMISSED) | ~Q(because=""),
                name="quality_gap_because",
                violation_error_message="A dismissed gap says why.",
            ),
        ]
        indexes = [models.Index(fields=["status", "lane"], name="quality_gap_board")]

    def __str__(self):
        return self.name

    @property
    def stage(self) -> str:
        """How far it has come: a gap, or the status of its article."""
        return self.article.get_status_display() if self.article else "Gap"


class GapQuestionQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor):
        """As the conversation that it was asked in: what the AI did alone is the admins' to read.

        What was searched for outside any conversation is everybody's who works on articles.
        """
        if actor.is_any(Role.ADMIN):
            return self
        if not actor.is_any(Role.SUPERVISOR, Role.QA_REVIEWER):
            return self.none()
        asked_in = Conversation.objects.visible_to(actor).filter(pk=OuterRef("conversation"))
        return self.filter(Q(conversation=None) | Exists(asked_in))

    def typical_first(self):
        return self.order_by(F("fit").desc(nulls_last=True), "-at", "-id")


class GapQuestion(models.Model):
    """One question, and the gap that it belongs to; none while nobody else has asked the like.

    ``pinned``: a person put it there. ``fit``: how much it resembles the others of its gap, up to 1.
    """

    gap = models.ForeignKey(KnowledgeGap, on_delete=models.SET_NULL, null=True, blank=True, related_name="asked")
    pinned = models.BooleanField("put here by a person", default=False)
    fit = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=QuestionSource)
    conversation = models.ForeignKey(
        "escalations.Conversation", on_delete=models.CASCADE, null=True, blank=True, related_name="gap_questions"
    )
    search = models.OneToOneField(
        "ArticleSearch", on_delete=models.CASCADE, null=True, blank=True, related_name="gap_question"
    )
    escalation = models.OneToOneField(
        "escalations.Escalation", on_delete=models.CASCADE, null=True, blank=True, related_name="gap_question"
    )
    topic = models.ForeignKey(
        "escalations.Topic", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.CharField("question", max_length=MAX_QUESTION)
    note = models.CharField("missing content", max_length=300, blank=True)
    at = models.DateTimeField("asked at")

    objects = GapQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "question"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(escalation=None, search=None),
                name="quality_question_once",
                violation_error_message="This conversation's question is known.",
            ),
            models.CheckConstraint(
                condition=~Q(source__in=MISSING_CONTENT) | Q(escalation__isnull=False),
                name="quality_question_escalation",
                violation_error_message="Content was missing in an escalation.",
            ),
            models.CheckConstraint(
                condition=Q(source=QuestionSource.SEARCH, search__isnull=False)
                | (~Q(source=QuestionSource.SEARCH) & Q(search=None, conversation__isnull=False)),
                name="quality_question_asked_in",
                violation_error_message="A question was asked in a search or else in a conversation.",
            ),
            models.CheckConstraint(
                condition=Q(pinned=False) | Q(gap__isnull=False),
                name="quality_question_pinned",
                violation_error_message="A pinned question has its gap.",
            ),
        ]
        indexes = [
            models.Index(fields=["gap", "-at"], name="quality_question_gap"),
            models.Index(fields=["-at", "-id"], name="quality_question_at"),
        ]

    def __str__(self):
        return self.text


class GroupingRun(models.Model):
    """One grouping of all questions. Only one at a time: what has not ended after a while counts as lost."""

    requested_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    read_up_to = models.BigIntegerField(default=0, help_text="The last message that was looked at.")
    questions = models.PositiveIntegerField(null=True, blank=True)
    new_gaps = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at=None), name="quality_one_grouping",
                violation_error_message="The questions are being grouped just now.",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"Grouping of {self.started_at:%Y-%m-%d %H:%M}"
