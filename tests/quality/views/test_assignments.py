"""A reviewer's own page of what is to review."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quality.models import Review
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def quinn(client):
    user = factories.make_reviewer("Quinn Reyes")
    client.force_login(user)
    return user


def address(name, assignment):
    return reverse(f"quality:assignment-{name}", args=[assignment.public_id])


def test_what_is_due_first_comes_first_and_is_the_next(client, quinn):
    now = timezone.now()
    later = factories.make_assignment(quinn, due_at=now + timedelta(days=3))
    late = factories.make_assignment(quinn, due_at=now - timedelta(days=1))
    factories.make_assignment(factories.make_reviewer("Robin Vale"))

    context = client.get(reverse("quality:reviews")).context

    assert [one.pk for one in context["page"]] == [late.pk, later.pk]
    assert (context["next"], context["late"]) == (late, 1)


def test_beginning_leads_to_the_review(client, quinn):
    assignment = factories.make_assignment(quinn)

    response = client.post(address("start", assignment))

    review = Review.objects.get()
    assert response.headers["Location"] == reverse("quality:review", args=[review.public_id])
    assert (review.reviewer, review.escalation) == (quinn, assignment.escalation)


def test_skipping_without_a_reason_changes_nothing(client, quinn):
    assignment = factories.make_assignment(quinn)

    page = client.post(address("skip", assignment), {"reason": "  "}, follow=True)

    assignment.refresh_from_db()
    assert "Say why it is skipped." in page.content.decode()
    assert assignment.skipped_at is None


def test_what_is_skipped_leaves_the_list(client, quinn):
    assignment = factories.make_assignment(quinn)

    page = client.post(address("skip", assignment), {"reason": "Spam"}, follow=True)

    assert list(page.context["page"]) == []
    assert "Nothing is assigned to you just now." in page.content.decode()


def test_an_assignment_of_somebody_else_is_missing(client, quinn):
    assignment = factories.make_assignment(factories.make_reviewer("Robin Vale"))

    codes = [client.post(address(name, assignment), {"reason": "x"}).status_code for name in ("start", "skip")]

    assignment.refresh_from_db()
    assert codes == [404, 404]
    assert (Review.objects.count(), assignment.skipped_at) == (0, None)


def test_a_calibration_to_score_is_listed(client, quinn):
    session = factories.make_calibration(quinn, factories.make_reviewer("Robin Vale"))
    factories.make_calibration()

    context = client.get(reverse("quality:reviews")).context

    assert [seat.session for seat in context["seats"]] == [session]


@time_machine.travel(timezone.now(), tick=False)  # what the sidebar counts stays remembered
def test_more_rows_cost_no_more_queries(client, quinn):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("quality:reviews"))
        return len(queries)

    cycle = factories.make_assignment(quinn).cycle
    client.get(reverse("quality:reviews"))
    with_one = count()
    for _ in range(2):
        factories.make_assignment(quinn, cycle=cycle)

    assert count() == with_one
