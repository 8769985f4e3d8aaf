"""What every request passes."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["escalations/a%00b", "conversations/a%00b/messages", "escalations/a%00b/claim"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_id_with_a_nul_is_one_that_does_not_exist(api, supervisor, path, method):
    answer = getattr(api(user=supervisor.user), method)(f"/api/v1/{path}")

    assert (answer.status_code, answer.json()["title"]) == (404, "Not found")


@pytest.mark.parametrize("path", ["/queue/a%00b/", "/admin/escalations/alert/a%00b/change/"])
def test_pages_answer_alike(client, supervisor, path):
    client.force_login(supervisor.user)

    assert client.get(path).status_code == 404
