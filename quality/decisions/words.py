"""A text as the words that are searched by, and the forms under which a word is found although typed otherwise."""

import re
import unicodedata
from collections import Counter
from enum import Enum
from functools import lru_cache

from snowballstemmer import stemmer

# Function words say nothing of what an article is about. Those of other languages are merely weighed low.
_STOP_WORDS = """
    a about after again all also although an and any are as at be because been before but by can cannot cant
    could did didnt do does doesnt doing dont else even ever for from get good got had has have having he
    hello help her hey hi him his how i id if im in into is isnt it its ive just many me more morning
    most much my need no not now of on only or other our own please same she since so some still such
    tell than thank thanks that the their them then there these they thing things this those through to
    today too until us very want was we were what when where which while who whole why will with wont
    would yes yesterday yet you your"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
LONGEST = 40
SHORTEST_PREFIX = 3
# Shorter ones are too close to one another for a slip to be told from another word.
SHORTEST_MISTYPED = 4
# Words of an article of usual length.
USUAL_LENGTH = 250

_WORDS = re.compile(r"[^\W_]+")


class Closeness(Enum):
    """How an article's word stands to the one asked for; the value is what a match counts."""

    SAME = 1.0
    INFLECTED = 0.8
    BEGUN = 0.6
    MISTYPED = 0.4


def words_in(text: str) -> list[str]:
    """In order and as often as said: lower case, without accents, apostrophes and stop words."""
    split = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    bare = unicodedata.normalize("NFC", "".join(letter for letter in split if not unicodedata.combining(letter)))
    return [word[:LONGEST] for word in _WORDS.findall(bare) if word not in STOP_WORDS]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """By the rules of English; of other languages' words it is merely one more form."""
    return str(stemmer("english").stemWord(word))  # one object for all would mix up the words of two threads


def forms_of(word: str) -> set[str]:
    """Under which an article's word is kept: itself, its stem, how it begins, and with each letter left out."""
    begun = {word[:length] for length in range(SHORTEST_PREFIX, len(word))}
    return {word, stem(word), *begun, *_shortened(word)}


def keys_of(word: str) -> set[str]:
    """The forms by which a word that somebody asked for may be found."""
    return {word, stem(word), *_shortened(word)}


def closeness(asked: str, word: str) -> Closeness | None:
    """The closest that holds; None where the words have nothing in common."""
    if word == asked:
        return Closeness.SAME
    if stem(word) == stem(asked):
        return Closeness.INFLECTED
    if len(asked) >= SHORTEST_PREFIX and word.startswith(asked):
        return Closeness.BEGUN
    return Closeness.MISTYPED if _may_be_mistyped(asked) and _one_slip_apart(asked, word) else None


def _may_be_mistyped(word: str) -> bool:
    """401 is not 402 mistyped."""
    return len(word) >= SHORTEST_MISTYPED and word.isalpha()


def _shortened(word: str) -> set[str]:
    """Two words that are one slip apart have one of these in common, or one of them is the other's."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))} if _may_be_mistyped(word) else set()


def _one_slip_apart(one: str, other: str) -> bool:
    """A letter too many, too few, another one, or two neighbours swapped."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(here), len(there)) <= 1 or (len(here) == len(there) == 2 and here == there[::-1])


def weights(title: str, text: str) -> dict[str, float]:
    """What each word of an article says of it: from 0 to 1 by its text, and 2 more where the title has it.

    The text's part is that of BM25 (Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75, and with a usual
    length in place of the mean one, so that no article's weights depend on the others.
    """
    in_title, counts = set(words_in(title)), Counter(words_in(text))
    half = 1.2 * (0.25 + 0.75 * counts.total() / USUAL_LENGTH)
    found = {word: count / (count + half) for word, count in counts.items()}
    return {word: round(found.get(word, 0.0) + 2.0 * (word in in_title), 4) for word in found.keys() | in_title}
