import warnings
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from helpninja.common.admin import moments_between
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def listed(client):
    """The hours before now of the audit entries that the list shows."""
    for hours in (1, 3, 5):
        AuditEntry.objects.create(actor="Ada", action="x", object_type="y", at=NOW - timedelta(hours=hours))
    client.force_login(factories.make_user(Role.ADMIN))

    def listed(asked):
        found = client.get(f"/admin/common/auditentry/?{urlencode(asked)}").context["cl"].queryset
        return [(NOW - one.at) / timedelta(hours=1) for one in found if one.action == "x"]

    return listed


def test_an_address_made_for_the_filter_opens_what_lies_between(listed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert listed(moments_between("at", NOW - timedelta(hours=4), NOW - timedelta(hours=2))) == [3]


def test_an_end_that_is_left_out_or_is_no_time_asks_for_nothing(listed):
    assert listed({"at_from_0": "2026-11-20", "at_from_1": "10:00:00"}) == [1]
    assert listed({"at_from_0": "yesterday", "at_from_1": "10:00:00"}) == [1, 3, 5]
