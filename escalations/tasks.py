"""Background work: each task wraps one action and may run twice, or late, without harm."""

import math
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from agents.actions import departures
from escalations.actions import backtests, deadlines, delivery, dispatch, left_work, lifecycle
from helpninja.common.jobs import begin, enqueue

# Moments nearer to one another than this are looked at together, right after the last of them.
LOOKS_APART = 0.05
# So long after a job's time it need not be done any more: the next scheduled look comes before.
EXPIRES_AFTER = 2 * deadlines.LOOKS_EVERY.total_seconds()


@shared_task(name="escalations.tasks.deliver_webhooks")
def deliver_webhooks() -> None:
    while delivery.fan_out(now=timezone.now()):
        pass
    delivery.deliver_due()


@shared_task(name="escalations.tasks.release_left_work")
def release_left_work() -> None:
    departures.note_departures(now=timezone.now())
    left_work.release_left_work(now=timezone.now())


@shared_task(name="escalations.tasks.run_backtest")
def run_backtest(backtest_id: int) -> None:
    backtests.run_backtest(backtest_id=backtest_id, clock=timezone.now)


@shared_task(name="escalations.tasks.sweep_backtests")
def sweep_backtests() -> None:
    for backtest_id in backtests.lost_backtests(now=timezone.now()):
        begin(run_backtest, backtest_id)


@shared_task(name="escalations.tasks.raise_waiting")
def raise_waiting() -> None:
    lifecycle.raise_waiting(now=timezone.now())


@shared_task(name="escalations.tasks.watch_deadlines")
def watch_deadlines() -> None:
    """Finds what nobody looked at, and asks for a look at each moment that comes before the next time."""
    now = timezone.now()
    deadlines.settle_due(now=now)
    coming = deadlines.coming_moments(now=now, until=now + deadlines.LOOKS_EVERY + timedelta(seconds=1))
    for step in sorted({math.floor((at - now).total_seconds() / LOOKS_APART) for at in coming}):
        look_after((step + 1) * LOOKS_APART)


@shared_task(name="escalations.tasks.look_at_deadlines")
def look_at_deadlines() -> None:
    deadlines.settle_due(now=timezone.now())


def look_at(moment: datetime) -> None:
    """Just after it, since a deadline is missed only then."""
    look_after(max(0.0, (moment - timezone.now()).total_seconds()) + LOOKS_APART / 2)


def look_after(seconds: float) -> None:
    enqueue(look_at_deadlines.s().set(countdown=seconds, expires=seconds + EXPIRES_AFTER))


@shared_task(name="escalations.tasks.dispatch_waiting")
def dispatch_waiting() -> None:
    while dispatch.dispatch_due(now=timezone.now()):
        pass


@shared_task(name="escalations.tasks.offer_backlog")
def offer_backlog(agent_id: int) -> None:
    """The agent came online or has a place free."""
    dispatch.recall_backlog(agent_id=agent_id, now=timezone.now())
    dispatch_waiting()
