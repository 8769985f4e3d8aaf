import pytest

from analytics.metrics.registry import METRICS
from analytics.metrics.targets import aim_of, aims
from analytics.models import Target
from helpninja.common.values import Value


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("first_response_time", 300, "< 5 min"),
        ("resolution_rate", 0.85, "> 85%"),
        ("resolution_rate", 0.855, "> 85.5%"),
        ("csat", 4, "> 4.0/5"),
        ("sla_breaches", 0, "0"),
        ("sla_breaches", 3, "at most 3"),
        ("conversations", 100, "100"),
    ],
)
def test_a_target_as_people_read_it(key, value, text):
    assert aim_of(METRICS[key], value).text == text


@pytest.mark.parametrize(
    ("key", "target", "value", "met"),
    [
        ("first_response_time", 300, 299, True),
        ("first_response_time", 300, 300, False),
        ("csat", 4, 4.1, True),
        ("csat", 4, 4.0, False),
        ("sla_breaches", 0, 0, True),
        ("sla_breaches", 0, 1, False),
        ("csat", 4, None, None),
        ("conversations", 100, 200, None),
    ],
)
def test_a_count_may_equal_its_target_and_all_else_must_be_better(key, target, value, met):
    assert aim_of(METRICS[key], target).met(Value(value, 10)) is met


@pytest.mark.django_db
def test_the_installed_targets_and_none_of_unknown_metrics():
    Target.objects.create(metric="forgotten", value=1)

    assert {key: aim.text for key, aim in aims().items()} == {
        "first_response_time": "< 5 min",
        "resolution_rate": "> 85%",
        "csat": "> 4.0/5",
        "sla_breaches": "0",
        "quality_score": "> 85.0",
    }
