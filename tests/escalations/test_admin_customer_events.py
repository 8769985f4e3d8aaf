import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.models import Customer, CustomerEvent
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
EVENTS = "/admin/billing/customerevent/"
HEAD = "source,external_id,customer,kind,at,amount,monthly_value_before,monthly_value_after,is_positive\n"
UPGRADED = "crm,e-1,c-1,upgraded,2026-03-01 12:00:00,,99,149,\n"


@pytest.fixture
def customer(db):
    customer = factories.make_customer(external_id="c-1")
    factories.make_escalation(conversation=factories.make_conversation(customer=customer))
    return customer


def upload(client, text):
    file = SimpleUploadedFile("events.csv", (HEAD + text).encode(), "text/csv")
    return client.post(f"{EVENTS}import/", {"import_file": file, "format": "0", "resource": "0"})


def test_what_is_exported_can_be_imported_again_and_changes_nothing(client, customer):
    client.force_login(factories.make_user(Role.ADMIN))
    upload(client, UPGRADED)

    exported = client.post(f"{EVENTS}export/", {"format": "0", "resource": "0"}).content.decode()
    file = SimpleUploadedFile("events.csv", exported.encode(), "text/csv")
    again = client.post(f"{EVENTS}import/", {"import_file": file, "format": "0", "resource": "0"})

    assert again.status_code == 302
    assert [row["monthly_value_after"] for row in csv.DictReader(io.StringIO(exported))] == ["149.00"]
    assert CustomerEvent.objects.count() == 1


def test_an_import_keeps_the_monthly_value_and_is_audited(client, customer, supervisor):
    client.force_login(supervisor.user)

    response = upload(client, UPGRADED)

    assert response.status_code == 302
    assert Customer.objects.get(pk=customer.pk).monthly_value == 149
    assert AuditEntry.objects.filter(action="customerevent.imported").count() == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("crm,e-1,c-1,downgraded,2026-03-01 12:00:00,,99,149,\n", "under the external id e-1"),
        ("crm,e-2,c-9,renewed,2026-03-01 12:00:00,,,,\n", "customer"),
        ("crm,,c-1,renewed,2026-03-01 12:00:00,,,,\n", "external_id"),
        ("crm,e-2,c-1,upgraded,2026-03-01 12:00:00,,,,\n", "say the monthly value after"),
        ("crm,e-2,c-1,left,2026-03-01 12:00:00,,,,\n", "left"),
    ],
)
def test_a_bad_row_stores_nothing_and_says_why(client, customer, row, problem):
    client.force_login(factories.make_user(Role.ADMIN))
    upload(client, UPGRADED)

    response = upload(client, "crm,e-7,c-1,renewed,2026-03-02 12:00:00,,,,\n" + row)

    assert problem in response.content.decode()
    assert CustomerEvent.objects.get().external_id == "e-1"


def test_leaders_see_and_import_for_customers_of_their_teams_alone(client, customer, outsider):
    factories.make_customer_event(customer)
    leader = factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team()])
    client.force_login(leader.user)

    assert list(client.get(EVENTS).context["cl"].result_list) == []
    assert "customer" in upload(client, UPGRADED).content.decode()
    assert CustomerEvent.objects.count() == 1
