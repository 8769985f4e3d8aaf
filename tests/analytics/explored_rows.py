"""Conversations that give the figures of the guide's custom queries, up to the end of 2025."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

from billing.models import Customer
from escalations.models import Conversation, Rating
from tests import factories
from tests.analytics import many_rows

NOW = datetime(2025, 12, 31, 20, tzinfo=UTC)
DAY = timedelta(days=1)
LATELY = NOW - 10 * DAY

# By days as a customer and plan: of a hundred conversations how many are escalated, and the mean rating.
SEGMENTS = {
    (5, "starter"): (35, 4.1),
    (5, "pro"): (28, 4.3),
    (5, "agency"): (22, 4.4),
    (5, "enterprise"): (25, 4.5),
    (50, "starter"): (15, 4.2),
    (50, "pro"): (12, 4.4),
    (50, "agency"): (8, 4.5),
    (50, "enterprise"): (10, 4.6),
}
# Conversations, of them escalated, and the mean rating: 18.2%, 19.8%, 16.4% and 21.3%.
REGIONS = {
    "North America": (22, 4, 4.4),
    "Europe": (86, 17, 4.3),
    "Asia-Pacific": (55, 9, 4.2),
    "Latin America": (47, 10, 4.1),
}
# Escalations by the quarter's middle and topic; the guide names the topic that stands out.
SEASONS = {
    date(2025, 2, 14): {"billing": 12, "technical-support": 8},
    date(2025, 5, 14): {"integrations": 11, "technical-support": 9},
    date(2025, 8, 14): {"technical-support": 15, "billing": 5},
    date(2025, 11, 14): {"account-management": 13, "technical-support": 7},
}
# Escalations by days as a customer: of a hundred how many are of the stage's topic, the others of billing.
STAGES = {
    3: ("widget-setup", 45),
    20: ("integrations", 38),
    60: ("technical-support", 25),
    200: ("account-management", 18),
}


def fill_segments() -> None:
    for (days, plan), (escalated, mean) in SEGMENTS.items():
        talks = many_rows.conversations([LATELY] * 100, customer=customer_for(days, plan=plan))
        escalate_and_rate(talks, escalated, mean)


def fill_regions() -> None:
    for region, (number, escalated, mean) in REGIONS.items():
        talks = many_rows.conversations([LATELY] * number, region=region)
        escalate_and_rate(talks, escalated, mean)


def fill_seasons() -> None:
    for day, topics in SEASONS.items():
        for topic, number in topics.items():
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            many_rows.escalations([noon] * number, topic=factories.make_topic(topic))


def fill_stages() -> None:
    for days, (topic, number) in STAGES.items():
        talks = iter(many_rows.conversations([LATELY] * 100, customer=customer_for(days)))
        many_rows.escalated(islice(talks, number), topic=factories.make_topic(topic))
        many_rows.escalated(talks, topic=factories.make_topic("billing"))


def customer_for(days: int, **fields) -> Customer:
    """Who has been one for so many days."""
    return factories.make_customer(signed_up_on=LATELY.date() - days * DAY, **fields)


def escalate_and_rate(talks: list[Conversation], escalated: int, mean: float) -> None:
    """The first so many are escalated; the last ten, which stay with the AI, have this mean rating."""
    many_rows.escalated(talks[:escalated])
    total = round(10 * mean)
    Rating.objects.bulk_create(
        Rating(conversation=one, csat=total // 10 + (n < total % 10), rated_at=one.started_at)
        for n, one in enumerate(talks[-10:])
    )
