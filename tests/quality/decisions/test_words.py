from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.decisions.words import (
    SHORTEST_MISTYPED,
    STOP_WORDS,
    Closeness,
    closeness,
    forms_of,
    keys_of,
    weights,
    words_in,
)

WORDS = st.text(ascii_lowercase, min_size=SHORTEST_MISTYPED, max_size=12).filter(lambda w: w not in STOP_WORDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How do I reset my password?", ["reset", "password"]),
        ("OAuth2 token_url, RATE-limit", ["oauth2", "token", "url", "rate", "limit"]),
        ("Zürich straße É", ["zurich", "strasse", "e"]),
        ("customers' and customer’s", ["customers", "customers"]),
        ("the and of", []),
        ("", []),
        ("a\x00b 401", ["b", "401"]),
    ],
)
def test_words_are_lower_case_without_accents_and_stop_words(text, words):
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("asked", "word", "found"),
    [
        ("invoice", "invoice", Closeness.SAME),
        ("invoices", "invoice", Closeness.INFLECTED),
        ("resetting", "reset", Closeness.INFLECTED),
        ("auth", "authorization", Closeness.BEGUN),
        ("au", "authorization", None),
        ("passwrod", "password", Closeness.MISTYPED),
        ("passwrd", "password", Closeness.MISTYPED),
        ("passwoord", "password", Closeness.MISTYPED),
        ("pazsword", "password", Closeness.MISTYPED),
        ("pazzword", "password", None),
        ("401", "402", None),
        ("cat", "car", None),
    ],
)
def test_how_close_a_word_is_to_the_one_asked_for(asked, word, found):
    assert closeness(asked, word) == found


def slips(word: str) -> st.SearchStrategy[str]:
    """One letter left out, put in, replaced, or swapped with the next."""
    place = st.integers(0, len(word) - 2)
    letter = st.sampled_from(ascii_lowercase)
    return st.one_of(
        place.map(lambda n: word[:n] + word[n + 1 :]),
        st.tuples(place, letter).map(lambda one: word[: one[0]] + one[1] + word[one[0] :]),
        st.tuples(place, letter).map(lambda one: word[: one[0]] + one[1] + word[one[0] + 1 :]),
        place.map(lambda n: word[:n] + word[n + 1] + word[n] + word[n + 2 :]),
    )


@given(st.data(), WORDS)
def test_whatever_the_slip_the_word_is_found_by_one_of_its_forms(data, word):
    asked = data.draw(slips(word).filter(lambda one: len(one) >= SHORTEST_MISTYPED))

    assert keys_of(asked) & forms_of(word)
    assert closeness(asked, word) is not None


@given(WORDS, st.integers(3, 12))
def test_a_beginning_is_a_form_of_the_word(word, length):
    assert word[:length] in forms_of(word)


def edit_distance(one: str, other: str) -> int:
    """Optimal string alignment, by the textbook's table."""
    rows = [[max(i, j) if not i or not j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i][j] = best
    return rows[-1][-1]


@given(st.text("abc", min_size=4, max_size=6), st.text("abc", min_size=4, max_size=6))
def test_mistyped_is_what_the_edit_distance_says(asked, word):
    found = closeness(asked, word)

    if found is None or found is Closeness.MISTYPED:
        assert (found is Closeness.MISTYPED) == (edit_distance(asked, word) == 1)


@given(st.integers(1, 500), st.integers(0, 500))
def test_a_word_of_the_title_says_more_than_any_number_in_the_text(times, others):
    in_text = weights("plan", "invoice " * times + "else " * others)["invoice"]
    in_title = weights("invoice", "")["invoice"]

    assert 0 < in_text < 1
    assert in_title == 2


def test_more_often_says_more_and_a_longer_text_less():
    once, twice = weights("", "invoice a1")["invoice"], weights("", "invoice invoice")["invoice"]
    long = weights("", "invoice " + "filler " * 400)["invoice"]

    assert long < once < twice
