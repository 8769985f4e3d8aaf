from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from helpninja.common.models import Heartbeat, IdempotencyRecord

IDEMPOTENCY_RECORDS_KEPT = timedelta(days=1)


@shared_task
def delete_old_idempotency_records() -> None:
    """A request repeated later than that is made again."""
    IdempotencyRecord.objects.filter(created_at__lt=timezone.now() - IDEMPOTENCY_RECORDS_KEPT).delete()


@shared_task
def beat() -> None:
    """Proves to ``/readyz`` that scheduled jobs are sent and done."""
    Heartbeat.objects.update_or_create(name=Heartbeat.JOBS, defaults={"at": timezone.now()})
