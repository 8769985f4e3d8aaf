from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from escalations.decisions.comparison import Case, Handover, Other, Outcome, Tally, outcome_of
from escalations.decisions.replay import Fire, first_fires, steps, whenever
from escalations.decisions.triggers import CompiledRule, Facts, Fired, compile_condition

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Said:
    author: str = "customer"
    text: str = ""
    ai_confidence: float | None = None
    ai_failed: bool | None = None
    intent: str = ""
    sent_at: datetime | None = None
    response_ms: int | None = None
    sentiment: float | None = None


def facts_of(message, signals):
    return Facts(message=message, signals=signals)


def rule(number, *condition, **fields):
    return CompiledRule(number, f"Rule {number}", 1, ((compile_condition(*condition),),), **fields)


ASKS = rule(1, "customer_text", "contains_phrase", ["human"])
UNSURE = rule(2, "ai_confidence", "below", 0.4)
FAILING = rule(3, "failed_attempts", "at_least", 2)
TOLD = [
    Said(text="My bag is lost"),
    Said("ai", ai_confidence=0.35),
    Said(text="A human, please"),
    Said("ai", ai_confidence=0.2),
    Said(text="Human!"),
]


def test_each_rule_is_found_where_it_would_first_have_fired_alone():
    found = first_fires([ASKS, UNSURE, FAILING], TOLD, facts_of, NOW, {})

    assert {place: fire.place for place, fire in found.items()} == {0: 2, 1: 1, 2: 3}
    assert found[2].fired.because["text"] == "Rule 3: Failed attempts in a row 2 is at least 2"


def test_a_rule_that_never_fires_is_not_found():
    assert first_fires([ASKS, UNSURE], TOLD[:1], facts_of, NOW, {}) == {}


def test_steps_show_every_rule_that_fires_at_each_message():
    fired = [[one.rule.id for one in step.fired] for step in steps([FAILING, ASKS, UNSURE], TOLD, facts_of, NOW)]

    assert fired == [[], [2], [1], [3, 2], [3, 1]]


def test_replayed_rules_hold_whenever():
    expired = rule(1, "customer_text", "contains_phrase", ["human"], valid_to=NOW - timedelta(days=1))

    assert first_fires([expired], TOLD, facts_of, NOW, {}) == {}
    assert first_fires(whenever([expired]), TOLD, facts_of, NOW, {})[0].place == 2


# Against what happened


def fire(place, number=9, at=None):
    return Fire(place, Said(sent_at=at), Fired(rule(number, "ai_confidence", "below", 0.4), ()))


def handover(place=2, *, rule=None, necessity="", at=NOW):
    return Handover(escalation=place or 0, rule=rule, place=place, at=at, necessity=necessity)


def case(tested=None, handover=None, *, current=None, others=None, timing="measured", conversation=1):
    return Case(conversation, NOW, timing, 5, handover, tested, current, others or {})


def test_outcomes():
    outcomes = {
        "nobody took it over": outcome_of(case(fire(1)), 9),
        "taken over later": outcome_of(case(fire(1), handover(2)), 9),
        "taken over there": outcome_of(case(fire(2), handover(2)), 9),
        "taken over, where is not known": outcome_of(case(fire(1), handover(None)), 9),
        "by this rule, and by none now": outcome_of(case(None, handover(rule=9)), 9),
        "by this rule, and by another now": outcome_of(case(None, handover(rule=9), others={0: fire(1)}), 9),
        "by another rule": outcome_of(case(None, handover(rule=8)), 9),
        "nothing": outcome_of(case(), 9),
    }

    assert list(outcomes.values()) == [
        Outcome.ADDED,
        Outcome.EARLIER,
        Outcome.SAME,
        Outcome.SAME,
        Outcome.REMOVED,
        Outcome.OTHERWISE,
        Outcome.UNTOUCHED,
        Outcome.UNTOUCHED,
    ]


def tally(*others, zone="UTC", has_current=False):
    return Tally(rule=9, others=others, zone=zone, has_current=has_current)


def test_tally_counts_by_local_day_and_hour():
    found = tally(zone="America/New_York")

    found.add(case(fire(1, at=datetime(2026, 3, 3, 4, 59, tzinfo=UTC))))
    found.add(case(fire(1, at=datetime(2026, 3, 3, 5, 0, tzinfo=UTC))))
    found.add(case(fire(1, at=datetime(2026, 3, 5, 17, 0, tzinfo=UTC)), handover(at=NOW)))
    found.add(case(fire(1), timing="unknown"))
    results = found.results()

    assert results["days"] == [
        ["2026-03-02", 1, 1],
        ["2026-03-03", 1, 0],
        ["2026-03-04", 0, 0],
        ["2026-03-05", 1, 0],
    ]
    assert [row for row in results["hours"] if any(row[1:])] == [[0, 1, 0], [7, 0, 1], [12, 1, 0], [23, 1, 0]]
    assert (results["tested"]["count"], results["no_day"], results["untimed"]) == (4, [1, 0], 1)


def test_tally_counts_verdicts_and_who_judged_none():
    found = tally()

    for verdict in ("needed", "needed", "unneeded", "too_late", ""):
        found.add(case(fire(1), handover(necessity=verdict)))
    found.add(case(None, handover(rule=9, necessity="needed")))
    found.add(case(fire(1)))
    results = found.results()

    assert results["verdicts"] == {"needed": 2, "unneeded": 1, "too_late": 1, "unknown": 1}
    assert results["removed_verdicts"] == {"needed": 1, "unneeded": 0, "too_late": 0, "unknown": 0}
    assert results["outcomes"]["added"] == 1


def test_tally_says_which_rule_would_have_decided():
    found = tally(Other(1, "Before", precedes=True), Other(2, "After", precedes=False))

    found.add(case(fire(2), others={0: fire(2), 1: fire(2)}))
    found.add(case(fire(2), others={1: fire(1)}))
    found.add(case(fire(2), others={0: fire(3)}))
    found.add(case(None, others={0: fire(3)}))
    results = found.results()

    assert results["overlap"] == [
        {"rule": 1, "name": "Before", "fires": 3, "both": 2, "first": 1},
        {"rule": 2, "name": "After", "fires": 2, "both": 2, "first": 1},
    ]
    assert results["tested"] == {"count": 3, "decided": 1}
    assert results["added_anyway"] == 3


def test_tally_beside_the_current_version():
    found = tally(has_current=True)

    found.add(case(fire(1), current=fire(2)))
    found.add(case(fire(1)))
    found.add(case(None, current=fire(2)))
    results = found.results()

    assert results["current"] == {"count": 2, "only_tested": 1, "only_current": 1}
    assert results["series"] == ["tested", "current", "happened"]


def test_tally_keeps_the_latest_examples_and_no_words_of_anybody():
    found = tally()

    for number in range(30):
        found.add(case(fire(1), conversation=number))
    examples = found.results()["examples"]["added"]

    assert [example["conversation"] for example in examples] == list(range(29, 4, -1))
    assert examples[0] == {"conversation": 29, "at": NOW.isoformat(), "place": 2}
