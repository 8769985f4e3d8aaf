from datetime import timedelta

import numpy as np
import pytest

from analytics.actions import rollups
from analytics.actions.reconciliation import reconcile, reconcile_nightly
from analytics.metrics.rollups.packing import squeezed, unpack, unsqueezed
from analytics.metrics.rollups.shape import blocks, size
from analytics.models import Reconciliation, Rollup, Tier
from escalations.models import Conversation
from tests.analytics.metrics.rollups.comparing import built, folded
from tests.analytics.rows import NOON, conversation

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
DAY = timedelta(days=1)
CONVERSATIONS = "conversations"


@pytest.fixture
def kept():
    for _ in range(3):
        conversation(NOON)
    built(NOON)


def hours_of(row):
    """By place and hour of the day."""
    hours = np.zeros((size(), 24))
    unpack(unsqueezed(row.hours), hours)
    return hours


def spoil(by, *, dimension="total"):
    """The count of the conversations of noon is off by so many."""
    row = Rollup.objects.get(tier=Tier.DAY, start=TODAY, dimension=dimension, value="")
    hours = hours_of(row)
    hours[blocks()[CONVERSATIONS].first, NOON.hour] += by
    row.hours = squeezed(hours)
    row.save()


def total():
    row = Rollup.objects.get(tier=Tier.DAY, start=TODAY, dimension="total")
    return hours_of(row)[blocks()[CONVERSATIONS].first, NOON.hour]


def test_right_rollups_have_no_differences(kept):
    found = reconcile(first=TODAY, last=TODAY, now=NOON)

    assert found.differences == []
    assert found.compared > 0


def test_a_difference_is_named_logged_and_repaired(kept, caplog):
    spoil(2)

    found = reconcile(first=TODAY, last=TODAY, now=NOON)

    (difference,) = found.differences
    assert difference == {
        "day": f"{TODAY}",
        "hour": NOON.hour,
        "dimension": "total",
        "value": "",
        "source": CONVERSATIONS,
        "sum": "Count(F(pk))",
        "kept": 5.0,
        "right": 3.0,
    }
    assert "differ from the rows in 1 sums" in caplog.text
    assert total() == 3
    assert reconcile(first=TODAY, last=TODAY, now=NOON).differences == []


def test_what_is_missing_is_a_difference_too(kept):
    Rollup.objects.filter(tier=Tier.DAY, start=TODAY, dimension="total").delete()

    found = reconcile(first=TODAY, last=TODAY, now=NOON)

    assert [(one["kept"], one["right"]) for one in found.differences if one["source"] == CONVERSATIONS] == [(0, 3)]
    assert total() == 3


def test_marked_hours_are_left_to_the_fold(kept):
    conversation(NOON)

    assert reconcile(first=TODAY, last=TODAY, now=NOON).differences == []
    folded(NOON)
    assert total() == 4


def test_other_days_are_left_alone(kept):
    spoil(2)

    assert reconcile(first=TODAY - DAY, last=TODAY - DAY, now=NOON).differences == []
    assert total() == 5


def test_every_night_compares_the_last_days_and_once(kept):
    spoil(2)

    reconcile_nightly(now=NOON)
    reconcile_nightly(now=NOON + timedelta(hours=1))

    assert total() == 3
    assert Reconciliation.objects.filter(last=TODAY).count() == 1


def test_in_a_month_of_nights_every_day_has_its_turn():
    first = NOON - timedelta(days=100)
    Conversation.objects.filter(pk=conversation(first).pk).update(started_at=first)
    built(NOON)

    for night in range(31):
        reconcile_nightly(now=NOON + night * DAY)

    compared = {
        one.first + number * DAY
        for one in Reconciliation.objects.all()
        for number in range((one.last - one.first).days + 1)
    }
    assert compared >= {first.date() + number * DAY for number in range(101)}


def test_rollups_that_are_not_built_are_not_compared():
    assert not rollups.are_built()

    reconcile_nightly(now=NOON)

    assert not Reconciliation.objects.exists()
