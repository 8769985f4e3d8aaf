import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.decisions.sentiment import _analyzer, is_frustrated, sentiment_of, sentiment_said


@pytest.mark.parametrize(
    "text",
    [
        "This is unacceptable.",
        "I have been waiting for three days and nobody answers. This is ridiculous!",
        "I'm frustrated, nothing works and you keep ignoring me.",
        "I am very disappointed with your service",
    ],
)
def test_one_such_message_frustrates(text):
    assert is_frustrated(sentiment_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "The API returns an error 500",
        "My payment failed and I was charged twice",
        "Can you please help me with a refund?",
        "I need this urgently, our shop is down",
        "How do I cancel my subscription?",
    ],
)
def test_a_problem_told_calmly_does_not(text):
    assert not is_frustrated(sentiment_of(text))


@pytest.mark.parametrize("text", ["", "Where is my invoice?", "12345", "Das ist eine Frechheit", "退款"])
def test_without_a_word_that_says_anything_it_is_unknown(text):
    assert sentiment_of(text) is None


@pytest.mark.parametrize("text", ["Thanks, that worked!", "That's perfect, thank you so much!"])
def test_a_pleased_customer_is_heard(text):
    assert sentiment_of(text) > 0.3


@given(st.text(max_size=300))
def test_a_sentiment_lies_between_the_ends(text):
    score = sentiment_of(text)

    assert score is None or -1 <= score <= 1


@pytest.mark.parametrize(
    ("sentiment", "before", "was", "frustrated"),
    [
        (-0.5, None, False, True),
        (-0.49, None, False, False),
        (-0.2, -0.2, False, True),
        (-0.2, -0.19, False, False),
        (-0.19, -0.9, False, False),
        (0.29, None, True, True),
        (0.3, None, True, False),
        (0.3, -0.9, False, False),
    ],
)
def test_frustration_begins_at_once_or_after_two_and_ends_when_pleased(sentiment, before, was, frustrated):
    assert is_frustrated(sentiment, before=before, was=was) is frustrated


def test_the_platforms_score_wins_and_only_customers_are_scored():
    angry = "This is unacceptable."

    assert sentiment_said(author="customer", text=angry, given=0.0) == 0.0
    assert sentiment_said(author="customer", text=angry) < -0.5
    assert sentiment_said(author="ai", text=angry) is None


@given(
    st.lists(
        st.sampled_from(
            ["where", "Great", "no", "ANGRY!!", ":)", "(sad)", "kind", "of", "very", "café", "😠", "x:d", "'"]
        ),
        max_size=8,
    )
)
def test_looking_words_up_first_changes_no_score(words):
    text = " ".join(words)
    scores = _analyzer().polarity_scores(text)

    assert sentiment_of(text) == (scores["compound"] if scores["neg"] or scores["pos"] else None)
