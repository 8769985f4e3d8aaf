"""Back-tests on the airline log, against a count of the file that knows nothing of our code."""

import io
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from escalations.actions.backtests import request_backtest, run_backtest
from escalations.models import TriggerCondition, TriggerRule
from helpninja.common.actors import SYSTEM
from tests import factories

pytestmark = pytest.mark.django_db
AIRLINE = settings.BASE_DIR.parent / "shared/data/tau_bench/historical_trajectories_gpt-4o-airline.json"
HANDOFF = "transfer_to_human_agents"
PHRASES = ["speak to a human", "human agent", "transfer me", "supervisor", "speak to someone"]


@pytest.fixture
def airline() -> Path:
    if not AIRLINE.exists():
        if os.environ.get("HELPNINJA_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{AIRLINE} is missing.")
        pytest.skip("The shared data set is not beside this repository.")
    return AIRLINE


def results_of(log: Path, *condition) -> dict:
    """Of a draft rule with this condition, after the log has been imported."""
    options = ("--format", "openai-chat", "--handoff-tool", HANDOFF)
    call_command("import_conversations", str(log), *options, stdout=io.StringIO())
    rule = TriggerRule.objects.create(name="Draft", active=False, reason="customer_request")
    field, operator, value = condition
    TriggerCondition.objects.create(rule=rule, field=field, operator=operator, value=value)
    now = timezone.now()
    backtest = request_backtest(
        rule=rule,
        start=now - timedelta(days=1),
        end=now + timedelta(days=1),
        time_zone="UTC",
        teams=[factories.support()],
        by=SYSTEM,
        now=now,
    )
    run_backtest(backtest_id=backtest.pk, clock=timezone.now)
    backtest.refresh_from_db()
    return backtest.results


def count(log: Path, fires_at) -> dict[str, int]:
    """``fires_at`` gives the places of the entries at which the rule fires; each conversation counts once."""
    counts = {"added": 0, "earlier": 0, "same": 0}
    for conversation in json.loads(log.read_text()):
        entries = conversation["traj"]
        handoff = next((place for place, entry in enumerate(entries) if HANDOFF in called(entry)), None)
        first = min((at for at in fires_at(entries) if handoff is None or at <= handoff), default=None)
        if first is not None:
            counts["added" if handoff is None else "earlier" if first < handoff else "same"] += 1
    return counts


def called(entry: dict) -> list[str]:
    return [call["function"]["name"] for call in entry.get("tool_calls") or []]


def asks_for_person(entries: list[dict]) -> list[int]:
    """A customer's entry with one of the phrases as whole words, whatever the case and without articles."""
    wanted = [f" {phrase.replace(' a ', ' ')} " for phrase in PHRASES]
    return [
        place
        for place, entry in enumerate(entries)
        if entry["role"] == "user" and any(phrase in plainly(entry["content"]) for phrase in wanted)
    ]


def plainly(text: str) -> str:
    letters = "".join(letter if letter.isalnum() or letter in "_'" else " " for letter in text.lower())
    return f" {' '.join(word for word in letters.split() if word not in ('a', 'an', 'the'))} "


def third_failure_in_a_row(entries: list[dict]) -> list[int]:
    """A call failed when the answer begins with "Error"; one that worked starts the count anew."""
    places, in_a_row = [], 0
    for place, entry in enumerate(entries[:-1]):
        following = entries[place + 1]
        if called(entry) and following["role"] == "tool":
            in_a_row = in_a_row + 1 if following["content"].startswith("Error") else 0
        if entry["role"] == "assistant" and in_a_row >= 3:
            places.append(place)
    return places


def of_interest(results: dict) -> dict[str, int]:
    return {name: results["outcomes"][name] for name in ("added", "earlier", "same")}


def test_customer_asks_for_a_person(airline):
    expected = count(airline, asks_for_person)

    results = results_of(airline, "customer_text", "contains_phrase", PHRASES)

    assert of_interest(results) == expected
    assert results["tested"]["count"] == sum(expected.values()) > 0
    assert (results["conversations"], results["happened"], results["untimed"]) == (200, 48, 200)
    assert (results["days"], results["no_day"]) == ([], [sum(expected.values()), 48])


def test_three_failed_answers(airline):
    expected = count(airline, third_failure_in_a_row)

    results = results_of(airline, "failed_attempts", "at_least", 3)

    assert of_interest(results) == expected
    assert results["tested"]["count"] == sum(expected.values()) > 0
