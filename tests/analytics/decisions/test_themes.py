from analytics.decisions.phrases import Phrase
from analytics.decisions.themes import Theme, carried, speaks
from analytics.enums import Tone

WAIT = Theme(1, Tone.CONSTRUCTIVE, [Phrase.of("wait … long")])
HELPFUL = Theme(2, Tone.POSITIVE, [Phrase.of("very helpful")])


def marks(text, decided=None):
    found = carried(text, [WAIT, HELPFUL], decided or {})
    return [(one.theme.id, one.found and one.found.phrase) for one in found]


def test_a_comment_carries_every_theme_that_it_speaks_of():
    assert marks("A long wait") == []
    assert marks("I waited so long, but it was very helpful") == [(1, "wait … long"), (2, "very helpful")]


def test_what_people_say_of_it_stands():
    assert marks("I waited so long", {1: False, 2: True}) == [(2, None)]
    assert marks("I waited so long", {1: True}) == [(1, "wait … long")]


def test_it_speaks_in_the_tones_of_its_themes():
    found = carried("I waited so long", [WAIT, HELPFUL], {})

    assert (speaks(found, Tone.CONSTRUCTIVE), speaks(found, Tone.POSITIVE)) == (True, False)
