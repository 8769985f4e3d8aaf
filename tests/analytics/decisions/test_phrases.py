import pytest
from django.core.exceptions import ValidationError

from analytics.decisions.phrases import Comment, Found, Phrase


def found(phrase, text):
    """What the phrase finds, as the comment says it."""
    place = Comment(text).find([Phrase.of(phrase)])
    return text[place.start : place.end] if place else None


@pytest.mark.parametrize(
    ("phrase", "text", "match"),
    [
        ("wait long", "We wait long here", "wait long"),
        ("wait long", "We waited long here", "waited long"),
        ("wait long", "We WAITED  long, again", "WAITED  long"),
        ("wait long", "We wait very long here", None),
        ("wait … long", "We wait very long here", "wait very long"),
        ("wait ... long", "We wait very long here", "wait very long"),
        ("wait…long", "wait one two three four long", "wait one two three four long"),
        ("wait … long", "wait one two three four five long", None),
        ("wait … long", "Long wait", None),
        ("wait … long", "I had to wait. Long live the queen", None),
        ("wait … long", "I wait, and long", "wait, and long"),
        ("wait/queue long", "In the queue long enough", "queue long"),
        ("in the queue", "Stuck in a queue", "in a queue"),
        ("wait wait long", "wait wait long", "wait wait long"),
        ("wait … wait long", "wait wait wait long", "wait wait wait long"),
        ("AI … should", "Your AI really should know", "AI really should"),
        ("AI", "I said it", None),
        ("follow up", "A follow-up came", "follow-up"),
        ("wait", "", None),
        ("wait", "…!", None),
    ],
)
def test_words_are_found_in_their_order_in_any_form_and_over_gaps(phrase, text, match):
    assert found(phrase, text) == match


@pytest.mark.parametrize(
    ("phrase", "text", "match"),
    [
        ("wait … long", "I didn't have to wait long", None),
        ("wait … long", "I didn’t wait long", None),
        ("wait … long", "I never wait long", None),
        ("wait … long", "The wait was not long", None),
        ("wait … long", "No, I waited so long", "waited so long"),
        ("wait … long", "It did not work but I waited long", "waited long"),
        ("wait … long", "I am not one to complain often but the wait was long", "wait was long"),
        ("quick answer", "Not only quick answers", "quick answers"),
        ("quick answer", "Couldn't be happier with your quick answer", "quick answer"),
        ("not … repeat", "I didn't have to repeat anything", "didn't have to repeat"),
        ("not … repeat", "without repeating anything", "without repeating"),
        ("didn't … repeat", "never had to repeat it", "never had to repeat"),
        ("not … repeat", "I had to repeat it", None),
        ("explain … again", "I did not have to explain it again", None),
    ],
)
def test_what_is_negated_is_found_only_by_a_phrase_that_negates(phrase, text, match):
    assert found(phrase, text) == match


def test_the_first_phrase_that_finds_something_is_named():
    phrases = [Phrase.of("no answer"), Phrase.of("wait … long"), Phrase.of("long")]

    assert Comment("I wait long.").find(phrases) == Found("wait … long", 2, 11)


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("", "A phrase needs a word to look for."),
        ("the", "A phrase needs a word to look for."),
        ("not", "A phrase needs a word to look for."),
        ("… ", "A phrase needs a word to look for."),
        ("wait …", "A phrase ends with a word, not with a gap."),
        ("one two three four five six seven eight nine", "A phrase has at most 8 words."),
    ],
)
def test_phrases_that_look_for_nothing_are_refused(phrase, problem):
    with pytest.raises(ValidationError) as refused:
        Phrase.of(phrase)

    assert refused.value.messages == [problem]
