"""The one scheduler of both sizes: it keeps nothing on disk and does without the broker when it must."""

import logging
from datetime import timedelta
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from django.conf import settings
from django.db import close_old_connections

from helpninja.common.jobs import enqueue

logger = logging.getLogger(__name__)


class SweepScheduler(Scheduler):
    """Every scheduled job is a sweep over rows: it may run at any time, twice, and in any process.

    So no past run is remembered, all are due when the scheduler starts, and while the broker takes no jobs
    they are done right here, one after another. Those that must not wait for a worker always are.
    """

    producer = None  # the base class would hold one connection and wait for the broker to have it

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=366)

    def apply_async(self, entry: ScheduleEntry, *args: Any, **kwargs: Any) -> None:
        task = self.app.tasks[entry.task]
        if entry.task in settings.DONE_BY_SCHEDULER or not enqueue(
            task.s(*entry.args, **entry.kwargs).set(**entry.options)
        ):
            task.apply(entry.args, entry.kwargs)
            close_old_connections()
