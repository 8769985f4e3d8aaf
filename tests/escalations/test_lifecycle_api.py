"""The main line through the API: a conversation escalates, is claimed, answered, resolved and rated."""

import pytest

from agents.enums import Status
from escalations.enums import EventKind, State
from escalations.models import Escalation, HandlingInterval, Message, Rating
from helpninja.common.roles import Scope
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(api):
    return api(factories.make_key(Scope.INGEST))


@pytest.fixture
def conversation(chat):
    body = {
        "external_id": "c-1",
        "customer": {"external_id": "42", "name": "Acme Corp", "plan": "enterprise"},
        "subject": "API integration not working",
    }
    answer = chat.post("/api/v1/conversations", body)
    assert answer.status_code == 201, answer.data
    return answer.data["id"]


def post(chat, conversation, **body):
    return chat.post(f"/api/v1/conversations/{conversation}/messages", body)


def test_two_failed_answers_escalate_and_the_answer_says_so(chat, conversation):
    post(chat, conversation, author="customer", text="My key gives 401")
    first = post(chat, conversation, author="ai", text="Try again", ai_confidence=0.35)
    second = post(chat, conversation, author="ai", text="Try once more", ai_confidence=0.31)

    assert first.data["escalation"] is None
    escalation = second.data["escalation"]
    assert escalation["priority"] == "medium"
    assert escalation["reason"] == "low_ai_confidence"
    assert escalation["handoff_message"] == "Let me connect you with a team member who can better assist you."
    assert escalation["because"]["rule"]["name"] == "Low AI confidence"
    assert "0.31 is below 0.4" in escalation["because"]["text"]


@pytest.mark.django_db(transaction=True)
def test_the_main_line(api, chat, conversation, agent):
    escalated = post(chat, conversation, author="customer", text="I want to speak to a human!").data["escalation"]
    person = api(user=agent.user)
    url = f"/api/v1/escalations/{escalated['id']}"

    claimed = person.post(f"{url}/claim")
    agent.refresh_from_db()
    assert claimed.status_code == 200, claimed.data
    assert (claimed.data["state"], claimed.data["assignee"]["name"]) == (State.ACTIVE, "Sarah Mitchell")
    assert agent.status == Status.IN_CONVERSATION

    assert person.post(f"{url}/reply", {"text": "Hello, I'm Sarah."}).status_code == 200
    assert person.post(f"{url}/pend").data["state"] == State.PENDING
    post(chat, conversation, author="customer", text="It works now, thanks")
    resolved = person.post(f"{url}/resolve", {"category": "fixed", "quality": "immediate", "necessity": "needed"})
    rated = chat.post(f"/api/v1/conversations/{conversation}/ratings", {"csat": 5, "nps": 9})

    assert resolved.data["state"] == State.RESOLVED, resolved.data
    assert rated.status_code == 201
    escalation = Escalation.objects.get()
    assert [event.kind for event in escalation.events.all()] == [
        EventKind.OPENED,
        EventKind.CLAIMED,
        EventKind.REPLIED,
        EventKind.PENDED,
        EventKind.RESUMED,
        EventKind.CUSTOMER_REPLIED,
        EventKind.RESOLVED,
        EventKind.RATED,
    ]
    assert [event.version for event in escalation.events.all()] == list(range(1, 9))
    assert escalation.version == 8
    assert HandlingInterval.objects.filter(escalation=escalation, ended_at=None).count() == 0
    assert Rating.objects.get().handler == agent
    agent.refresh_from_db()
    assert agent.status == Status.AVAILABLE
    polled = chat.get(f"/api/v1/conversations/{conversation}/messages")
    assert [message["author"] for message in polled.data["results"]] == ["customer", "agent", "customer"]


def test_the_loser_of_a_claim_reads_who_has_it(api, agent):
    escalation = factories.make_escalation()
    other = factories.make_agent("David K.")
    api(user=agent.user).post(f"/api/v1/escalations/{escalation.public_id}/claim")

    lost = api(user=other.user).post(f"/api/v1/escalations/{escalation.public_id}/claim")

    assert lost.status_code == 409
    assert lost.json()["owner"] == "Sarah Mitchell"


def test_claim_when_agent_is_full_is_refused(api):
    full = factories.make_agent(capacity=1)
    factories.make_escalation(state=State.ACTIVE, assignee=full)
    escalation = factories.make_escalation()

    refused = api(user=full.user).post(f"/api/v1/escalations/{escalation.public_id}/claim")

    assert refused.status_code == 409
    escalation.refresh_from_db()
    assert (escalation.state, escalation.events.count()) == (State.WAITING, 0)


def test_same_message_again_gets_the_first_answer(chat, conversation):
    body = {"external_id": "m1", "author": "customer", "text": "talk to agent"}
    first = post(chat, conversation, **body)
    again = post(chat, conversation, **body)
    other = post(chat, conversation, **{**body, "text": "something else"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.data == first.data
    assert Message.objects.count() == 1
