"""Groups all questions by meaning, each night or when somebody asks for it: one run at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from helpninja.common.actions import record
from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.errors import Conflict
from quality.actions.likeness import compare_articles
from quality.actions.questions import KEPT_FOR, gather
from quality.actions.settling import keep_grouping
from quality.decisions.clustering import link, vectors
from quality.decisions.gaps import Placed, settle
from quality.models import GapQuestion, GroupingRun, KnowledgeGap

# The newest are grouped; bounds time and memory (tests/benchmarks/gaps.py).
MOST_QUESTIONS = 20_000
LOST_AFTER = timedelta(minutes=15)
AGAIN_AFTER = timedelta(hours=20)


def start_grouping(*, by: Actor, now: datetime) -> GroupingRun:
    """The caller has ``run_grouping`` done by a job. Raises Conflict while another one runs."""
    GroupingRun.objects.filter(ended_at=None, started_at__lt=now - LOST_AFTER).update(
        ended_at=now, error="It was lost: its job has not ended in time."
    )
    read_up_to = GroupingRun.objects.aggregate(last=Max("read_up_to"))["last"] or 0
    try:
        with transaction.atomic():
            run = GroupingRun.objects.create(requested_by=by.label[:200], started_at=now, read_up_to=read_up_to)
    except IntegrityError as error:
        raise Conflict("The questions are being grouped just now.") from error
    if by != SYSTEM:
        record(by=by, action="gaps.grouping_requested", subject=run, now=now)
    return run


def due_grouping(*, now: datetime) -> GroupingRun | None:
    """Begins the nightly one; None where it isn't due, or one runs."""
    if GroupingRun.objects.filter(started_at__gt=now - AGAIN_AFTER, error="").exists():
        return None
    try:
        return start_grouping(by=SYSTEM, now=now)
    except Conflict:
        return None


def run_grouping(*, run_id: int, clock: Callable[[], datetime]) -> None:
    """Does the whole of it; nothing where the run has ended. What fails is noted and raised."""
    run = GroupingRun.objects.filter(pk=run_id, ended_at=None).first()
    if run is None:
        return
    try:
        read = gather(read_up_to=run.read_up_to, now=clock())
        questions, new = _group(now=clock())
        compare_articles(now=clock())
    except Exception as error:
        _end(run, clock(), error=f"{type(error).__name__}: {error}"[:500])
        raise
    _end(run, clock(), questions=questions, new_gaps=new, read_up_to=read)


def give_up(*, run: GroupingRun, now: datetime) -> None:
    """Of a run for which no job could be had."""
    _end(run, now, error="No worker could be reached.")


def _end(run: GroupingRun, now: datetime, **found: object) -> None:
    """Nothing where it was given up as lost meanwhile."""
    GroupingRun.objects.filter(pk=run.pk, ended_at=None).update(ended_at=now, **found)


def _group(*, now: datetime) -> tuple[int, int]:
    """How many questions, and how many new gaps."""
    recent = Q(at__gte=now - KEPT_FOR) | Q(pinned=True)
    newest = GapQuestion.objects.filter(recent).order_by("-pinned", "-at", "-id")[:MOST_QUESTIONS]
    questions = sorted(newest, key=lambda one: one.pk)
    kept = set(KnowledgeGap.objects.filter(kept=True).values_list("pk", flat=True))
    rows = vectors([_said(one) for one in questions])
    placed = [Placed(one.gap_id, one.pinned) for one in questions]
    return len(questions), keep_grouping(questions, rows, settle(link(rows), rows, placed, kept=kept), now=now)


def _said(question: GapQuestion) -> str:
    """What the agent noted says shortest what it is about."""
    return f"{question.note} {question.note} {question.text}" if question.note else question.text
