import pytest

from quality.decisions.naming import LONGEST_NAME, describe, frequencies
from quality.decisions.wording import content_words, stem


def named(texts, notes=(), others=(), **options):
    everything = [*texts, *others]
    return describe(texts, list(notes), overall=frequencies(everything), total=len(everything), **options)


def test_name_is_what_agents_called_it_most_often_however_they_spelled_it():
    notes = ["custom webhook setup", "Custom webhook setup", "Custom webhook setup", "Webhooks", ""]

    assert named(["How do I verify webhooks in Go?"], notes).name == "Custom webhook setup"


def test_without_notes_the_name_is_the_pair_of_words_that_stands_out():
    texts = ["How do I rotate API keys?", "renewing the API keys", "Are two API keys valid at once?"]

    assert named(texts, others=["Where is my refund?"]).name == "API keys"


def test_a_pair_of_words_is_read_as_it_is_written_and_not_across_sentences():
    texts = [
        "The founder left, I become the owner",
        "Become the owner? Account moves",
        "Would like to become an owner",
    ]

    assert named(texts, others=["Where is my refund?"]).name == "Become the owner"


def test_a_question_that_comes_again_and_again_is_the_name_without_its_greeting():
    texts = ["Hello, I lost my phone. Thanks!", "I lost my phone.", "lost phone, no code", "lost phone again"]

    assert named(texts).name == "I lost my phone."


def test_of_a_long_question_the_first_sentence_that_says_something_is_the_name():
    assert named(["Hi there. Is the chat slow? Other pages are fast."]).name == "Is the chat slow?"


def test_without_a_common_pair_the_name_is_the_most_typical_question():
    assert named(["is the chat slow?", "Everything hangs"]).name == "Is the chat slow?"


def test_a_taken_name_is_passed_over():
    texts = ["How do I rotate API keys?", "renewing API keys"]

    assert named(texts, taken={"api keys"}).name == "How do I rotate API keys?"


def test_a_long_name_is_cut_at_a_word():
    name = named(["word " * 40]).name

    assert len(name) <= LONGEST_NAME
    assert name.endswith("word…")


def test_terms_are_those_that_are_frequent_here_and_rare_elsewhere_as_they_are_written():
    found = named(["SSO login fails", "SSO with SAML"], others=["login fails", "login fails again"])

    assert found.terms[0] == "SSO"


def test_what_says_nothing_gets_a_name_all_the_same():
    assert named([""]).name == "Unnamed"


@pytest.mark.parametrize(
    ("word", "kept"),
    [("exports", "export"), ("exporting", "export"), ("keys", "key"), ("access", "access"), ("ключи", "ключи")],
)
def test_stem(word, kept):
    assert stem(word) == kept


def test_content_words_leave_out_what_any_question_may_hold():
    assert content_words("How do I change my E-mail, please?") == ["change", "email"]
