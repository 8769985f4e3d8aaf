"""How a customer's message sounds, from -1 (angry) to 1 (happy), and when that makes a customer frustrated.

The score is VADER's compound (Hutto and Gilbert, 2014), with a lexicon of support words beside its own: it knows
English. A score that the chat platform gives wins.
"""

from functools import cache
from pathlib import Path
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

from escalations.enums import MILDLY_NEGATIVE, POSITIVE, STRONGLY_NEGATIVE, Author

# The time VADER takes grows with the square of the length.
LOOKED_AT = 1_000


@cache
def _analyzer() -> Any:
    analyzer = SentimentIntensityAnalyzer()
    lines = (Path(__file__).parent / "data" / "support_lexicon.tsv").read_text().splitlines()
    for line in lines:
        word, _, valence = line.partition("\t")
        analyzer.lexicon[word] = float(valence)
    return analyzer


def sentiment_of(text: str) -> float | None:
    """None where it has no words that say anything: unknown is not neutral."""
    text = text[:LOOKED_AT]
    if _says_nothing(text):
        return None
    scores = _analyzer().polarity_scores(text)
    return None if scores["neg"] == scores["pos"] == 0 else scores["compound"]


def _says_nothing(text: str) -> bool:
    """True where no word is in the lexicon, as most messages are: found in a sixth of the time that scoring takes.

    What isn't ASCII may hold emojis, whose descriptions VADER reads.
    """
    if not text.isascii():
        return False
    words = map(SentiText._strip_punc_if_word, text.lower().split())
    return _analyzer().lexicon.keys().isdisjoint(words)  # type: ignore[no-any-return]


def sentiment_said(*, author: str, text: str, given: float | None = None) -> float | None:
    """Of a message: as the chat platform gave it, otherwise as a customer's words sound."""
    return sentiment_of(text) if given is None and author == Author.CUSTOMER else given


def is_frustrated(sentiment: float, *, before: float | None = None, was: bool = False) -> bool:
    """After a message of this sentiment: strongly negative, or mildly negative twice running.

    ``before``: of the customer's message before it; ``was``: frustrated until now, which only a pleased one ends.
    """
    twice = before is not None and max(before, sentiment) <= MILDLY_NEGATIVE
    return sentiment <= STRONGLY_NEGATIVE or twice or (was and sentiment < POSITIVE)
