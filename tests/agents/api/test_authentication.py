from datetime import timedelta

import pytest
from django.utils import timezone

from agents.models import AgentHeartbeat
from escalations.enums import State
from tests import factories

pytestmark = pytest.mark.django_db


def test_what_somebody_does_by_session_is_a_sign_of_life(client, agent):
    before = timezone.now() - timedelta(minutes=1)
    AgentHeartbeat.objects.create(agent=agent, at=before)
    escalation = factories.make_escalation(state=State.ACTIVE, assignee=agent)
    client.force_login(agent.user)

    answer = client.post(f"/api/v1/escalations/{escalation.public_id}/pend", content_type="application/json")

    assert answer.status_code == 200
    assert AgentHeartbeat.objects.get().at > before + timedelta(minutes=1)


def test_a_key_is_nobody_s_sign_of_life(client, agent):
    AgentHeartbeat.objects.create(agent=agent, at=timezone.now() - timedelta(minutes=1))
    before = AgentHeartbeat.objects.get().at
    key = factories.make_key("escalations:read")

    client.get("/api/v1/escalations", headers={"authorization": f"Bearer {key}"})

    assert AgentHeartbeat.objects.get().at == before
