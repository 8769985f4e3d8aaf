import pytest

from escalations.decisions.transitions import MOVES, check_move
from escalations.enums import OPEN_STATES, EventKind, State
from helpninja.common.errors import Conflict

# The lifecycle as a person would draw it; the table in the code must allow this and nothing else.
ALLOWED = {
    (EventKind.OFFERED, "waiting", "assigned"),
    (EventKind.DECLINED, "assigned", "waiting"),
    (EventKind.OFFER_EXPIRED, "assigned", "waiting"),
    (EventKind.CLAIMED, "waiting", "active"),
    (EventKind.CLAIMED, "assigned", "active"),
    (EventKind.PENDED, "active", "pending"),
    (EventKind.RESUMED, "pending", "active"),
    (EventKind.RELEASED, "assigned", "waiting"),
    (EventKind.RELEASED, "active", "waiting"),
    (EventKind.RELEASED, "pending", "waiting"),
    *((EventKind.TRANSFERRED, state, target) for state in OPEN_STATES for target in ("waiting", "assigned")),
    *((EventKind.TIER_CHANGED, state, "waiting") for state in OPEN_STATES),
    (EventKind.RESOLVED, "active", "resolved"),
    (EventKind.RESOLVED, "pending", "resolved"),
    (EventKind.REOPENED, "resolved", "active"),
    *((EventKind.CANCELLED, state, "cancelled") for state in OPEN_STATES),
}


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("source", State.values)
@pytest.mark.parametrize("target", State.values)
def test_table_allows_what_the_lifecycle_shows_and_nothing_else(kind, source, target):
    if (kind, source, target) in ALLOWED:
        check_move(kind, source, target)
    else:
        with pytest.raises(Conflict):
            check_move(kind, source, target)
