from decimal import Decimal

import pytest

from quality.decisions.standing import Answers, against_others, of_criteria
from quality.decisions.suggestions import OfTopic, suggestions
from quality.enums import CoachingKind, Measure

TOM, SARAH, DAVID = 1, 2, 3
APIS, BILLING = 7, 8
MEASURES = {"response_time": Measure.RESPONSE_TIME, "contact": Measure.FIRST_CONTACT, "accuracy": ""}


def answered(agent, key, share, n=5):
    return Answers(agent, key, key.replace("_", " ").title(), n, Decimal(share) * n / 4, Decimal(25) * n, 0)


def reviewed(agent, topic, mean, n=5):
    return OfTopic(agent, topic, {APIS: "APIs", BILLING: "Billing"}[topic], n, Decimal(mean) * n)


def suggested(answers=(), topics=(), answered=()):
    own = of_criteria(row for row in answers if row.agent == TOM)
    return suggestions(TOM, own, against_others(TOM, answers), topics, MEASURES, 75.0, answered)


@pytest.mark.parametrize(
    ("key", "kind", "text"),
    [
        ("response_time", CoachingKind.WORKSHOP, "Time management and prioritization workshop"),
        ("contact", CoachingKind.SHADOWING, "Shadow senior agents on cases that took several contacts"),
        ("accuracy", CoachingKind.TRAINING, "Training: accuracy"),
        ("unknown", CoachingKind.TRAINING, "Training: unknown"),
    ],
)
def test_what_helps_depends_on_what_the_criterion_is_scored_from(key, kind, text):
    (found,) = suggested([answered(TOM, key, 60)])

    assert (found.key, found.criterion, found.kind, found.text) == (f"criterion:{key}", key, kind, text)
    assert found.because.endswith("reached 60.0 of 100 (n = 5).")


def test_low_is_below_the_good_share_or_clearly_below_the_others():
    rows = [
        answered(TOM, "accuracy", 90),
        answered(SARAH, "accuracy", 98),
        answered(TOM, "contact", 74),
        answered(TOM, "response_time", 80),
        answered(SARAH, "response_time", 82),  # 2 of 100: chance
        answered(TOM, "rare", 20, n=4),
    ]

    found = suggested(rows)

    assert [one.criterion for one in found] == ["contact", "accuracy"]  # the lowest first
    assert found[1].because == "Accuracy reached 90.0 of 100 (n = 5), the others 98.0 (n = 5)."


def test_a_weak_topic_is_shadowed_with_whoever_does_best_on_it():
    topics = [reviewed(TOM, APIS, 72), reviewed(DAVID, APIS, 93), reviewed(SARAH, APIS, 99, n=4)]

    (found,) = suggested(topics=topics)

    assert (found.key, found.kind, found.mentor) == ("topic:7", CoachingKind.SHADOWING, DAVID)
    assert found.text == "Shadow on APIs cases"
    assert found.because == "Reviews on APIs average 72.0 (n = 5), the others' 95.7 (n = 9)."


def test_without_anybody_to_shadow_it_is_trained():
    topics = [reviewed(TOM, APIS, 72), reviewed(DAVID, APIS, 93, n=3), reviewed(SARAH, APIS, 99, n=3)]

    (found,) = suggested(topics=topics)

    assert (found.kind, found.mentor, found.text) == (CoachingKind.TRAINING, None, "Training on APIs")


@pytest.mark.parametrize(
    "topics",
    [
        [reviewed(TOM, APIS, 72, n=4), reviewed(DAVID, APIS, 93)],  # too few of one's own
        [reviewed(TOM, APIS, 72), reviewed(DAVID, APIS, 93, n=4)],  # and of the others
        [reviewed(TOM, APIS, 72), reviewed(DAVID, BILLING, 93)],
        [reviewed(TOM, APIS, 91), reviewed(DAVID, APIS, 93)],
    ],
)
def test_too_little_to_tell_suggests_nothing(topics):
    assert suggested(topics=topics) == ()


def test_what_was_answered_does_not_come_back():
    rows = [answered(TOM, "accuracy", 60), answered(TOM, "contact", 60)]

    assert [one.criterion for one in suggested(rows, answered={"criterion:accuracy"})] == ["contact"]
