from celery import shared_task
from django.utils import timezone

from analytics.actions import comments, report_runs, scorecards


@shared_task(name="analytics.tasks.write_scorecards")
def write_scorecards() -> None:
    scorecards.write_scorecards(now=timezone.now())


@shared_task(name="analytics.tasks.read_comments")
def read_comments() -> None:
    """Those that no theme's newest phrases have looked at."""
    comments.read_comments(now=timezone.now())


@shared_task(name="analytics.tasks.read_comment")
def read_comment(escalation_id: int) -> None:
    comments.read_comment_of(escalation_id=escalation_id, now=timezone.now())


@shared_task(name="analytics.tasks.send_reports")
def send_reports() -> None:
    """What is due gets its run, and what waits is sent, or tried again."""
    report_runs.make_due(now=timezone.now())
    report_runs.send_due(clock=timezone.now)
