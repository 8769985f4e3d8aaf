import pytest

from analytics.models import SavedView
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/analytics/views/"
VIEW = {"name": "Mine", "page": "analytics:explore", "query": "by=plan&window=90"}


@pytest.fixture
def analyst(client):
    user = factories.make_user(Role.ANALYST)
    client.force_login(user)
    client.user = user
    return client


def test_a_page_is_kept_and_opened_again(analyst):
    response = analyst.post(URL, VIEW)

    view = SavedView.objects.get(name="Mine")
    assert (view.owner, view.is_shared) == (analyst.user, False)
    assert response["Location"] == "/analytics/explore/?by=plan&window=90"
    assert analyst.get(f"{URL}{view.pk}/")["Location"] == "/analytics/explore/?by=plan&window=90"
    assert view in analyst.get("/analytics/explore/").context["saved_views"]


def test_the_same_name_replaces(analyst):
    analyst.post(URL, VIEW)
    analyst.post(URL, {**VIEW, "query": "by=team"})

    assert SavedView.objects.get(name="Mine").query == "by=team"


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"page": "admin:index"}, {"page": "analytics:nothing"}, {"page": "analytics:agent"}]
)
def test_what_can_not_be_saved_is_said(analyst, change):
    response = analyst.post(URL, {**VIEW, **change}, follow=True)

    assert not SavedView.objects.filter(owner=analyst.user).exists()
    assert any("Not saved" in str(message) for message in response.context["messages"])


def test_a_person_s_page_keeps_whose_it_is(analyst):
    sarah, tom = factories.make_agent("Sarah"), factories.make_agent("Tom")
    page, query = "analytics:agent", "window=90&tz=UTC"

    for name, person in (("Ninety days", sarah), ("Ninety days", tom), ("Quarter", tom)):
        analyst.post(URL, {"name": name, "page": page, "person": person.public_id, "query": query})

    view = SavedView.objects.get(person=sarah.public_id)
    there = f"/analytics/agents/{sarah.public_id}/?{query}"
    assert analyst.get(f"{URL}{view.pk}/")["Location"] == there
    response = analyst.get(there)
    assert list(response.context["saved_views"]) == [view]
    assert f'name="person" value="{sarah.public_id}"' in response.content.decode()
    assert analyst.post(f"{URL}{view.pk}/remove")["Location"] == f"/analytics/agents/{sarah.public_id}/"
    assert SavedView.objects.filter(person=tom.public_id).count() == 2


def test_a_person_who_is_not_seen_has_no_page_to_keep(client):
    hidden = factories.make_agent("Olga", teams=[factories.make_team("Elsewhere")])
    client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

    response = client.post(URL, {"name": "Hers", "page": "analytics:agent", "person": hidden.public_id})

    assert response.status_code == 404
    assert not SavedView.objects.filter(person=hidden.public_id).exists()


def test_others_find_it_only_when_it_is_shared(analyst, client):
    mine = SavedView.objects.create(**VIEW, owner=analyst.user)
    shared = SavedView.objects.create(**{**VIEW, "name": "Ours"}, owner=analyst.user, is_shared=True)
    client.force_login(factories.make_user(Role.ANALYST))

    assert client.get(f"{URL}{mine.pk}/").status_code == 404
    assert client.get(f"{URL}{shared.pk}/").status_code == 302
    assert client.post(f"{URL}{shared.pk}/remove").status_code == 404
    assert SavedView.objects.filter(pk=shared.pk).exists()


def test_the_owner_removes_it(analyst):
    view = SavedView.objects.create(**VIEW, owner=analyst.user)

    analyst.post(f"{URL}{view.pk}/remove")

    assert not SavedView.objects.filter(pk=view.pk).exists()


@pytest.mark.parametrize("name", ["Segments", "Seasons", "Geography", "Lifecycle"])
def test_installed_views_open(analyst, name):
    view = SavedView.objects.get(name__startswith=name)

    assert analyst.get(f"{URL}{view.pk}/", follow=True).status_code == 200
