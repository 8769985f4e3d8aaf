"""Root causes: counted in the reviews and gaps that the reader may know of, and linked to gaps."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from helpninja.common.actors import SYSTEM
from helpninja.common.errors import Conflict
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from quality.actions.root_causes import link_gap
from quality.enums import GapStatus, QuestionSource, ReviewKind
from quality.models import GapQuestion, KnowledgeGap, Review, RootCause
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 11, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_march(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def cause(db):
    return RootCause.objects.create(name="Asked twice")


def review(cause, *, at, total=80, team=None, **fields):
    made = factories.make_published_review(now=at)
    Review.objects.filter(pk=made.pk).update(published_at=at, total=Decimal(total), **fields)
    if team is not None:
        made.escalation.team = team
        made.escalation.save(update_fields=["team"])
    made.root_causes.add(cause)
    return made


def gap(name="Rotate keys", *, team=None, at=NOW - DAY, **fields):
    made = KnowledgeGap.objects.create(name=name, **fields)
    escalation = factories.make_escalation(opened_at=at, team=team or factories.support())
    GapQuestion.objects.create(
        gap=made,
        source=QuestionSource.CONTENT_GAP,
        conversation=escalation.conversation,
        escalation=escalation,
        text=name,
        at=at,
    )
    return made


def rows(client, user, query=""):
    client.force_login(user)
    response = client.get(reverse("quality:root-causes") + query)
    return {row["name"]: row for row in response.context["rows"]}


def test_published_reviews_of_the_window_are_counted_against_the_one_before(client, cause):
    for points in (90, 80, 70, 60, 50):
        review(cause, at=NOW - DAY, total=points)
    review(cause, at=NOW - 29 * DAY, total=70)
    review(cause, at=NOW - 31 * DAY)
    review(cause, at=NOW - DAY, kind=ReviewKind.CALIBRATION)
    factories.make_published_review(now=NOW - DAY)

    row = rows(client, factories.make_user(Role.ADMIN))[cause.name]

    assert {name: row[name] for name in ("reviews", "share", "before", "score")} == {
        "reviews": 6,
        "share": "85.7%",
        "before": 1,
        "score": "70.0",
    }


def test_of_few_reviews_there_is_no_mean(client, cause):
    review(cause, at=NOW - DAY)

    row = rows(client, factories.make_user(Role.ADMIN))[cause.name]

    assert (row["reviews"], row["score"]) == (1, "too few")


def test_a_cause_offered_no_more_is_listed_where_it_was_found(client, cause):
    RootCause.objects.create(name="Forgotten", active=False)
    RootCause.objects.filter(pk=cause.pk).update(active=False)
    review(cause, at=NOW - DAY)

    found = rows(client, factories.make_user(Role.ADMIN))

    assert cause.name in found
    assert "Forgotten" not in found


def test_supervisors_count_their_own_teams(client, cause, supervisor):
    elsewhere = factories.make_team("Elsewhere")
    review(cause, at=NOW - DAY)
    review(cause, at=NOW - DAY, team=elsewhere)
    gap("Ours").root_causes.add(cause)
    gap("Theirs", team=elsewhere).root_causes.add(cause)

    of_team = rows(client, supervisor.user)[cause.name]
    of_all = rows(client, factories.make_user(Role.ADMIN))[cause.name]

    assert (of_team["reviews"], of_team["gaps"]) == (1, 1)
    assert (of_all["reviews"], of_all["gaps"]) == (2, 2)


def test_only_live_gaps_asked_about_in_the_window_are_counted(client, cause):
    gap("Live").root_causes.add(cause)
    gap("Old", at=NOW - 40 * DAY).root_causes.add(cause)
    gap("Dismissed", status=GapStatus.DISMISSED, because="Answered").root_causes.add(cause)
    admin = factories.make_user(Role.ADMIN)

    assert rows(client, admin)[cause.name]["gaps"] == 1
    assert rows(client, admin, "?window=90")[cause.name]["gaps"] == 2


def test_analysts_read_counts_and_nothing_that_was_said(client, cause):
    made = review(cause, at=NOW - DAY)
    gap("Rotate keys").root_causes.add(cause)
    analyst = factories.make_user(Role.ANALYST)

    assert rows(client, analyst)[cause.name]["reviews"] == 1
    page = client.get(reverse("quality:root-cause", args=[cause.pk]))

    assert str(made.escalation) not in page.content.decode()
    assert "Rotate keys" not in page.content.decode()


def test_the_page_of_one_shows_its_worst_reviews_and_opens_all_of_them(client, cause, supervisor):
    worst, better = review(cause, at=NOW - DAY, total=40), review(cause, at=NOW - DAY, total=60)
    review(cause, at=NOW - 40 * DAY)
    client.force_login(supervisor.user)

    page = client.get(reverse("quality:root-cause", args=[cause.pk]))
    opened = client.get(page.context["reviews_url"]).context["cl"].queryset

    assert list(page.context["examples"]) == [worst, better]
    assert set(opened) == {worst, better}


def test_an_unknown_window_is_said_and_nothing_is_worked_out(client, cause, supervisor):
    client.force_login(supervisor.user)

    for url in (reverse("quality:root-causes"), reverse("quality:root-cause", args=[cause.pk])):
        response = client.get(f"{url}?window=always")
        assert response.status_code == 400
        assert b"the address asks for something unknown" in response.content


def test_a_gap_is_linked_and_unlinked_with_a_line_in_the_audit(client, cause, supervisor):
    made = gap()
    client.force_login(supervisor.user)
    url = reverse("quality:root-cause-gap", args=[cause.pk])

    client.post(url, {"gap": made.public_id, "linked": "yes"})
    assert list(cause.gaps.all()) == [made]
    assert made not in client.get(reverse("quality:root-cause", args=[cause.pk])).context["offered"]
    client.post(url, {"gap": made.public_id, "linked": "no"})

    assert not cause.gaps.exists()
    actions = (
        AuditEntry.objects.filter(action__startswith="root_cause").order_by("pk").values_list("action", flat=True)
    )
    assert list(actions) == ["root_cause.gap_linked", "root_cause.gap_unlinked"]


def test_a_gap_of_another_team_is_not_linked(client, cause, supervisor):
    theirs = gap(team=factories.make_team("Elsewhere"))
    client.force_login(supervisor.user)
    url = reverse("quality:root-cause-gap", args=[cause.pk])

    assert client.post(url, {"gap": theirs.public_id, "linked": "yes"}).status_code == 404
    assert client.post(url, {"gap": "gap_nothing", "linked": "yes"}).status_code == 404
    assert client.post(url, {"linked": "perhaps"}).status_code == 302

    assert not cause.gaps.exists()


def test_what_is_linked_already_is_said_to_be(cause):
    made = gap()
    link_gap(cause=cause, gap=made, linked=True, by=SYSTEM, now=NOW)

    with pytest.raises(Conflict, match="linked already"):
        link_gap(cause=cause, gap=made, linked=True, by=SYSTEM, now=NOW)


def test_the_list_costs_the_same_with_more_rows(client, supervisor, django_assert_num_queries):
    client.force_login(supervisor.user)
    client.get(reverse("quality:root-causes"))
    with django_assert_num_queries(10):
        client.get(reverse("quality:root-causes"))
    for n in range(3):
        review(RootCause.objects.create(name=f"Cause {n}"), at=NOW - DAY)

    with django_assert_num_queries(10):
        client.get(reverse("quality:root-causes"))
