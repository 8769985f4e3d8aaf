"""The shares of the rows, added up, are the numbers of the pages: for every metric that is such a sum."""

from fractions import Fraction

import pytest

from analytics.metrics.registry import METRICS, measure
from analytics.metrics.shares import OF_A_CONVERSATION, OF_AN_ESCALATION, Shares
from analytics.metrics.wording import value_text
from helpninja.common.values import Value
from tests.analytics import busy_day
from tests.analytics.rows import frame

pytestmark = pytest.mark.django_db
SUBJECTS = pytest.mark.parametrize(
    "subject", [OF_AN_ESCALATION, OF_A_CONVERSATION], ids=["escalation", "conversation"]
)
# What is no sum over rows: a percentile, a slope, a ratio of groups, a greatest one, what is about people's time.
OF_NO_ROW = {
    "first_response_time_median",
    "first_response_time_p90",
    "resolution_time_median",
    "resolution_time_p90",
    "peak_hours",
    "longest_wait",
    "occupancy",
    "utilization",
    "workload_equity",
    "csat_per_minute",
    "csat_per_touch",
    "early_churn_risk",
}


def added_up(shares: Shares) -> dict[str, list[Fraction]]:
    """The sums of each metric's columns, exact, over all rows and what belongs to none of them."""
    ids = shares.ids()
    rows = [*shares.between(ids[0], ids[-1]).values(), shares.of_none()]
    columns = [sum(Fraction(cell or 0) for cell in column) for column in zip(*filter(None, rows), strict=True)]
    found, at = {}, 0
    for share in shares.shares:
        found[share.metric.key] = columns[at : at + len(share.columns)]
        at += len(share.columns)
    return found


def value_of(sums: list[Fraction], is_quotient: bool) -> Value:
    """As the page would have it."""
    *numbers, missing = sums
    if is_quotient:
        return Value(float(numbers[0] / numbers[1]) if numbers[1] else None, 0, int(missing))
    return Value(float(numbers[0]), 0, int(missing))


@SUBJECTS
def test_the_rows_add_up_to_every_number_of_the_pages(subject):
    busy_day.fill()
    shares = Shares(subject, frame(now=busy_day.LONG_AFTER))

    found = added_up(shares)

    pages = measure((share.metric for share in shares.shares), frame(now=busy_day.LONG_AFTER))
    for share in shares.shares:
        page = pages[share.metric.key].now
        ours = value_of(found[share.metric.key], share.is_quotient)
        assert page.value is not None, share.metric.key
        assert value_text(ours, share.metric.unit) == value_text(page, share.metric.unit), share.metric.key
        assert ours.value == pytest.approx(page.value, rel=1e-12), share.metric.key
        assert ours.missing == page.missing, share.metric.key


def test_every_other_metric_is_shared_out_over_conversations():
    shared = [share.metric.key for share in Shares(OF_A_CONVERSATION, frame()).shares]

    assert shared == [key for key in METRICS if key not in OF_NO_ROW]
