from datetime import UTC, datetime

import pytest
import time_machine

from helpninja.common.roles import Role
from tests import factories


@pytest.fixture
def now():
    """Noon in New York, and it stays noon."""
    noon = datetime(2026, 3, 10, 16, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        yield noon


@pytest.fixture
def analyst(client, now):
    client.force_login(factories.make_user(Role.ANALYST))
    return client
