"""A cycle's page: drawn, followed, and asked why something was not drawn."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpninja.common.actors import SYSTEM
from quality.actions.review_cycles import draw_cycle
from quality.enums import ReviewCycleState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quinn(client):
    user = factories.make_reviewer("Quinn Reyes")
    client.force_login(user)
    return user


@pytest.fixture
def sarah(db):
    return factories.make_agent("Sarah Mitchell")


def address(cycle, name="review-cycle"):
    return reverse(f"quality:{name}", args=[cycle.public_id])


def drawn(quinn, sarah, count=3, per_agent=2):
    rows = [factories.make_resolved(sarah) for _ in range(count)]
    cycle = factories.make_cycle(quinn, per_agent=per_agent)
    draw_cycle(cycle=cycle, by=SYSTEM, now=timezone.now())
    return cycle, rows


def test_drawing_from_the_page(client, quinn, sarah):
    factories.make_resolved(sarah)
    cycle = factories.make_cycle(quinn)

    page = client.post(address(cycle, "review-cycle-draw"), follow=True)

    cycle.refresh_from_db()
    assert cycle.state == ReviewCycleState.RUNNING
    assert "1 drawn, 0 not." in page.content.decode()


def test_without_reviewers_the_page_says_why_nothing_was_drawn(client, quinn):
    cycle = factories.make_cycle()

    page = client.post(address(cycle, "review-cycle-draw"), follow=True)

    assert "None of its reviewers is active and has the role" in page.content.decode()


def test_progress_of_reviewers_and_agents(client, quinn, sarah):
    cycle, _ = drawn(quinn, sarah)
    cycle.assignments.update(due_at=timezone.now() - timedelta(days=1))

    context = client.get(address(cycle)).context

    (reviewer,), (agent,) = context["reviewers"], context["agents"]
    assert (reviewer["name"], reviewer["assigned"], reviewer["done"], reviewer["late"]) == ("Quinn Reyes", 2, 0, 2)
    assert (agent["name"], agent["assigned"], agent["done"]) == ("Sarah Mitchell", 2, 0)


def test_reasons_are_counted_listed_and_looked_up(client, quinn, sarah):
    cycle, rows = drawn(quinn, sarah)
    chosen = set(cycle.assignments.values_list("escalation", flat=True))
    left = next(one for one in rows if one.pk not in chosen)
    taken = next(one for one in rows if one.pk in chosen)
    elsewhere = factories.make_resolved(sarah, opened_at=timezone.now() - timedelta(days=30))

    listed = client.get(address(cycle), {"why": "agent_quota"}).context
    answers = {
        one: client.get(address(cycle), {"q": one.public_id}).context["looked_up"]
        for one in (left, taken, elsewhere)
    }

    assert listed["reasons"] == [{"code": "agent_quota", "label": "Others of the agent were drawn", "count": 1}]
    assert [row["escalation"] for row in listed["left"].object_list] == [left]
    assert answers == {
        left: "It was not drawn. Others of the agent were drawn.",
        taken: "It was drawn, for Quinn Reyes.",
        elsewhere: "It was not among what was drawn from: of another time or team, or not resolved then.",
    }


def test_who_reviewed_it_before_is_said(client, quinn, sarah):
    review = factories.make_published_review(sarah, reviewer=factories.make_reviewer("Robin Vale"))
    cycle = factories.make_cycle(quinn)
    draw_cycle(cycle=cycle, by=SYSTEM, now=timezone.now())

    page = client.get(address(cycle), {"why": "reviewed"})

    assert page.context["left"].object_list == [{"escalation": review.escalation, "reviewers": [review.reviewer]}]
    assert "reviewed by Robin Vale" in page.content.decode()


@pytest.mark.parametrize(
    "asked", [{"why": "nonsense"}, {"q": "\x00"}, {"q": "esc_none"}, {"p": "x", "left": "-1"}]
)
def test_whatever_is_asked_there_is_a_page(client, quinn, sarah, asked):
    cycle, _ = drawn(quinn, sarah)

    assert client.get(address(cycle), asked).status_code == 200
