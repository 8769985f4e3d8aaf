import pytest

from helpninja.common.roles import Role, Scope
from tests import factories


@pytest.fixture
def analyst(client):
    client.force_login(factories.make_user(Role.ANALYST))
    return client


@pytest.fixture
def reader(api):
    """A program that may ask for figures."""
    return api(factories.make_key(Scope.ANALYTICS_READ))
