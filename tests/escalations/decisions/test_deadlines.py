from datetime import UTC, datetime, timedelta

import pytest

from escalations.decisions.deadlines import first_response_due, is_met, whole_seconds
from escalations.enums import Priority

OPENED = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("priority", "minutes"),
    [(Priority.CRITICAL, 1), (Priority.HIGH, 3), (Priority.MEDIUM, 5), (Priority.LOW, 10)],
)
def test_first_response_target_by_priority(priority, minutes):
    assert first_response_due(OPENED, priority) == OPENED + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("answered", "now", "met"),
    [
        (300, 900, True),  # exactly at the deadline is met
        (301, 900, False),
        (None, 300, None),
        (None, 301, False),
    ],
)
def test_verdict_comes_from_the_timestamps(answered, now, met):
    due = OPENED + timedelta(seconds=300)
    answered_at = OPENED + timedelta(seconds=answered) if answered is not None else None

    assert is_met(due, answered_at, OPENED + timedelta(seconds=now)) is met


def test_seconds_are_whole_and_never_negative():
    assert whole_seconds(OPENED, OPENED + timedelta(seconds=9, milliseconds=999)) == 9
    assert whole_seconds(OPENED, OPENED - timedelta(seconds=5)) == 0
