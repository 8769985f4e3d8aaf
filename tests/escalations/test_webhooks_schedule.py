from datetime import UTC, datetime, timedelta

import pytest

from escalations.integrations.webhooks.schedule import DELAYS, Answer, Outcome, outcome_of
from escalations.models.webhook import DeliveryState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _after(answer, *, attempts=1, spread=0.0):
    return outcome_of(answer, attempts=attempts, now=NOW, spread=spread)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_delivered(status):
    assert _after(Answer(status)) == Outcome(DeliveryState.DELIVERED)


@pytest.mark.parametrize(
    ("attempts", "delay"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=5)),
        (6, timedelta(hours=10)),
        (7, timedelta(hours=14)),
        (8, timedelta(hours=20)),
        (9, timedelta(hours=24)),
    ],
)
def test_failures_come_back_on_the_schedule(attempts, delay):
    outcome = _after(Answer(500), attempts=attempts)

    assert outcome == Outcome(DeliveryState.PENDING, NOW + delay, "The answer was 500.")


def test_the_whole_schedule_takes_about_75_hours():
    assert timedelta(hours=75) < sum(DELAYS, timedelta()) < timedelta(hours=76)


def test_the_jitter_adds_at_most_a_tenth():
    assert _after(Answer(500), attempts=4, spread=1.0).next_attempt_at == NOW + timedelta(hours=2.2)


def test_after_the_tenth_failure_it_is_given_up():
    assert _after(Answer(None, "Nobody there."), attempts=10) == Outcome(DeliveryState.DEAD, None, "Nobody there.")


def test_gone_ends_it_at_once_and_for_the_endpoint():
    outcome = _after(Answer(410))

    assert (outcome.state, outcome.next_attempt_at, outcome.gone) == (DeliveryState.DEAD, None, True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 401, 404, 500])
def test_other_answers_are_failures_that_leave_the_endpoint_on(status):
    outcome = _after(Answer(status))

    assert (outcome.state, outcome.gone, outcome.rest_until) == (DeliveryState.PENDING, False, None)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("text", ["90", " 90 ", "Mon, 02 Mar 2026 12:01:30 GMT"])
def test_retry_after_is_honoured(status, text):
    outcome = _after(Answer(status, retry_after=text))

    assert outcome.next_attempt_at == outcome.rest_until == NOW + timedelta(seconds=90)


def test_a_retry_after_that_is_shorter_than_the_schedule_does_not_hasten_it():
    outcome = _after(Answer(429, retry_after="1"), attempts=2)

    assert outcome.next_attempt_at == NOW + timedelta(minutes=5)
    assert outcome.rest_until == NOW + timedelta(seconds=1)


@pytest.mark.parametrize("text", ["99999999999999999999", "Fri, 31 Dec 2049 23:59:59 GMT"])
def test_retry_after_is_believed_for_a_day_at_most(text):
    assert _after(Answer(503, retry_after=text)).rest_until == NOW + timedelta(hours=24)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "²", "0", "Sun, 01 Mar 2026 12:00:00 GMT", "\x00"])
def test_a_retry_after_that_says_nothing_leaves_the_schedule(text):
    outcome = _after(Answer(429, retry_after=text))

    assert (outcome.next_attempt_at, outcome.rest_until) == (NOW + timedelta(seconds=5), None)


def test_retry_after_of_other_answers_is_not_read():
    assert _after(Answer(500, retry_after="90")).rest_until is None
