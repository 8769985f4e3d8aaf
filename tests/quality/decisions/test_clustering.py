import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.decisions import clustering
from quality.decisions.clustering import LEAST_SIMILARITY, UNGROUPED, group, link
from tests.quality.questions import accuracy, k_means, labelled, nmi


def test_labelled_questions_are_grouped_better_than_by_k_means_that_is_told_how_many_there_are():
    texts, labels = labelled()
    told = k_means(texts, labels.max() + 1)

    found = group(texts)

    assert nmi(labels, found) >= max(0.70, nmi(labels, told) + 0.1)
    assert accuracy(labels, found) >= max(0.50, accuracy(labels, told))


def test_same_question_in_other_words_and_spellings_is_one_group():
    texts = [
        "How do I rotate API keys?",
        "API key rotation",
        "rotating our api keys",
        "The refund has not arrived",
        "When does my refund arrive?",
    ]

    first, second, third, fourth, fifth = group(texts)

    assert first == second == third != fourth == fifth


@pytest.mark.parametrize("text", ["", "?!", "a", "how do I do this", "\x00", "🙂"])
def test_what_says_nothing_is_in_no_group(text):
    assert group([text, "Refund, please", text]).tolist() == [UNGROUPED, 0, UNGROUPED]


@pytest.mark.parametrize("texts", [[], ["how?"], ["Refund"]])
def test_none_or_one_question(texts):
    assert len(group(texts)) == len(texts)


def test_the_same_texts_always_give_the_same_groups():
    texts, _ = labelled()

    assert group(texts).tolist() == group(texts).tolist()


def test_other_scripts_are_grouped_too():
    texts = ["Как вернуть деньги за заказ", "деньги за заказ вернуть", "Пароль не подходит"]

    first, second, third = group(texts)

    assert first == second != third


unit_rows = st.integers(1, 40).flatmap(
    lambda count: st.integers(0, 2**32 - 1).map(
        lambda seed: _of_length_one(np.random.default_rng(seed).random((count, 4)) ** 8)
    )
)


def _of_length_one(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@settings(deadline=None)
@given(unit_rows)
def test_linkage_in_one_turn_joins_no_two_groups_that_are_apart_and_leaves_none_that_are_near(rows):
    labels = link(rows)

    means = np.stack([rows[labels == number].mean(axis=0) for number in range(labels.max() + 1)])
    between = (means @ means.T)[~np.eye(len(means), dtype=bool)]
    assert (between < LEAST_SIMILARITY + 1e-9).all()
    assert sorted(set(labels.tolist())) == list(range(len(means)))


@settings(deadline=None)
@given(unit_rows, st.integers(2, 9))
def test_linkage_in_turns_gives_every_question_a_group_that_is_near_enough(rows, at_once):
    whole = clustering.LINKED_AT_ONCE
    clustering.LINKED_AT_ONCE = at_once
    try:
        labels = link(rows)
    finally:
        clustering.LINKED_AT_ONCE = whole

    assert (labels >= 0).all()
    for number in range(labels.max() + 1):
        members = np.flatnonzero(labels == number)
        core = rows[members[:at_once]].mean(axis=0)
        assert len(members) == 1 or (rows[members] @ core).max() >= LEAST_SIMILARITY
