"""NPS by reason, and its drivers."""

import pytest

from analytics.actions.comments import read_comments
from analytics.metrics.nps import KEYS, nps
from analytics.metrics.registry import METRICS
from analytics.metrics.wording import value_text
from analytics.models import Benchmark
from escalations.enums import Reason
from tests.analytics.feedback_rows import ANSWERS, answer_all
from tests.analytics.rows import NOON, escalation, frame, rating

pytestmark = pytest.mark.django_db


def shown(one, key):
    return value_text(one.measured[key].now, METRICS[key].unit)


def test_by_reason_with_promoters_passives_and_detractors():
    answer_all()

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
