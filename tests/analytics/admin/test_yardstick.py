import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from analytics.models import Benchmark, Target
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
TARGETS, BENCHMARKS = "/admin/analytics/target/", "/admin/analytics/benchmark/"


def test_targets_are_read_in_their_metric_s_words(analyst):
    page = analyst.get(TARGETS).content.decode()

    assert "Average response time" in page
    assert "&lt; 5 min" in page


def test_the_industry_s_values_name_their_source(analyst):
    page = analyst.get(BENCHMARKS).content.decode()

    assert [text for text in ("24.0%", "8.2 min", "3.8/5", "82.0%", "Industry average") if text not in page] == []


def test_an_analyst_sets_a_target(analyst):
    analyst.post(f"{TARGETS}add/", {"metric": "escalation_rate", "value": "0.2", "valid_from": "2026-12-01"})

    target = Target.objects.get(metric="escalation_rate")
    assert (target.value, target.version, target.history.count()) == (0.2, 1, 1)
    assert AuditEntry.objects.get(action="target.published").object_label == "escalation_rate: 0.2"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"metric": "nonsense", "value": "1"}, "metric"),
        ({"metric": "escalation_rate", "value": "85"}, "value"),
        ({"metric": "escalations", "value": "-1"}, "value"),
        ({"metric": "csat", "value": "4", "up_to": "5"}, "up_to"),
        ({"metric": "csat", "value": "4", "valid_from": "2000-01-01"}, "__all__"),
    ],
)
def test_what_is_no_target_is_refused_by_its_field(analyst, given, field):
    response = analyst.post(f"{TARGETS}add/", {"valid_from": "2026-12-01", **given})

    assert list(response.context["adminform"].form.errors) == [field]


class TestExchange:
    HEAD = "metric,per_person,team,topic,valid_from,value,up_to,excellent"

    @pytest.fixture
    def leader(self, client):
        client.force_login(factories.make_user(Role.ADMIN))
        return client

    def upload(self, client, *lines):
        file = SimpleUploadedFile("targets.csv", "\n".join((self.HEAD, *lines)).encode(), content_type="text/csv")
        return client.post(f"{TARGETS}import/", {"import_file": file, "format": "0", "resource": ""})

    def test_what_is_exported_is_what_is_imported(self, leader):
        text = leader.post(f"{TARGETS}export/", {"format": "0", "resource": ""}).content.decode()

        assert text.splitlines()[0] == self.HEAD
        assert "csat,0,support,,2000-01-01,4.4,," in text.splitlines()
        self.upload(leader, *text.splitlines()[1:])
        assert set(Target.objects.values_list("version", flat=True)) == {1}

    def test_an_import_changes_a_target(self, leader):
        self.upload(leader, "csat,0,support,,2000-01-01,4.5,,")

        target = Target.objects.get(team__slug="support")
        assert (target.value, target.version) == (4.5, 2)

    def test_an_import_of_an_unknown_metric_names_it_and_changes_nothing(self, leader):
        count = Target.objects.count()

        answer = self.upload(leader, "csat,0,,,2026-12-01,4.1,,", "happiness,0,,,2026-12-01,1,,")

        assert "“happiness” is no metric with a target" in answer.content.decode()
        assert Target.objects.count() == count


def test_a_benchmark_needs_its_source(analyst):
    count = Benchmark.objects.count()

    response = analyst.post(f"{BENCHMARKS}add/", {"metric": "quality_score", "value": "80", "source": ""})

    assert list(response.context["adminform"].form.errors) == ["source"]
    assert Benchmark.objects.count() == count
