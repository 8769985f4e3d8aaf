import pytest

from analytics.actions.comments import read_comments
from escalations.enums import Reason
from tests.analytics.rows import NOON, escalation, rating

pytestmark = pytest.mark.django_db
URL = "/api/v1/escalations/analytics"
DAY = {"start_date": "2026-03-10", "end_date": "2026-03-10", "timezone": "UTC"}


def test_nps_comes_with_its_error_and_interval(reader):
    for score in (10, 9, 8, 3):
        rating(None, nps=score, of=escalation(reason=Reason.BILLING_ACCOUNT))

    found = reader.post(URL, {**DAY, "metrics": ["nps", "promoters"]}).json()["metrics"]

    nps = found["nps"]["nps"]
    assert (nps["value"], nps["n"], nps["unit"]) == (25.0, 4, "net_score_-100_to_100")
    assert nps["standard_error"] == pytest.approx(100 * ((3 / 4 - 1 / 16) / 4) ** 0.5)
    assert nps["interval_95"][0] < 25 < nps["interval_95"][1]
    assert found["promoters"]["promoters"]["hits"] == 2


def test_comments_by_theme_count_in_each(reader):
    rating(3, comment="I waited so long, but it was very helpful")
    rating(3, comment="I waited so long")
    read_comments(now=NOON)

    body = reader.post(URL, {**DAY, "metrics": ["comments"], "group_by": ["theme"]}).json()

    counts = {one["by"]["theme"]["text"]: one["metrics"]["comments"]["value"] for one in body["groups"]}
    assert counts == {"Got exactly the help I needed": 1, "Had to wait too long for response": 2}
    assert body["metrics"]["comments"]["comments"]["value"] == 2
