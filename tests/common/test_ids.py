import re

from helpninja.common.ids import ALPHABET, public_id


def test_ids_are_the_kind_and_twenty_characters_without_those_that_look_alike():
    made = {public_id("esc") for _ in range(500)}

    assert len(made) == 500
    assert all(re.fullmatch("esc_[0-9a-hjkmnp-tv-z]{20}", one) for one in made)
    assert {character for one in made for character in one[4:]} == set(ALPHABET.decode())
