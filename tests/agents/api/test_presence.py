from datetime import UTC, date, datetime, time

import pytest
import time_machine

from agents.enums import Status, Weekday
from agents.models import Presence, Shift

pytestmark = pytest.mark.django_db
# A Wednesday, 10:00 in New York.
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_ones_own_presence_comes_with_the_plan(api, agent):
    Shift.objects.create(agent=agent, weekday=Weekday.WEDNESDAY, start=time(9), end=time(17))

    answer = api(user=agent.user).get("/api/v1/agents/me/presence").json()

    assert answer["plan"]["text"] == "on shift until 17:00"


class TestHours:
    @pytest.fixture(autouse=True)
    def _ledger(self, agent):
        at = datetime(2026, 11, 24, 14, tzinfo=UTC)
        Presence.objects.create(agent=agent, at=at, status=Status.AVAILABLE, actor="test")
        Presence.objects.create(agent=agent, at=at.replace(hour=15), status=Status.IN_CONVERSATION, actor="test")

    def hours(self, api, user, agent, query=""):
        return api(user=user).get(f"/api/v1/agents/{agent.public_id}/hours{query}")

    def test_of_each_day_in_the_agents_zone(self, api, agent, supervisor):
        answer = self.hours(api, supervisor.user, agent, "?first=2026-11-24&last=2026-11-25").json()

        assert answer == {
            "agent": agent.public_id,
            "name": "Sarah Mitchell",
            "time_zone": "America/New_York",
            "days": [
                {
                    "date": "2026-11-24",
                    "available_seconds": 3600,
                    "busy_seconds": 14 * 3600,
                    "away_seconds": 0,
                    "offline_seconds": 0,
                    "unknown_seconds": 9 * 3600,
                },
                {
                    "date": "2026-11-25",
                    "available_seconds": 0,
                    "busy_seconds": 10 * 3600,
                    "away_seconds": 0,
                    "offline_seconds": 0,
                    "unknown_seconds": 0,
                },
            ],
        }

    def test_of_the_last_two_weeks(self, api, agent):
        days = [day["date"] for day in self.hours(api, agent.user, agent).json()["days"]]

        assert (len(days), days[0], days[-1]) == (14, str(date(2026, 11, 12)), str(date(2026, 11, 25)))

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("?first=2026-11-26", "first"),
            ("?first=2025-01-01", "first"),
            ("?last=yesterday", "last"),
            ("?frist=2026-11-24", "frist"),
        ],
    )
    def test_nonsense_is_refused_by_its_field(self, api, agent, query, field):
        answer = self.hours(api, agent.user, agent, query)

        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [field]
