from celery import shared_task
from django.utils import timezone

from analytics.actions import comments, exports, reconciliation, report_runs, rollups, scorecards
from helpninja.common.jobs import begin


@shared_task(name="analytics.tasks.write_scorecards")
def write_scorecards() -> None:
    """The figures by which routing tells people apart."""
    scorecards.write_scorecards(now=timezone.now())


@shared_task(name="analytics.tasks.read_comments")
def read_comments() -> None:
    """Those that no theme's newest phrases have looked at."""
    comments.read_comments(now=timezone.now())


@shared_task(name="analytics.tasks.read_comment")
def read_comment(escalation_id: int) -> None:
    """Of one escalation, as soon as it came."""
    comments.read_comment_of(escalation_id=escalation_id, now=timezone.now())


@shared_task(name="analytics.tasks.send_reports")
def send_reports() -> None:
    """What is due gets its run, and what waits is sent, or tried again."""
    report_runs.make_due(now=timezone.now())
    report_runs.send_due(clock=timezone.now)


@shared_task(name="analytics.tasks.run_export")
def run_export(export_id: int) -> None:
    """In the background, since many rows take minutes."""
    exports.run_export(export_id=export_id, clock=timezone.now)


@shared_task(name="analytics.tasks.sweep_exports")
def sweep_exports() -> None:
    """Removes those that are past their time, and takes up those whose job was lost."""
    exports.remove_old(now=timezone.now())
    for export_id in exports.lost_exports(now=timezone.now()):
        begin(run_export, export_id)


@shared_task(name="analytics.tasks.fold_rollups")
def fold_rollups() -> None:
    """Builds them first where they are missing or count something else than the code does now."""
    while not rollups.are_built() and rollups.build(now=timezone.now()):
        pass
    while rollups.are_behind() and rollups.fold(now=timezone.now()):
        pass


@shared_task(name="analytics.tasks.reconcile_rollups")
def reconcile_rollups() -> None:
    """Compares rollups with the rows, and repairs what differs."""
    reconciliation.reconcile_nightly(now=timezone.now())
