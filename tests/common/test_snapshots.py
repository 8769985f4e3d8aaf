import pytest
from django.db import connection

from billing.models import Plan
from helpninja.common.snapshots import snapshot

# Not inside a transaction of the test's own, which would hide the snapshot's.
pytestmark = pytest.mark.django_db(transaction=True)


def is_open():
    return connection.connection.in_transaction if connection.vendor == "sqlite" else connection.in_atomic_block


def test_a_snapshot_within_another_belongs_to_it():
    with snapshot():
        with snapshot():
            inside = Plan.objects.count()
        assert is_open()
        assert Plan.objects.count() == inside

    assert not is_open()


def test_a_snapshot_that_failed_is_over():
    with pytest.raises(ZeroDivisionError), snapshot():
        1 / Plan.objects.filter(pk=None).count()

    assert not is_open()
