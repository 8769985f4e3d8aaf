"""The page on which reviewers are reviewed."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpninja.common.actors import SYSTEM, Actor
from helpninja.common.roles import Role
from quality.actions import disputes, reviews
from quality.actions.calibration import close_session, start_calibration
from quality.enums import ReviewKind
from quality.models import Review
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def quinn(client):
    user = factories.make_reviewer("Quinn Reyes")
    client.force_login(user)
    return user


@pytest.fixture
def robin(db):
    return factories.make_reviewer("Robin Vale")


def rows(client, **asked):
    found = client.get(reverse("quality:reviewers"), asked).context["rows"]
    return {row["name"]: row["figures"] for row in found}


def test_each_reviewer_beside_the_others(client, quinn, robin):
    sarah = factories.make_agent("Sarah Mitchell")
    for _ in range(5):
        factories.make_published_review(sarah, reviewer=quinn, accuracy=15)
        factories.make_published_review(sarah, reviewer=robin, accuracy=25)

    found = rows(client)

    totals = {one.reviewer: float(one.total) for one in Review.objects.all()}
    assert list(found) == ["Quinn Reyes", "Robin Vale"]
    assert (found["Quinn Reyes"].given, found["Quinn Reyes"].mean.value) == (5, totals[quinn])
    assert found["Quinn Reyes"].stricter == pytest.approx(totals[robin] - totals[quinn])
    assert " stricter" in client.get(reverse("quality:reviewers")).content.decode()


def test_what_a_supervisor_voided_counts_against_the_review(client, quinn):
    review = factories.make_published_review(reviewer=quinn)
    by = Actor.of_user(review.agent.user)
    dispute = disputes.open_dispute(review=review, agent=review.agent, key="", text="No", by=by, now=NOW)
    disputes.void_review(dispute=dispute, decision="The wrong conversation", by=SYSTEM, now=NOW)

    quinns = rows(client)["Quinn Reyes"]

    assert (quinns.given, quinns.disputed, quinns.overruled) == (1, 1, 1)


def test_second_reviews_and_calibrations_count_for_the_reviewer_and_no_agent(client, quinn, robin):
    first = factories.make_published_review(reviewer=quinn, accuracy=15)
    by = Actor.of_user(robin)
    second = reviews.start_review(
        escalation=first.escalation, reviewer=robin, kind=ReviewKind.SECOND, of_review=first, by=by, now=NOW
    )
    second = reviews.submit(review=factories.answer(second, 25), by=by, now=NOW)
    session = factories.make_calibration(quinn, robin)
    for seat in session.seats.all():
        begun = start_calibration(seat=seat, by=Actor.of_user(seat.reviewer), now=NOW)
        reviews.submit(review=factories.answer(begun), by=Actor.of_user(seat.reviewer), now=NOW)
    close_session(session=session, by=SYSTEM, now=NOW)

    quinns = rows(client)["Quinn Reyes"]

    assert (quinns.second.n, quinns.second.value) == (1, pytest.approx(float(second.total - first.total)))
    assert (quinns.distance.n, quinns.distance.value) == (1, 0)
    assert list(Review.objects.counted()) == [first]


def test_only_the_days_asked_for_and_the_own_teams_count(client, quinn):
    factories.make_published_review(reviewer=quinn)
    Review.objects.update(published_at=NOW - timedelta(days=60))

    asked = {days: list(rows(client, days=days)) for days in ("30", "90", "x")}
    client.force_login(factories.make_agent(role=Role.SUPERVISOR, teams=[factories.make_team()]).user)

    assert asked == {"30": [], "90": ["Quinn Reyes"], "x": ["Quinn Reyes"]}
    assert rows(client) == {}


@time_machine.travel(timezone.now(), tick=False)  # what the sidebar counts stays remembered
def test_more_reviews_cost_no_more_queries(client, quinn, robin):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("quality:reviewers"))
        return len(queries)

    factories.make_published_review(reviewer=quinn)
    client.get(reverse("quality:reviewers"))
    with_one = count()
    for reviewer in (quinn, robin):
        factories.make_published_review(reviewer=reviewer)

    assert count() == with_one
