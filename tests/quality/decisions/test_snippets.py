from hypothesis import given
from hypothesis import strategies as st

from quality.decisions.snippets import LENGTH, STRETCH, Piece, best_start, snippet


def said(pieces):
    return "".join(piece.text for piece in pieces)


def test_matched_words_are_marked_as_they_are_written():
    pieces = snippet("Reset your Password, then sign in.", {"password"})

    assert [piece for piece in pieces if piece.is_match] == [Piece("Password,", True)]
    assert said(pieces).strip() == "Reset your Password, then sign in."


def test_accents_and_joined_words_are_seen():
    assert [piece.text for piece in snippet("The Zürich/office", {"zurich"}) if piece.is_match] == [
        "Zürich/office"
    ]


def test_the_stretch_with_most_matches_is_shown():
    text = " ".join(["refund", *["filler"] * 100, "refund", "invoice", *["end"] * 50])

    shown = said(snippet(text, {"refund", "invoice"}))

    assert shown.startswith("… ")
    assert "refund invoice" in shown
    assert len(shown) <= LENGTH + 10


def test_without_a_match_the_beginning_is_shown():
    assert said(snippet("First things first", {"refund"})).strip() == "First things first"


def test_an_empty_text_and_an_endless_word():
    assert snippet("", {"a"}) == []
    assert len(said(snippet("x" * 5000, {"a"}))) <= LENGTH + 1


def test_a_long_text_of_nothing_but_matches_is_cut_at_once():
    pieces = snippet("refund " * 15_000, {"refund"})

    assert len(said(pieces)) <= LENGTH + 10


@given(st.lists(st.booleans(), max_size=200))
def test_the_stretch_shown_has_as_many_matches_as_any(hits):
    places = [place for place, hit in enumerate(hits) if hit]
    most = max((sum(first <= one < first + STRETCH for one in places) for first in places), default=0)

    start = best_start(hits)

    assert sum(hits[start : start + STRETCH + 8]) >= most
