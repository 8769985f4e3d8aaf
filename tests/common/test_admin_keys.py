import pytest

from helpninja.common.api.authentication import find_key
from helpninja.common.models import ApiKey, AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {"name": "Chat platform", "scopes": ["ingest", "escalations:read"], "source": "chat"}


@pytest.fixture
def admin_client(client):
    client.force_login(factories.make_user(Role.ADMIN, username="ada"))
    return client


def test_a_new_key_is_shown_once_and_works(admin_client):
    response = admin_client.post("/admin/common/apikey/add/", FORM)

    key = ApiKey.objects.get()
    text = response.context["secret"]
    assert find_key(text) == key
    assert "no-store" in response.headers["Cache-Control"]
    for page in ("", f"{key.pk}/change/", f"{key.pk}/history/"):
        assert text.split("_", 2)[2] not in admin_client.get(f"/admin/common/apikey/{page}").content.decode()


def test_the_audit_names_the_key_and_not_its_text(admin_client):
    response = admin_client.post("/admin/common/apikey/add/", FORM)

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("ada", "key.issued")
    assert entry.details == {"scopes": ["ingest", "escalations:read"], "source": "chat"}
    assert response.context["secret"].split("_", 2)[2] not in str(entry.__dict__)


def test_a_key_that_posts_needs_a_source(admin_client):
    response = admin_client.post("/admin/common/apikey/add/", {**FORM, "source": ""})

    assert response.context["adminform"].form.errors == {
        "source": ["A key that posts conversations needs a source."]
    }
    assert not ApiKey.objects.exists()


def test_a_name_in_use_is_refused_and_a_revoked_keys_name_is_free(admin_client):
    admin_client.post("/admin/common/apikey/add/", FORM)
    key = ApiKey.objects.get()

    again = admin_client.post("/admin/common/apikey/add/", FORM)
    assert again.context["adminform"].form.errors == {"name": ["A key of this name is in use."]}

    admin_client.post(f"/admin/common/apikey/{key.pk}/revoke/", {"_form_submitted": "on"})
    admin_client.post("/admin/common/apikey/add/", FORM)
    assert ApiKey.objects.usable().get().pk != key.pk


def test_revoking_asks_first_and_stops_the_key_at_once(admin_client):
    text = admin_client.post("/admin/common/apikey/add/", FORM).context["secret"]
    address = f"/admin/common/apikey/{ApiKey.objects.get().pk}/revoke/"

    assert "Revoke this key?" in admin_client.get(address).content.decode()
    assert find_key(text) is not None
    admin_client.post(address, {"_form_submitted": "on"})

    assert find_key(text) is None
    assert AuditEntry.objects.filter(action="key.revoked").count() == 1
    assert admin_client.post(address, {"_form_submitted": "on"}).status_code == 403
