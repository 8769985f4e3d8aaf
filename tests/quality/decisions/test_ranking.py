import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.decisions.ranking import (
    EXPANSIONS,
    Asked,
    Ranked,
    factors_of,
    least_matched,
    rank,
    rarest,
    telling,
)


def test_a_slip_is_supposed_only_where_nothing_else_is_found():
    assert factors_of("preset", [(1, "preset"), (2, "presets"), (3, "reset")]) == {1: 1.0, 2: 0.8}
    assert factors_of("presat", [(1, "preset"), (3, "reset")]) == {1: 0.4}


def test_of_many_words_that_begin_so_the_nearest_are_taken():
    terms = [(length, "auth" + "x" * length) for length in range(1, 60)]

    assert set(factors_of("auth", terms)) == set(range(1, EXPANSIONS + 1))


def test_a_rare_word_tells_more_and_none_tells_less_than_nothing():
    assert telling(100, 1) == math.log(1 + 99.5 / 1.5)
    assert telling(100, 1) > telling(100, 50) > telling(100, 100) > 0
    assert telling(1, 5) > 0


@pytest.mark.parametrize(("words", "least"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (8, 4)])
def test_how_many_of_the_words_are_asked_for(words, least):
    assert least_matched(words) == least


def asked(word, terms, tells=1.0):
    return Asked(word, dict(terms), tells)


def test_a_word_in_the_title_goes_before_two_in_the_text():
    words = [asked("a", {1: 1.0}), asked("b", {2: 1.0}), asked("c", {3: 1.0})]
    postings = [(10, 1, 0.6), (10, 2, 0.6), (20, 1, 2.4), (20, 3, 0.1)]

    assert [one.article for one in rank(words, postings, least=2)] == [20, 10]


def test_of_the_terms_that_stand_for_a_word_the_best_counts():
    words = [asked("bill", {1: 1.0, 2: 0.6}, 2.0)]

    assert rank(words, [(10, 1, 0.5), (10, 2, 1.0)], least=1) == [Ranked(10, 1.2)]


def test_too_few_words_are_no_hit():
    assert rank([asked("a", {1: 1.0}), asked("b", {})], [(10, 1, 2.0)], least=2) == []


def test_an_article_of_the_own_topic_goes_before_its_equal():
    ranked = rank([asked("a", {1: 1.0})], [(10, 1, 1.0), (20, 1, 1.0)], least=1, favoured=frozenset({20}))

    assert [one.article for one in ranked] == [20, 10]


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 5)), min_size=1, max_size=8),
    st.integers(1, 8),
    st.data(),
)
def test_who_has_enough_words_has_one_of_the_rarest(words, least, data):
    least = min(least, len(words))
    given_words = [asked(str(n), {n: 1.0} if known else {}, tells) for n, (known, tells) in enumerate(words)]
    known = [one for one in given_words if one.is_known]
    first = rarest(given_words, least)

    if len(known) >= least:
        had = data.draw(st.permutations(known))[:least]
        assert any(one in first for one in had)
    else:
        assert first == []
