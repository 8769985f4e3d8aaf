"""NPS by reason, and its drivers."""

import pytest

from analytics.actions.comments import read_comments
from analytics.metrics.nps import KEYS, nps
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import value_text
from analytics.models import Benchmark
from escalations.enums import Reason
from escalations.models import Conversation, Escalation, Rating
from tests import factories
from tests.analytics.rows import NOON, escalation, frame, rating

pytestmark = pytest.mark.django_db

# Of a hundred answers each: promoters, passives, detractors, and the net score that they give.
ANSWERS = {
    Reason.BILLING_ACCOUNT: (71, 23, 6, "+65"),
    Reason.CUSTOMER_REQUEST: (64, 31, 5, "+59"),
    Reason.TECHNICAL_ISSUE: (51, 37, 12, "+39"),
    Reason.LOW_AI_CONFIDENCE: (56, 33, 11, "+45"),
    Reason.CONTENT_GAP: (42, 44, 14, "+28"),
}


def answered(reason, scores):
    numbers = range(len(scores))
    talks = Conversation.objects.bulk_create(
        Conversation(source="test", external_id=f"{reason}-{n}", started_at=NOON, created_at=NOON) for n in numbers
    )
    about = {"reason": reason, "priority": 2, "opened_at": NOON, "team": factories.support()}
    cases = Escalation.objects.bulk_create(Escalation(conversation=talk, **about) for talk in talks)
    Rating.objects.bulk_create(
        Rating(conversation=case.conversation, escalation=case, rated_at=NOON, nps=score)
        for case, score in zip(cases, scores, strict=True)
    )


def shown(one, key):
    return value_text(one.measured[key].now, METRICS[key].unit)


def test_by_reason_with_promoters_passives_and_detractors():
    for reason, (promoters, passives, detractors, _) in ANSWERS.items():
        answered(reason, [9] * promoters + [8] * passives + [3] * detractors)

    found = nps(frame())

    read = {one.label.code: [shown(one, key) for key in KEYS] for one in found.reasons}
    assert read == {
        reason: [net, *(f"{share}.0%" for share in shares)] for reason, (*shares, net) in ANSWERS.items()
    }
    assert found.overall["nps"].now.n == 500
    assert value_text(found.overall["nps"].now, METRICS["nps"].unit) == "+47"


class TestDriver:
    def test_what_promoters_say_more_often_than_others(self):
        for _ in range(8):
            self.answer(10, "Sarah understood my issue")
        for _ in range(4):
            self.answer(9, "Very helpful")
        for _ in range(6):
            self.answer(8, "Very helpful")

        (of_reason,) = nps(frame()).reasons

        driver = of_reason.driver
        assert (driver.theme.name, driver.of_promoters) == ("Agent understood my issue immediately", True)
        assert (driver.share.hits, driver.share.n, driver.others.hits, driver.others.n) == (8, 12, 0, 6)
        assert driver.is_beyond_chance

    def test_below_the_industry_it_is_what_detractors_say(self):
        Benchmark.objects.update_or_create(metric="nps", defaults={"value": 31.0, "source": "Survey"})
        for _ in range(6):
            self.answer(2, "The bot should know this")
        for _ in range(6):
            self.answer(8, "Very helpful")

        found = nps(frame())

        driver = found.reasons[0].driver
        assert (driver.theme.name, driver.of_promoters) == ("AI should have been able to help", False)
        assert found.benchmark.value == 31.0

    def test_too_few_comments_have_none(self):
        for score in (10, 10, 10, 10, 10, 2):
            self.answer(score, "Very helpful")

        (of_reason,) = nps(frame()).reasons

        assert (of_reason.driver, of_reason.is_enough) == (None, True)

    def test_too_few_answers_are_not_enough(self):
        self.answer(10, "Very helpful")

        assert not nps(frame()).reasons[0].is_enough

    def answer(self, score, comment):
        rating(None, nps=score, comment=comment, of=escalation(reason=Reason.TECHNICAL_ISSUE))
        read_comments(now=NOON)
