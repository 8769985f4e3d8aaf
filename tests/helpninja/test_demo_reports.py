from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from analytics.enums import ReportKind, RunState
from analytics.models import ActionItem, ReportRun, ReportSchedule
from helpninja.demo.people import make_staff
from helpninja.demo.reports import send_reports

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sent():
    list(send_reports(make_staff(NOW), NOW))


def test_one_of_each_kind_was_sent_and_one_failed_in_sight():
    states = {(run.kind, run.state) for run in ReportRun.objects.all()}

    assert states == {(kind.value, RunState.SENT) for kind in ReportKind} | {(ReportKind.WEEKLY, RunState.FAILED)}
    assert ReportRun.objects.alarming().count() == 1
    assert mail.outbox == []


def test_they_tell_of_the_last_day_week_and_quarter():
    titles = ReportRun.objects.filter(state=RunState.SENT).order_by("kind").values_list("title", flat=True)

    assert list(titles) == [
        "Daily escalation operations report – November 23, 2026",
        "Executive escalation overview – Q3 2026",
        "Weekly escalation trend analysis – week of November 16 to November 22, 2026",
    ]


def test_the_next_ones_are_still_to_come():
    assert all(schedule.next_at > NOW for schedule in ReportSchedule.objects.all())
    assert ReportSchedule.objects.get(kind=ReportKind.DAILY).next_at == NOW + timedelta(hours=6)


def test_people_want_something_done():
    assert ActionItem.objects.filter(done_at=None).count() == 4
