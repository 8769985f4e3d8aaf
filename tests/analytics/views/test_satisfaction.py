from datetime import timedelta

import pytest

from billing.enums import EventKind
from escalations.enums import ResolutionQuality, State, Tier
from escalations.models import HandlingInterval, Rating
from helpninja.common.roles import Role, Scope
from tests import factories
from tests.analytics import many_rows
from tests.analytics.rows import answered, held, rating, resolved

pytestmark = pytest.mark.django_db
URL = "/analytics/satisfaction/"
DAY = timedelta(days=1)


def block_of(response, key):
    found = [*response.context["blocks"], response.context["stayed"], response.context["worth"]]
    (block,) = (one for one in found if one.dimension.key == key)
    return block


def shown(response, key):
    return {row.label: [figure.text for figure in row.figures] for row in block_of(response, key).rows}


def cards(response):
    return {figure.metric.key: figure for figure in response.context["cards"]}


def rate(rows, scores):
    """The first of the rows, when they were opened."""
    Rating.objects.bulk_create(
        Rating(escalation=of, conversation=of.conversation, csat=score, rated_at=of.opened_at)
        for of, score in zip(rows, scores, strict=False)
    )


def asked(api, start, metrics, *by):
    """Of the two days that begin then."""
    reader = api(factories.make_key(Scope.ANALYTICS_READ))
    days = {"start_date": start.isoformat(), "end_date": (start + 2 * DAY).isoformat()}
    return reader.post("/api/v1/escalations/analytics", {**days, "metrics": metrics, "group_by": by}).json()


def test_each_block_shows_its_figures_and_opens_their_rows(analyst, now):
    for score, fields in (
        (5, {}),
        (4, {}),
        (4, {"tier": Tier.SPECIALIST}),
        (1, {"previous": resolved(now - 3 * DAY)}),
    ):
        rating(score, now - DAY, of=resolved(now - DAY, **fields))

    response = analyst.get(URL)

    assert shown(response, "resolution_path") == {
        "Single human escalation": ["4.5/5"],
        "Specialist escalation": ["4.0/5"],
        "Multiple escalations": ["1.0/5"],
    }
    figure = block_of(response, "resolution_path").rows[0].figures[0]
    assert (figure.n, figure.missing) == (2, 0)
    rows = analyst.get(figure.link)
    assert rows.status_code == 200
    assert rows.context["page_of_rows"].paginator.count == 2


def test_each_block_is_explored_further_with_the_same_numbers(analyst, now):
    for score in (5, 3):
        rating(score, now - DAY, of=resolved(now - DAY, channel="web"))
    rating(1, now - DAY, of=resolved(now - DAY, channel="email"))

    page = analyst.get(URL, {"channel": "web", "window": "7"})
    explored = analyst.get(block_of(page, "resolution_path").link)

    assert shown(page, "resolution_path") == {"Single human escalation": ["4.0/5"]}
    assert [
        ([label.text for label in labels], [cell.text for cell in cells])
        for labels, cells in explored.context["rows"]
    ] == [(["Single human escalation"], ["4.0/5"])]


def test_response_times_have_their_share_and_what_a_minute_means(analyst, now):
    for minutes, score in ((1, 5), (1, 4), (6, 4), (6, 5), (11, 4), (11, 3)):
        at = now - DAY
        rating(score, at, of=answered(at, seconds=60 * minutes))

    response = analyst.get(URL)
    block = block_of(response, "response_bucket")

    assert [row.share for row in block.rows] == ["33.3%", "33.3%", "33.3%"]
    assert block.insight == (
        "Each minute of waiting goes with −0.10 points (95 %: −0.29 to +0.09, n = 6): this may be chance."
    )


def test_the_guide_s_response_times_with_their_shares_on_page_and_by_api(analyst, api, now):
    for seconds, number, scores in (
        (60, 920, [5] * 6 + [4] * 4),
        (200, 60, [5] * 3 + [4] * 7),
        (500, 15, [4] * 9 + [3]),
        (700, 5, [4] + [3] * 4),
    ):
        late = {"first_response_seconds": seconds, "first_response_at": now - DAY}
        rate(many_rows.escalations([now - DAY] * number, **late), scores)

    block = block_of(analyst.get(URL), "response_bucket")

    assert [(row.label, row.share, row.figures[0].text) for row in block.rows] == [
        ("Under 2 minutes", "92.0%", "4.6/5"),
        ("2–5 minutes", "6.0%", "4.3/5"),
        ("5–10 minutes", "1.5%", "3.9/5"),
        ("Over 10 minutes", "0.5%", "3.2/5"),
    ]
    groups = asked(api, now - 2 * DAY, ["first_response_time"], "response_bucket")["groups"]
    counts = [group["metrics"]["first_response_time"]["n"] for group in groups]
    assert counts == [920, 60, 15, 5]


def test_the_guide_s_step_by_touch_on_page_and_by_api(analyst, agent, api, now):
    for touches, scores in enumerate(([5] * 4 + [4] * 6, [4] * 10, [4] * 7 + [3] * 3, [4] * 3 + [3] * 7), start=1):
        rows = many_rows.escalations([now - DAY] * 10)
        rate(rows, scores)
        span = {"agent": agent, "started_at": now - DAY, "ended_at": now - DAY, "seconds": 0}
        HandlingInterval.objects.bulk_create(
            HandlingInterval(escalation=row, **span) for row in rows for _ in range(touches)
        )

    response = analyst.get(URL)

    assert cards(response)["csat_per_touch"].text == "−0.36"
    block = block_of(response, "touches")
    assert [row.figures[0].text for row in block.rows] == ["4.4/5", "4.0/5", "3.7/5", "3.3/5"]
    assert block.insight.startswith("Each further touch goes with −0.36 points")
    found = asked(api, now - 2 * DAY, ["csat_per_touch"])["metrics"]["csat_per_touch"]["csat_per_touch"]
    assert (round(found["value"], 9), found["n"]) == (-0.36, 40)


def test_the_guide_s_early_churn_on_page_and_by_api(analyst, api, now):
    opened = now - 100 * DAY
    for score, left in ((1, 6), (3, 1), (5, 3)):
        for n in range(10):
            of = resolved(opened)
            rating(score, opened, of=of)
            factories.make_customer_event(of.customer, EventKind.SIGNED_UP, at=opened - 30 * DAY)
            if n < left:
                factories.make_customer_event(of.customer, EventKind.CANCELLED, at=opened + 20 * DAY)

    response = analyst.get(URL, {"window": "custom", "start": "2025-11-01", "end": "2025-12-05"})

    assert cards(response)["early_churn_risk"].text == "3.0×"
    assert analyst.get(cards(response)["early_churn_risk"].link).context["page_of_rows"].paginator.count == 30
    found = asked(api, opened - DAY, ["early_churn_risk"])["metrics"]["early_churn_risk"]["early_churn_risk"]
    assert (round(found["value"], 9), found["n"]) == (3.0, 30)


def test_too_few_ratings_say_so(analyst, now):
    rating(5, now - DAY, of=answered(now - DAY, seconds=60))

    assert block_of(analyst.get(URL), "response_bucket").insight.startswith("Too few ratings")


def test_afterwards_by_experience_and_value(analyst, now):
    opened = now - 100 * DAY
    for n, (score, kept) in enumerate(((5, True), (5, True), (1, False), (1, True))):
        of = resolved(opened, quality=ResolutionQuality.IMMEDIATE)
        rating(score, opened, of=of)
        factories.make_customer_event(
            of.customer, EventKind.SIGNED_UP, at=opened - 30 * DAY, monthly_value_after=100
        )
        if not kept:
            at = opened + 45 * DAY
            factories.make_customer_event(of.customer, EventKind.CANCELLED, at=at, monthly_value_after=0)
        elif n == 0:
            at = opened + 10 * DAY
            factories.make_customer_event(of.customer, EventKind.UPGRADED, at=at, monthly_value_after=124)

    response = analyst.get(URL, {"window": "custom", "start": "2025-11-01", "end": "2025-12-05"})

    assert shown(response, "experience") == {
        "Immediate resolution": ["100.0%", "100.0%", "100.0%"],
        "Negative experience": ["100.0%", "50.0%", "50.0%"],
    }
    assert shown(response, "rated_experience") == {
        "Positive experience": ["+12.0%"],
        "Negative experience": ["−50.0%"],
    }
    assert response.context["observed_link"] == ""


def test_what_is_too_recent_leads_to_what_was_observed(analyst, now):
    resolved(now - DAY)

    response = analyst.get(URL, {"window": "7", "plan": "pro"})

    assert "Too early to tell" in response.content.decode()
    assert response.context["observed_link"] == (
        "?window=custom&tz=America%2FNew_York&plan=pro&start=2025-12-02&end=2025-12-09"
    )
    assert analyst.get(URL + response.context["observed_link"]).status_code == 200


def test_without_events_the_page_says_how_to_tell_them(analyst, now):
    resolved(now - 95 * DAY)

    response = analyst.get(URL, {"window": "custom", "start": "2025-12-01", "end": "2025-12-08"})

    assert "POST /api/v1/customer-events" in response.content.decode()
    assert response.context["observed_link"] == ""


def test_nothing_there_says_what_to_do(analyst):
    assert "No conversations in this window yet" in analyst.get(URL).content.decode()


def test_what_was_answered_only_before_the_window_has_no_share(analyst, now):
    answered(now - 40 * DAY, seconds=60)
    rating(5, now - DAY)

    assert analyst.get(URL).status_code == 200


def test_leaders_see_their_teams_only(client, now):
    at = now - DAY
    rating(5, at, of=resolved(at))
    rating(1, at, of=resolved(at, team=factories.make_team("Elsewhere")))
    client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

    assert shown(client.get(URL), "resolution_path") == {"Single human escalation": ["5.0/5"]}


def test_queries_do_not_grow_with_rows(analyst, agent, now, django_assert_max_num_queries):
    for _ in range(3):
        of = answered(now - DAY, seconds=60, state=State.CANCELLED)
        held(of, agent, seconds=60, ended=now - DAY)
        rating(5, now - DAY, of=of)
    analyst.get(URL)

    # 3 for the figures, the rest for what can be chosen, who asks, saved views and the frame's own.
    with django_assert_max_num_queries(13):
        analyst.get(URL)
