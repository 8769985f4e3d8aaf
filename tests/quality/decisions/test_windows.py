from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from quality.decisions.windows import following
from quality.enums import Recurrence

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("recurrence", "end", "expected"),
    [
        (Recurrence.WEEKLY, (2026, 1, 5), (2026, 1, 12)),
        (Recurrence.WEEKLY, (2026, 3, 2), (2026, 3, 9)),  # summer time begins in between
        (Recurrence.MONTHLY, (2026, 12, 1), (2027, 1, 1)),
        (Recurrence.MONTHLY, (2026, 1, 31), (2026, 2, 28)),
    ],
)
def test_next_one_ends_at_the_same_time_of_the_clock(recurrence, end, expected):
    found = following(datetime(*end, tzinfo=NEW_YORK).astimezone(UTC), recurrence, NEW_YORK)

    assert found == datetime(*expected, tzinfo=NEW_YORK)
    assert found.tzinfo is UTC


def test_what_does_not_recur_has_no_next():
    with pytest.raises(ValueError, match="once has no next"):
        following(datetime(2026, 1, 5, tzinfo=UTC), Recurrence.ONCE, NEW_YORK)
