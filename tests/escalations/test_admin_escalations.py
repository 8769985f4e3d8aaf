import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.enums import Author, State
from escalations.models.webhook import DeliveryState, WebhookEndpoint
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories
from tests.worlds import make_world

pytestmark = pytest.mark.django_db
ESCALATIONS = "/admin/escalations/escalation/"
LISTS = (
    ESCALATIONS,
    "/admin/escalations/conversation/",
    "/admin/billing/customer/",
    "/admin/agents/agent/",
    "/admin/escalations/triggerrule/",
    "/admin/escalations/webhookdelivery/",
)


def queries(client, address):
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_a_list_of_three_costs_no_more_queries_than_a_list_of_one(client, address, role):
    reader = factories.make_agent(role=role)
    client.force_login(reader.user)
    held = factories.make_escalation(state=State.ACTIVE)
    one = queries(client, address)

    for _ in range(2):
        conversation = factories.make_conversation(topic=factories.make_topic())
        factories.make_escalation(state=State.ACTIVE, conversation=conversation, previous=held)

    assert queries(client, address) == one


def test_its_page_explains_why_and_what_happened(client, agent):
    world = make_world()
    client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

    page = client.get(f"{ESCALATIONS}{world.escalation.pk}/change/").content.decode()

    for said in (
        "AI confidence 0.31 is below 0.4",
        "Low AI confidence, version 1",
        "Called twice",
        "Escalated",
        f"/queue/{world.escalation.public_id}/",
        f"/admin/escalations/conversation/{world.conversation.pk}/change/",
    ):
        assert said in page


def test_its_chain_links_to_what_the_reader_may_see(client, supervisor):
    elsewhere = factories.make_team("Elsewhere")
    hidden = factories.make_escalation(state=State.RESOLVED, team=elsewhere, subject="Hidden question")
    shown = factories.make_escalation(previous=hidden)
    follower = factories.make_escalation(previous=shown, subject="Asked again")
    client.force_login(supervisor.user)

    page = client.get(f"{ESCALATIONS}{shown.pk}/change/").content.decode()

    assert f"{ESCALATIONS}{follower.pk}/change/" in page
    assert f"{ESCALATIONS}{hidden.pk}/change/" not in page
    assert "Hidden question" not in page


def test_text_from_customers_is_escaped(client, supervisor):
    conversation = factories.make_conversation(subject="<script>alert(1)</script>")
    factories.make_message(conversation, "<img src=x onerror=alert(2)>")
    escalation = factories.make_escalation(
        conversation=conversation,
        summary="<b>bold</b>",
        because={"text": "<i>x</i>", "rule": None, "conditions": []},
    )
    client.force_login(supervisor.user)

    for address in (
        ESCALATIONS,
        f"{ESCALATIONS}{escalation.pk}/change/",
        f"/admin/escalations/conversation/{conversation.pk}/change/",
    ):
        page = client.get(address).content.decode()
        for raw in ("<script>alert", "<img src=x", "<b>bold", "<i>x"):
            assert raw not in page


def test_a_whole_public_id_finds_the_one(client, supervisor):
    wanted = factories.make_escalation()
    factories.make_escalation(subject=wanted.public_id)
    client.force_login(supervisor.user)

    found = client.get(f"{ESCALATIONS}?q={wanted.public_id}").context["cl"].result_list

    assert list(found) == [wanted]


def test_the_transcript_shows_the_ais_confidence(client, supervisor):
    conversation = factories.make_conversation()
    factories.make_escalation(conversation=conversation)
    factories.make_message(conversation, "Perhaps so.", author=Author.AI, ai_confidence=0.312, ai_failed=True)
    client.force_login(supervisor.user)

    page = client.get(f"/admin/escalations/conversation/{conversation.pk}/change/").content.decode()

    assert "Perhaps so." in page
    assert "0.31, failed" in page


def test_filters_offer_no_other_teams_and_people(client, supervisor, outsider):
    client.force_login(supervisor.user)

    page = client.get(ESCALATIONS).content.decode()

    assert "Morgan Blake" in page
    assert "Elsewhere" not in page
    assert "Olga Outside" not in page


def test_a_reviewer_finds_resolved_ones_only(client):
    resolved = factories.make_escalation(state=State.RESOLVED)
    factories.make_escalation()
    client.force_login(factories.make_user(Role.QA_REVIEWER))

    assert list(client.get(ESCALATIONS).context["cl"].result_list) == [resolved]


class TestWebhooks:
    FORM = {"name": "CRM", "url": "https://crm.example.com/hook", "active": "on"}

    def test_the_secret_is_shown_once(self, client):
        client.force_login(factories.make_user(Role.ADMIN))

        response = client.post("/admin/escalations/webhookendpoint/add/", self.FORM)

        endpoint = WebhookEndpoint.objects.get()
        assert response.context["secret"] == endpoint.secret
        for page in ("", f"{endpoint.pk}/change/", f"{endpoint.pk}/history/"):
            assert endpoint.secret not in client.get(f"/admin/escalations/webhookendpoint/{page}").content.decode()
        assert endpoint.secret not in str(list(AuditEntry.objects.values()))

    def test_the_secret_is_not_found_out_by_filters(self, client, supervisor):
        client.force_login(supervisor.user)

        for query in ("secret__startswith=whsec_", "deliveries__endpoint__secret__startswith=w"):
            assert client.get(f"/admin/escalations/webhookendpoint/?{query}").status_code == 400

    @pytest.mark.parametrize("url", ["ftp://example.com/x", "javascript:alert(1)", "nonsense"])
    def test_other_addresses_are_refused(self, client, url):
        client.force_login(factories.make_user(Role.ADMIN))

        client.post("/admin/escalations/webhookendpoint/add/", {**self.FORM, "url": url})

        assert not WebhookEndpoint.objects.exists()

    def test_a_supervisor_sends_a_dead_delivery_again(self, client, supervisor):
        delivery = make_world().delivery
        client.force_login(supervisor.user)
        address = f"/admin/escalations/webhookdelivery/{delivery.pk}/send_again/"

        assert "Send it again?" in client.get(address).content.decode()
        client.post(address, {"_form_submitted": "on"})

        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.PENDING
        assert AuditEntry.objects.filter(action="webhook.replayed", actor=supervisor.user.username).exists()
