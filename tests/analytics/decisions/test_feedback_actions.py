from analytics.decisions.feedback_actions import Suggestion, Weighed, suggestions
from helpninja.common.values import Value

STAFF, FIRST_CONTACT, TRAIN = "Bring waiting times down", "Focus on first-contact resolution", "Train agents"


def share(hits):
    return Value.of_rate(hits, 100)


def weighed(name, advice, hits, *, grows=False, shrinks=False):
    return Weighed(name, advice, share(hits), grows, shrinks)


def test_what_most_comments_are_of_comes_first_and_what_shrinks_is_left_out():
    themes = [
        weighed("Wait", STAFF, 31, shrinks=True),
        weighed("Not understood", TRAIN, 24),
        weighed("Explained again", FIRST_CONTACT, 18),
        weighed("Several people", FIRST_CONTACT, 15, shrinks=True),
        weighed("Too dear", "", 40),
    ]

    found = suggestions(themes, {STAFF: share(31), TRAIN: share(24), FIRST_CONTACT: share(33)})

    assert found == [
        Suggestion(FIRST_CONTACT, ("Explained again", "Several people"), share(33), ()),
        Suggestion(TRAIN, ("Not understood",), share(24), ()),
    ]


def test_what_grows_comes_first_however_small():
    themes = [weighed("Wait", STAFF, 31), weighed("Not understood", TRAIN, 6, grows=True)]

    found = suggestions(themes, {STAFF: share(31), TRAIN: share(6)})

    assert [(one.text, one.grows) for one in found] == [(TRAIN, ("Not understood",)), (STAFF, ())]


def test_few_comments_suggest_nothing():
    assert suggestions([weighed("Wait", STAFF, 14)], {STAFF: share(14)}) == []
    assert (
        suggestions([Weighed("Wait", STAFF, Value.of_rate(4, 4), False, False)], {STAFF: Value.of_rate(4, 4)})
        == []
    )
    assert suggestions([], {}) == []
