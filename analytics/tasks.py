from celery import shared_task
from django.utils import timezone

from analytics.actions import scorecards


@shared_task(name="analytics.tasks.write_scorecards")
def write_scorecards() -> None:
    scorecards.write_scorecards(now=timezone.now())
