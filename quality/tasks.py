"""Background work of quality: what is lost or comes twice is made good by the next run."""

from celery import shared_task
from django.utils import timezone

from quality.actions import calibration, grouping, improvement, prescoring, review_cycles


@shared_task(name="quality.tasks.keep_cycles")
def keep_cycles() -> None:
    improvement.keep_cycles(now=timezone.now())


@shared_task(name="quality.tasks.group_questions")
def group_questions(run_id: int) -> None:
    grouping.run_grouping(run_id=run_id, clock=timezone.now)


@shared_task(name="quality.tasks.group_nightly")
def group_nightly() -> None:
    """Looks every hour whether the night's grouping is due."""
    run = grouping.due_grouping(now=timezone.now())
    if run is not None:
        grouping.run_grouping(run_id=run.pk, clock=timezone.now)


@shared_task(name="quality.tasks.keep_review_cycles")
def keep_review_cycles() -> None:
    review_cycles.keep_cycles(now=timezone.now())


@shared_task(name="quality.tasks.close_calibrations")
def close_calibrations() -> None:
    calibration.close_due(now=timezone.now())


@shared_task(name="quality.tasks.write_missing_hints")
def write_missing_hints() -> None:
    prescoring.write_missing_hints(now=timezone.now())
