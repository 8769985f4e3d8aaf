"""Background work of quality: what is lost or comes twice is made good by the next run."""

from celery import shared_task
from django.utils import timezone

from quality.actions import improvement


@shared_task(name="quality.tasks.keep_cycles")
def keep_cycles() -> None:
    improvement.keep_cycles(now=timezone.now())
