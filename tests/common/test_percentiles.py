import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.models import Escalation
from helpninja.common.percentiles import Percentile, interpolated
from tests.analytics.rows import answered

pytestmark = pytest.mark.django_db


def test_a_percentile_lies_between_its_neighbours_in_proportion():
    for seconds in (10, 20, 30, 100):
        answered(seconds=seconds)

    found = Escalation.objects.aggregate(
        median=Percentile("first_response_seconds", 0.5), high=Percentile("first_response_seconds", 0.9)
    )

    assert found["median"] == 25
    assert found["high"] == pytest.approx(79)


def test_a_percentile_heeds_its_filter_and_its_group():
    for seconds in (10, 20, 30):
        answered(seconds=seconds)
    within = Percentile("first_response_seconds", 0.5, filter=Q(first_response_seconds__lt=25))

    by_state = Escalation.objects.order_by().values("state").annotate(median=within)

    assert [row["median"] for row in by_state] == [15]


def test_no_rows_have_no_percentile():
    assert Escalation.objects.aggregate(it=Percentile("first_response_seconds", 0.5))["it"] is None


def test_a_share_outside_0_and_1_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        Percentile("first_response_seconds", 90)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30), st.floats(0, 1))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_numpys_default(values, at):
    import numpy

    assert interpolated(sorted(values), at) == pytest.approx(float(numpy.percentile(values, at * 100)))
