"""The page that compares hints with reviewers, and who is shown hints beside a review."""

from decimal import Decimal

import pytest

from quality.models import PreScore, Review
from tests import factories

pytestmark = pytest.mark.django_db


def test_hints_are_compared_with_the_counted_reviews_that_the_reader_sees(client, agent, outsider):
    for number in range(5):
        factories.make_published_review(agent)
        PreScore.objects.filter(total=None).update(total=40 + 10 * number)
    factories.make_review(agent)
    Review.objects.counted().update(total=Decimal(80))
    client.force_login(factories.make_reviewer())

    found = client.get("/quality/hints/").context["found"]

    assert (found.n, found.correlation, found.difference) == (5, None, -20.0)


def test_an_empty_page_says_so(client):
    client.force_login(factories.make_reviewer())

    assert "No published review with hints yet." in client.get("/quality/hints/").content.decode()


def test_the_reviewed_agent_is_shown_no_hints(client, agent):
    review = factories.make_published_review(agent)
    shown = {}
    for name, user in {"agent": agent.user, "reviewer": review.reviewer}.items():
        client.force_login(user)
        shown[name] = client.get(f"/quality/reviews/{review.public_id}/").context["sheet"]["hints"] is not None

    assert shown == {"agent": False, "reviewer": True}
