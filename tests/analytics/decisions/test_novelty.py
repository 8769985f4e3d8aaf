from analytics.decisions.novelty import fresh_phrases
from analytics.metrics.chance import rates_differ

CHATTER = ["Thanks a lot", "All good", "Fine by me", "Okay then", "The page was slow", "Nice team", "Cheers", "Hm"]


def fresh(now, before):
    return fresh_phrases(now, before, rates_differ)


def test_a_phrase_that_was_not_there_before_is_found_as_customers_write_it():
    now = [*CHATTER * 6, *["The API documentation is hard to find"] * 6, *["Better API documentation please"] * 4]

    (found,) = fresh(now, CHATTER * 6)

    assert (found.name, found.phrase, found.now, found.before) == (
        "API documentation",
        "API … documentation",
        10,
        0,
    )
    assert found.p < 0.05


def test_what_was_said_as_often_before_is_not_new():
    now = [*CHATTER * 6, *["Better API documentation please"] * 10]

    assert fresh(now, now) == []


def test_what_few_say_is_chance():
    assert fresh([*CHATTER * 6, *["Better API documentation please"] * 4], CHATTER * 6) == []


def test_with_few_comments_on_either_side_nothing_is_new():
    assert fresh(["API documentation"] * 50, CHATTER[:4]) == []
    assert fresh([], []) == []


def test_saying_it_often_in_one_comment_is_saying_it_once():
    assert fresh([*CHATTER * 6, "documentation " * 50], CHATTER * 6) == []


def test_two_new_things_are_two_and_their_parts_are_none():
    now = [*CHATTER * 6, *["Better API documentation please"] * 20, *["I miss the dark mode"] * 19]

    assert [(one.name, one.now) for one in fresh(now, CHATTER * 6)] == [
        ("Better API documentation", 20),
        ("Miss the dark mode", 19),
    ]
