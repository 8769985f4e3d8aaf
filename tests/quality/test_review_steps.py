"""The steps of a review over HTTP: who may take them, what they answer, and that a refusal changes nothing."""

import pytest
from django.utils import timezone

from helpninja.common.actors import SYSTEM
from helpninja.common.roles import Role
from quality.actions.disputes import open_dispute
from quality.enums import DisputeState, ReviewState
from quality.models import Dispute, Review
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(db):
    return factories.make_reviewer()


@pytest.fixture
def draft(agent, reviewer):
    return factories.make_review(agent, reviewer=reviewer, csat=5, accuracy=None)


def step(api, user, review, name, body=None, method="post"):
    client = api(user=user)
    return getattr(client, method)(f"/api/v1/reviews/{review.public_id}/{name}", body or {}, format="json")


def body_of(review, **answers):
    said = {one.key: {"band": one.band, "na": one.na, "note": one.note} for one in review.answers.all()}
    said |= {key: {**said[key], **answer} for key, answer in answers.items()}
    return {"version": review.version, "answers": said}


def save(api, review, **answers):
    return step(api, review.reviewer, review, "draft", body_of(review, **answers), method="put")


def test_each_save_answers_with_the_total_as_it_then_is(api, draft):
    answer = save(api, draft, technical_accuracy={"points": 23})

    card = answer.json()
    assert (card["version"], card["total"], card["band"], card["missing"]) == (
        draft.version + 1,
        98.0,
        "Excellent",
        [],
    )
    accuracy = card["criteria"][3]
    assert (accuracy["answer"]["band"], accuracy["score"], accuracy["possible"]) == (
        "Minor inaccuracies",
        23.0,
        25.0,
    )


def test_an_overrule_without_a_reason_is_refused_by_its_criterion(api, draft):
    answer = save(api, draft, response_time={"band": "Over 10 minutes"})

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"answers.response_time": ["Response time: say why the data is overruled."]}
    assert Review.objects.get().version == draft.version


def test_all_criteria_at_fault_are_named_at_once(api, draft):
    answer = save(api, draft, response_time={"band": "Slow"}, technical_accuracy={"points": 26})

    assert sorted(answer.json()["errors"]) == ["answers.response_time", "answers.technical_accuracy"]


def test_a_reason_lets_the_overrule_pass(api, draft):
    said = {"band": "Over 10 minutes", "overruled": "The first reply was a canned one."}

    card = save(api, draft, response_time=said).json()

    assert (card["criteria"][0]["answer"]["points"], card["criteria"][0]["measured_points"]) == (5.0, 25.0)


def test_a_save_that_another_window_overtook_is_refused_and_says_the_version(api, draft):
    save(api, draft, technical_accuracy={"points": 20})

    answer = save(api, draft, technical_accuracy={"points": 10})

    assert (answer.status_code, answer.json()["version"]) == (409, draft.version + 1)
    assert Review.objects.get().answers.get(key="technical_accuracy").points == 20


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"version": "x"}, "version"),
        ({"answers": {"response_time": {"points": "many"}}}, "answers.response_time.points"),
        ({"answers": {"charm": {}}}, "answers"),
        ({"remarks": [{"kind": "angry", "text": "!"}]}, "remarks.0.kind"),
        ({"remarks": [{"kind": "went_well", "text": "!", "key": "charm"}]}, "remarks"),
        ({"remarks": [{"kind": "went_well", "text": "!", "message": "msg_elsewhere"}]}, "remarks"),
        ({"root_causes": [999]}, "root_causes"),
        ({"total": 100}, "total"),
    ],
)
def test_what_can_not_be_saved_is_named(api, draft, wrong, field):
    answer = step(api, draft.reviewer, draft, "draft", {**body_of(draft), **wrong}, method="put")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Review.objects.get().version == draft.version


def test_submitting_an_unfinished_review_says_what_is_missing(api, draft):
    answer = step(api, draft.reviewer, draft, "submit")

    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "answers: Still to be answered: Technical accuracy.",
    )


def test_submitted_then_published_the_agent_sees_it(api, client, draft):
    save(api, draft, technical_accuracy={"points": 25})
    page = f"/quality/reviews/{draft.public_id}/"
    client.force_login(draft.agent.user)

    assert step(api, draft.reviewer, draft, "submit").json()["steps"] == ["publish", "give-back", "void"]
    assert client.get(page).status_code == 404
    assert step(api, draft.reviewer, draft, "publish").json()["state"]["code"] == "published"
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("name", ["draft", "submit", "publish"])
def test_another_reviewer_does_not_write_it(api, draft, name):
    other = factories.make_reviewer("Robin Other")

    answer = step(api, other, draft, name, body_of(draft), method="put" if name == "draft" else "post")

    assert (answer.status_code, Review.objects.get().version) == (403, draft.version)


def test_a_reviewer_who_resolved_it_neither_begins_nor_writes_its_review(api, client, agent):
    agent.user.groups.add(*factories.make_user(Role.QA_REVIEWER).groups.all())
    review = factories.make_published_review(agent)
    client.force_login(agent.user)

    begun = client.post(f"/quality/escalations/{review.escalation.public_id}/review")

    assert (begun.status_code, Review.objects.count()) == (403, 1)
    assert step(api, agent.user, review, "void", {"why": "No."}).status_code == 403
    assert Review.objects.get().state == ReviewState.PUBLISHED


def test_beginning_a_review_leads_to_its_page_and_twice_to_the_same(client, agent, reviewer):
    escalation = factories.make_resolved(agent)
    client.force_login(reviewer)
    address = f"/quality/escalations/{escalation.public_id}/review"

    first, second = client.post(address), client.post(address)

    assert first["Location"] == second["Location"] == f"/quality/reviews/{Review.objects.get().public_id}/"


def test_what_nobody_resolved_is_not_reviewed(client, reviewer):
    escalation = factories.make_escalation(state="resolved")
    client.force_login(reviewer)

    assert client.post(f"/quality/escalations/{escalation.public_id}/review").status_code == 403
    assert not Review.objects.exists()


class TestDisputes:
    @pytest.fixture
    def review(self, agent):
        return factories.make_published_review(agent, csat=5, accuracy=15)

    @pytest.fixture
    def dispute(self, review):
        return open_dispute(review=review, agent=review.agent, key="", text="No.", by=SYSTEM, now=timezone.now())

    def test_the_agent_disputes_and_reads_what_came_of_it(self, api, review):
        body = {"key": "technical_accuracy", "text": "The article says so."}

        card = step(api, review.agent.user, review, "dispute", body).json()

        assert [(one["key"], one["state"]["code"]) for one in card["disputes"]] == [("technical_accuracy", "open")]
        assert card["steps"] == []

    def test_colleagues_do_not_know_of_it(self, api, review):
        other = factories.make_agent()

        assert step(api, other.user, review, "dispute", {"text": "Mine."}).status_code == 404
        assert not Dispute.objects.exists()

    def test_the_supervisor_changes_the_score_and_both_versions_are_read(self, api, review, dispute, supervisor):
        body = {
            "outcome": "changed",
            "decision": "The agent is right, and the first reply was an automatic one.",
            "answers": {"technical_accuracy": {"points": 25}, "response_time": {"points": 20}},
        }

        card = step(api, supervisor.user, review, "decision", body).json()

        assert card["total"] == 95.0
        assert card["criteria"][0]["answer"]["overruled"] == body["decision"]
        assert card["versions"][0]["changes"] == [
            "Total: 90 → 95",
            "Response time: Under 2 minutes, 25 of 25 → 2 to 5 minutes, 20 of 25",
            f"Response time, overruled because: none → “{body['decision']}”",
            "Technical accuracy: Some missing information, 15 of 25 → Complete and accurate, 25 of 25",
        ]

    def test_a_change_without_an_answer_leaves_it_open(self, api, review, dispute, supervisor):
        answer = step(api, supervisor.user, review, "decision", {"outcome": "changed", "decision": "Hm."})

        dispute.refresh_from_db()
        assert (answer.status_code, dispute.state) == (400, DisputeState.OPEN)

    @pytest.mark.parametrize(("outcome", "state"), [("upheld", "published"), ("voided", "voided")])
    def test_it_is_upheld_or_the_review_voided(self, api, review, dispute, supervisor, outcome, state):
        card = step(
            api, supervisor.user, review, "decision", {"outcome": outcome, "decision": "Looked at it."}
        ).json()

        assert (card["state"]["code"], card["disputes"][0]["state"]["code"]) == (state, outcome)

    def test_a_decided_dispute_is_not_decided_again(self, api, review, dispute, supervisor):
        body = {"outcome": "upheld", "decision": "It stands."}
        step(api, supervisor.user, review, "decision", body)

        assert step(api, supervisor.user, review, "decision", body).status_code == 409

    @pytest.mark.parametrize("who", ["reviewer", "colleague", "agent"])
    def test_others_do_not_decide(self, api, review, dispute, who):
        users = {"reviewer": review.reviewer, "colleague": factories.make_agent().user, "agent": review.agent.user}

        answer = step(api, users[who], review, "decision", {"outcome": "voided", "decision": "Gone."})

        assert answer.status_code == (404 if who == "colleague" else 403)
        assert Review.objects.get().state == ReviewState.PUBLISHED
