"""Background work: each task wraps one action and may run twice, or late, without harm."""

from celery import shared_task
from django.utils import timezone

from escalations.actions import delivery


@shared_task(name="escalations.tasks.deliver_webhooks")
def deliver_webhooks() -> None:
    while delivery.fan_out(now=timezone.now()):
        pass
    delivery.deliver_due()
