"""Background work: each task wraps one action and may run twice, or late, without harm."""

from threading import Thread

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from escalations.actions import backtests, delivery, lifecycle
from helpninja.common.jobs import enqueue


@shared_task(name="escalations.tasks.deliver_webhooks")
def deliver_webhooks() -> None:
    while delivery.fan_out(now=timezone.now()):
        pass
    delivery.deliver_due()


@shared_task(name="escalations.tasks.run_backtest")
def run_backtest(backtest_id: int) -> None:
    backtests.run_backtest(backtest_id=backtest_id, clock=timezone.now)


@shared_task(name="escalations.tasks.sweep_backtests")
def sweep_backtests() -> None:
    """While the broker is away the scheduler does the sweeps itself, and must not be held up by a long one."""
    for backtest_id in backtests.lost_backtests(now=timezone.now()):
        if not enqueue(run_backtest, backtest_id):
            Thread(target=_run_apart, args=(backtest_id,), daemon=True).start()


def _run_apart(backtest_id: int) -> None:
    try:
        run_backtest(backtest_id)
    finally:
        close_old_connections()


@shared_task(name="escalations.tasks.raise_waiting")
def raise_waiting() -> None:
    lifecycle.raise_waiting(now=timezone.now())
