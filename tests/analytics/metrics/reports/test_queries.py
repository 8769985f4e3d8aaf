"""However much there is to tell, a report asks as often."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.enums import Status
from agents.models import Presence
from analytics.enums import ReportKind
from analytics.models import ActionItem
from tests import factories
from tests.analytics.metrics.reports.guide import DAY
from tests.analytics.metrics.reports.rows import at, case, document, rated, store

pytestmark = pytest.mark.django_db
MOST = {ReportKind.DAILY: 5, ReportKind.WEEKLY: 6, ReportKind.EXECUTIVE: 6}


def work(number: int) -> None:
    """Of each kind so many rows, on each of the days around."""
    for n in range(number):
        agent = factories.make_agent()
        Presence.objects.create(agent=agent, at=at(DAY, 9), status=Status.AVAILABLE)
        factories.make_published_review(agent, now=at(DAY))
        for kind in ReportKind:
            first = {ReportKind.DAILY: DAY, ReportKind.WEEKLY: DAY - timedelta(days=2)}.get(
                kind, DAY.replace(month=7)
            )
            ActionItem.objects.create(kind=kind, first_day=first, text=f"Item {n}", owner=agent.user)
        for day in (DAY - timedelta(days=7), DAY):
            rows = store([case(at(day, 9, n * 10 + m), response=30, resolved_by=agent) for m in range(6)])
            rated(rows, [5, 4, 3])


def queries(kind: ReportKind) -> int:
    with CaptureQueriesContext(connection) as captured:
        document(kind, DAY)
    return len(captured)


@pytest.mark.parametrize("kind", ReportKind)
def test_more_rows_ask_no_more_queries(kind):
    work(1)
    before = queries(kind)

    work(2)

    assert queries(kind) == before
    assert before <= MOST[kind]
