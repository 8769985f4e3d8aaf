import pytest

from analytics.models import SavedView
from escalations.enums import Reason
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import escalation

pytestmark = pytest.mark.django_db
URL = "/api/v1/views"
DAY = "window=custom&start=2026-03-10&end=2026-03-10&tz=UTC"


def make_view(query, **fields):
    fields = {"name": "Reasons", "page": "analytics:explore", "is_shared": True, **fields}
    return SavedView.objects.create(query=query, **fields)


def test_a_program_finds_what_is_shared(reader):
    make_view("", name="Mine", is_shared=False, owner=factories.make_user(Role.ANALYST))

    names = [view["name"] for view in reader.get(URL).json()["views"]]

    assert "Geography: regions" in names
    assert "Mine" not in names


def test_the_view_s_figures_are_those_of_its_page(reader):
    escalation(reason=Reason.CONTENT_GAP)
    view = make_view(f"metrics=escalations&by=reason&{DAY}")

    body = reader.get(f"{URL}/{view.pk}").json()

    assert body["address"] == f"/analytics/explore/?{view.query}"
    assert [
        (group["by"]["reason"]["code"], group["metrics"]["escalations"]["value"])
        for group in body["figures"]["groups"]
    ] == [("content_gap", 1.0)]
    assert body["figures"]["total"]["escalations"]["value"] == 1.0


def test_pages_that_are_more_than_a_table_have_none(reader):
    assert reader.get(f"{URL}/{make_view(DAY, page='analytics:overview').pk}").json()["figures"] is None


def test_a_view_that_asks_for_what_is_gone_says_so(reader):
    response = reader.get(f"{URL}/{make_view('metrics=profit&by=reason').pk}")

    assert response.status_code == 400
    assert response.json()["errors"]["query"][0].startswith("metrics: Select a valid choice. profit")


def test_others_views_do_not_exist(api, reader):
    mine = make_view("", is_shared=False, owner=factories.make_user(Role.ANALYST))

    assert reader.get(f"{URL}/{mine.pk}").status_code == 404
    assert api(user=mine.owner).get(f"{URL}/{mine.pk}").status_code == 200
