import pytest

from analytics.models import Benchmark, Target
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
TARGETS, BENCHMARKS = "/admin/analytics/target/", "/admin/analytics/benchmark/"


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


def test_targets_are_read_in_their_metric_s_words(analyst):
    page = analyst.get(TARGETS).content.decode()

    assert "Average response time" in page
    assert "&lt; 5 min" in page


def test_the_industry_s_values_name_their_source(analyst):
    page = analyst.get(BENCHMARKS).content.decode()

    assert [text for text in ("24.0%", "8.2 min", "3.8/5", "82.0%", "Industry average") if text not in page] == []


def test_an_analyst_sets_a_target(analyst):
    analyst.post(f"{TARGETS}add/", {"metric": "escalation_rate", "value": "0.2"})

    assert Target.objects.get(metric="escalation_rate").value == 0.2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"metric": "nonsense", "value": "1"}, "metric"),
        ({"metric": "escalation_rate", "value": "85"}, "value"),
        ({"metric": "escalations", "value": "-1"}, "value"),
        ({"metric": "csat", "value": "4"}, "metric"),
    ],
)
def test_what_is_no_target_is_refused_by_its_field(analyst, given, field):
    response = analyst.post(f"{TARGETS}add/", given)

    assert list(response.context["adminform"].form.errors) == [field]


def test_a_benchmark_needs_its_source(analyst):
    count = Benchmark.objects.count()

    response = analyst.post(f"{BENCHMARKS}add/", {"metric": "quality_score", "value": "80", "source": ""})

    assert list(response.context["adminform"].form.errors) == ["source"]
    assert Benchmark.objects.count() == count
