"""Customers' contact details, on every way to them: list, form, search, filter, export, import."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from billing.models import Customer
from escalations.enums import State
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
CUSTOMERS = "/admin/billing/customer/"
EMAIL = "sarah.johnson@example.com"
MASKED = "s•••@example.com"


@pytest.fixture
def sarah(db):
    """A customer of Support."""
    customer = factories.make_customer("Sarah Johnson", external_id="c-1", email=EMAIL, phone="+1 555 0142")
    factories.make_escalation(conversation=factories.make_conversation(customer=customer))
    return customer


def seen(client, user, address):
    client.force_login(user)
    return client.get(address).content.decode()


def upload(client, text):
    file = SimpleUploadedFile("customers.csv", text.encode(), "text/csv")
    return client.post(f"{CUSTOMERS}import/", {"import_file": file, "format": "0", "resource": "0"})


def exported(response):
    return list(csv.DictReader(io.StringIO(response.content.decode())))


class TestWhoReadsContacts:
    @pytest.mark.parametrize("role", [Role.SENIOR_AGENT, Role.SUPERVISOR, Role.ADMIN])
    def test_leaders_of_the_team_read_them(self, client, sarah, role):
        user = factories.make_agent(role=role).user

        assert EMAIL in seen(client, user, CUSTOMERS)
        assert EMAIL in seen(client, user, f"{CUSTOMERS}{sarah.pk}/change/")

    def test_an_agent_reads_those_of_the_own_work_only(self, client, agent, sarah):
        assert MASKED in seen(client, agent.user, CUSTOMERS)

        escalation = sarah.escalations.get()
        escalation.state, escalation.assignee = State.ACTIVE, agent
        escalation.save()

        assert EMAIL in seen(client, agent.user, CUSTOMERS)

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.QA_REVIEWER])
    def test_readers_of_figures_and_reviewers_read_them_masked(self, client, role):
        customer = factories.make_customer(email=EMAIL, phone="+1 555 0142")
        factories.make_escalation(
            state=State.RESOLVED, conversation=factories.make_conversation(customer=customer)
        )
        user = factories.make_user(role)

        for address in (CUSTOMERS, f"{CUSTOMERS}{customer.pk}/change/"):
            page = seen(client, user, address)
            assert MASKED in page
            assert EMAIL not in page
            assert "555 0142" not in page

    def test_an_escalations_page_masks_them_for_a_colleague(self, client, agent, sarah):
        address = f"/admin/escalations/escalation/{sarah.escalations.get().pk}/change/"

        assert MASKED in seen(client, agent.user, address)
        assert EMAIL not in seen(client, agent.user, address)


class TestSecondPaths:
    """What is masked must not be found out by asking."""

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST])
    def test_searching_by_contact_finds_nothing(self, client, sarah, role):
        client.force_login(factories.make_agent(role=role).user)

        assert list(client.get(f"{CUSTOMERS}?q=sarah.johnson@").context["cl"].result_list) == []
        assert list(client.get(f"{CUSTOMERS}?q=Johnson").context["cl"].result_list) == [sarah]

    @pytest.mark.parametrize(
        "query",
        [
            "email__startswith=s",
            "phone__contains=555",
            "plan__customers__email__startswith=s",
            "escalations__customer__email__startswith=s",
        ],
    )
    def test_filtering_by_contact_is_refused(self, client, agent, sarah, query):
        client.force_login(agent.user)

        assert client.get(f"{CUSTOMERS}?{query}").status_code == 400

    @pytest.mark.parametrize(
        "query",
        ["customer__email__startswith=s", "customer_id__email__startswith=s", "assignee__user__password__gt=a"],
    )
    def test_filtering_escalations_by_others_fields_is_refused(self, client, agent, sarah, query):
        client.force_login(agent.user)

        assert client.get(f"/admin/escalations/escalation/?{query}").status_code == 400

    def test_links_of_dashboards_are_filters_that_work(self, client, agent, sarah):
        client.force_login(agent.user)
        query = "opened_at__gte=2020-01-01T00:00:00Z&reason__exact=low_ai_confidence&plan__id__exact=3&channel=web"

        assert client.get(f"/admin/escalations/escalation/?{query}").status_code == 200

    def test_an_export_is_for_leaders(self, client, agent, sarah):
        client.force_login(agent.user)

        assert client.post(f"{CUSTOMERS}export/", {"format": "0", "resource": "0"}).status_code == 403

    def test_a_bulk_action_reaches_the_own_rows_only(self, client, outsider, sarah):
        outsider.user.groups.set([])
        outsider.user.groups.add(factories.Group.objects.get(name=Role.SUPERVISOR))
        client.force_login(outsider.user)

        client.post(CUSTOMERS, {"action": "delete_selected", "_selected_action": [sarah.pk], "post": "yes"})

        assert Customer.objects.filter(pk=sarah.pk).exists()


class TestExport:
    def test_it_holds_what_the_list_holds_and_is_logged(self, client, supervisor, sarah):
        factories.make_customer("Nobody's")
        client.force_login(supervisor.user)

        response = client.post(f"{CUSTOMERS}export/", {"format": "0", "resource": "0"})

        assert [(row["external_id"], row["email"]) for row in exported(response)] == [("c-1", EMAIL)]
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action) == (supervisor.user.username, "customer.exported")
        assert entry.details == {"rows": 1, "format": "csv", "filters": ""}

    @pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_cells_that_begin_like_formulas_are_escaped(self, client, supervisor, sarah, name):
        Customer.objects.update(company=name)
        client.force_login(supervisor.user)

        as_csv = client.post(f"{CUSTOMERS}export/", {"format": "0", "resource": "0"})
        as_xlsx = client.post(f"{CUSTOMERS}export/", {"format": "1", "resource": "0"})

        assert csv_cell(as_csv, "company") == f"'{name}"
        sheet = load_workbook(io.BytesIO(as_xlsx.content)).active
        cells = dict(zip(*sheet.iter_rows(values_only=True), strict=True))
        assert cells["company"].startswith("'")
        assert cells["phone"] == "'+1 555 0142"


def csv_cell(response, column):
    rows = list(csv.reader(io.StringIO(response.content.decode(), newline="")))
    return rows[1][rows[0].index(column)]


class TestImport:
    def test_an_admin_adds_and_changes(self, client, sarah):
        client.force_login(factories.make_user(Role.ADMIN, username="ada"))

        response = upload(client, "external_id,name,plan\nc-1,Sarah J.,enterprise\nc-2,Mike Chen,starter\n")

        assert response.status_code == 302
        names = Customer.objects.order_by("external_id").values_list("external_id", "name", "plan__code")
        assert list(names) == [("c-1", "Sarah J.", "enterprise"), ("c-2", "Mike Chen", "starter")]
        assert AuditEntry.objects.get().details == {"new": 1, "update": 1, "skip": 0}

    def test_what_it_leaves_out_stays(self, client, sarah):
        client.force_login(factories.make_user(Role.ADMIN))

        upload(client, "external_id,name\nc-1,Sarah J.\n")

        sarah.refresh_from_db()
        assert (sarah.name, sarah.email, sarah.plan.code) == ("Sarah J.", EMAIL, "pro")

    @pytest.mark.parametrize("external_id", ["c-9", "stranger"])
    def test_a_supervisor_changes_customers_of_the_own_teams_only(self, client, supervisor, sarah, external_id):
        """Whether the other one exists makes no difference to the answer."""
        factories.make_customer("Another team's", external_id="stranger")
        client.force_login(supervisor.user)

        response = upload(client, f"external_id,name\nc-1,Changed\n{external_id},Changed\n")

        assert "no customer of your teams has this id" in response.content.decode()
        assert not Customer.objects.filter(name="Changed").exists()
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize(
        "line",
        ["c-2,x\x00y,", "c-2,Mike,gold", ",Mike,", "c-2," + "x" * 200 + ","],
        ids=["NUL", "unknown plan", "no id", "too long"],
    )
    def test_one_bad_line_keeps_all_out(self, client, line):
        client.force_login(factories.make_user(Role.ADMIN))

        response = upload(client, f"external_id,name,plan\nc-1,Sarah,pro\n{line}\n")

        assert response.status_code == 200
        assert not Customer.objects.exists()

    def test_an_exported_cell_comes_back_as_it_was(self, client, sarah):
        client.force_login(factories.make_user(Role.ADMIN))
        file = client.post(f"{CUSTOMERS}export/", {"format": "0", "resource": "0"}).content.decode()
        Customer.objects.update(phone="")

        upload(client, file)

        sarah.refresh_from_db()
        assert sarah.phone == "+1 555 0142"

    def test_other_formats_are_refused(self, client):
        client.force_login(factories.make_user(Role.ADMIN))
        file = SimpleUploadedFile("customers.xlsx", b"PK\x03\x04\xff\xfe", "application/octet-stream")

        response = client.post(f"{CUSTOMERS}import/", {"import_file": file, "format": "0", "resource": "0"})

        assert response.status_code == 200
        assert response.context["form"].errors


def test_a_supervisor_cannot_move_an_agent_between_teams(client, supervisor, agent):
    elsewhere = factories.make_team("Elsewhere")
    client.force_login(supervisor.user)
    form = {"name": "Sarah M.", "level": 1, "capacity": 5, "languages": "[]", "time_zone": "Europe/Berlin"}
    skills = {"agent_skills-TOTAL_FORMS": 0, "agent_skills-INITIAL_FORMS": 0}

    client.post(
        f"/admin/agents/agent/{agent.pk}/change/",
        {**form, **skills, "teams": [elsewhere.pk], "user": supervisor.user.pk},
    )

    agent.refresh_from_db()
    assert (agent.name, agent.capacity) == ("Sarah M.", 5)
    assert [team.slug for team in agent.teams.all()] == ["support"]
    assert agent.user != supervisor.user
