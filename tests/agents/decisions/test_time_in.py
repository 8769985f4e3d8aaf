from datetime import UTC, datetime, timedelta

import pytest

from agents.decisions.presence_hours import time_in
from agents.enums import Status

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("ledger", "hours"),
    [
        ([], 0),
        ([(NOON - HOUR, Status.AVAILABLE)], 4),
        ([(NOON + HOUR, Status.AVAILABLE)], 3),
        ([(NOON - HOUR, Status.AVAILABLE), (NOON + HOUR, Status.AWAY)], 1),
        ([(NOON, Status.AVAILABLE), (NOON + HOUR, Status.AWAY), (NOON + 2 * HOUR, Status.AVAILABLE)], 3),
        ([(NOON - 2 * HOUR, Status.AVAILABLE), (NOON - HOUR, Status.OFFLINE)], 0),
        ([(NOON + 5 * HOUR, Status.AVAILABLE)], 0),
    ],
)
def test_only_what_lies_within_counts(ledger, hours):
    assert time_in((Status.AVAILABLE,), ledger, NOON, NOON + 4 * HOUR) == hours * HOUR
