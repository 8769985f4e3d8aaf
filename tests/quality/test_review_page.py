"""What the page of a review shows, to whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.enums import Author, EventKind
from escalations.models import EscalationEvent
from helpninja.common.actors import Actor
from quality.actions import reviews
from quality.actions.review_answers import Draft, Noted, Said
from quality.enums import ReviewKind
from tests import factories

pytestmark = pytest.mark.django_db


def sheet_of(client, user, review):
    client.force_login(user)
    page = client.get(f"/quality/reviews/{review.public_id}/")
    assert page.status_code == 200
    return page.context["sheet"]


def test_the_evidence_points_at_what_shows_it_in_the_transcript(client, agent):
    review = factories.make_review(agent, csat=5)
    escalation, opened_at = review.escalation, review.escalation.opened_at
    factories.make_message(escalation.conversation, "Hello?", sent_at=opened_at - timedelta(minutes=1))
    reply = factories.make_message(
        escalation.conversation,
        "Here I am",
        author=Author.AGENT,
        agent=agent,
        sent_at=opened_at + timedelta(seconds=100),
    )
    for version, kind in enumerate((EventKind.RESOLVED, EventKind.RATED), start=1):
        EscalationEvent.objects.create(
            escalation=escalation, kind=kind, at=timezone.now(), version=version, actor="x", data={"csat": 5}
        )

    shown = sheet_of(client, review.reviewer, review)

    assert shown["evidence_at"] == {
        "response_time": reply.public_id,
        "first_contact": "event-1",
        "satisfaction": "event-2",
    }
    assert shown["criteria"][0]["evidence"] == "The first reply came after 1 min 40 s."


def test_the_reviewed_agent_reads_no_version_from_before_the_publication(client, agent):
    review = factories.make_published_review(agent)

    of_agent = sheet_of(client, agent.user, review)
    of_reviewer = sheet_of(client, review.reviewer, review)

    assert [one["what"] for one in of_agent["versions"]] == ["Published"]
    assert [one["what"] for one in of_reviewer["versions"]] == ["Published", "Submitted"]
    assert (of_agent["steps"], of_reviewer["steps"]) == (["dispute"], ["void"])


def test_no_dispute_is_offered_after_the_window(client, agent):
    review = factories.make_published_review(agent, now=timezone.now() - timedelta(days=8))

    assert sheet_of(client, agent.user, review)["steps"] == []


def test_a_calibration_is_nothing_the_reviewed_agent_knows_of(client, agent):
    reviewer = factories.make_reviewer()
    review = reviews.start_review(
        escalation=factories.make_resolved(agent),
        reviewer=reviewer,
        kind=ReviewKind.CALIBRATION,
        by=Actor.of_user(reviewer),
        now=timezone.now(),
    )
    client.force_login(agent.user)

    assert client.get(f"/quality/reviews/{review.public_id}/").status_code == 404
    assert client.get("/quality/mine/", follow=True).context["score"].n == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_of_the_database_for_more_remarks_and_messages(
    client, agent, count, django_assert_num_queries
):
    review = factories.make_review(agent)
    messages = [factories.make_message(review.escalation.conversation, f"{n}") for n in range(count)]
    remarks = tuple(Noted("went_well", "Good", one.public_id) for one in messages)
    said = {one.key: Said(band=one.band, na=one.na) for one in review.answers.all()}
    by = Actor.of_user(review.reviewer)
    draft = Draft(said, remarks)
    reviews.save_draft(review=review, version=review.version, draft=draft, by=by, now=timezone.now())
    client.force_login(review.reviewer)

    with django_assert_num_queries(20):
        client.get(f"/quality/reviews/{review.public_id}/")


def test_a_resolved_escalation_offers_its_review_to_those_who_may(client, agent, supervisor):
    escalation = factories.make_resolved(agent)
    address = f"/quality/escalations/{escalation.public_id}/review"

    offered = {}
    for name, user in {
        "agent": agent.user,
        "supervisor": supervisor.user,
        "QA": factories.make_reviewer(),
    }.items():
        client.force_login(user)
        offered[name] = address in client.get(f"/queue/{escalation.public_id}/").content.decode()

    assert offered == {"agent": False, "supervisor": True, "QA": True}
