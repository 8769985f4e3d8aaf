import pytest
from django.contrib.auth.models import Group, User

from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client):
    client.force_login(factories.make_user(Role.ADMIN, username="ada"))
    return client


def test_a_new_user_may_sign_in_with_the_roles_given(admin_client):
    group = Group.objects.get(name=Role.SUPERVISOR)

    response = admin_client.post(
        "/admin/auth/user/add/",
        {
            "username": "morgan",
            "usable_password": "true",
            "password1": "correct horse battery",
            "password2": "correct horse battery",
            "groups": [group.pk],
        },
    )

    assert response.status_code == 302
    user = User.objects.get(username="morgan")
    assert (user.is_staff, [one.name for one in user.groups.all()]) == (True, ["Supervisor"])
    assert AuditEntry.objects.get(action="user.added").object_label == "morgan"


def test_the_form_offers_no_way_to_make_a_superuser(admin_client):
    user = factories.make_user(username="sarah")

    admin_client.post(
        f"/admin/auth/user/{user.pk}/change/",
        {"username": "sarah", "is_active": "on", "is_superuser": "on", "user_permissions": ["1"]},
    )

    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_a_change_of_roles_is_audited(admin_client):
    user = factories.make_user(username="sarah")
    group = Group.objects.get(name=Role.ANALYST)

    admin_client.post(
        f"/admin/auth/user/{user.pk}/change/", {"username": "sarah", "is_active": "on", "groups": [group.pk]}
    )

    entry = AuditEntry.objects.get(action="user.changed")
    assert entry.actor == "ada"
    assert entry.details["roles"] == ["Analyst"]
