from datetime import UTC, datetime, timedelta

import pytest

from agents.decisions.availability import Availability
from agents.decisions.departures import departure_cause
from agents.enums import DepartureCause, Status

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
ON_SHIFT = Availability(True, "on shift")
OFF_SHIFT = Availability(False, "off shift")


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({}, None),
        ({"heartbeat": 59}, None),
        ({"heartbeat": 60}, DepartureCause.CONNECTION_LOST),
        ({"heartbeat": 60, "status": Status.ON_BREAK}, DepartureCause.CONNECTION_LOST),
        ({"heartbeat": None}, None),  # works by the API alone
        ({"status": Status.ON_BREAK}, None),
        ({"status": Status.AWAY}, None),
        ({"status": Status.OFFLINE}, DepartureCause.OFFLINE),
        ({"plan": OFF_SHIFT}, DepartureCause.OFF_SHIFT),
        ({"plan": Availability(False, "on call", on_call=True)}, None),
        ({"plan": Availability(True, "on leave", on_leave=True)}, DepartureCause.OFF_SHIFT),
        ({"plan": Availability(True, "on break", on_break_until=NOW)}, None),
        ({"is_active": False, "heartbeat": 60}, DepartureCause.DEACTIVATED),
    ],
)
def test_who_is_gone(facts, cause):
    facts = {"is_active": True, "status": Status.AVAILABLE, "heartbeat": 0, "plan": ON_SHIFT, **facts}
    if facts["heartbeat"] is not None:
        facts["heartbeat"] = NOW - timedelta(seconds=facts["heartbeat"])

    assert departure_cause(**facts, now=NOW) == cause
