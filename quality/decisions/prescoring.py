"""Automatic hints on a transcript, by words and patterns of English. They point; people judge.

Each check is a rule that a reader can follow, and says which message it looks at and why.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from escalations.decisions.sentiment import sentiment_of
from escalations.decisions.words import plain_words, words_of
from escalations.enums import STRONGLY_NEGATIVE, Author
from quality.enums import Hint, HintVerdict

# VADER counts "problem" and "sorry" against a text: what an agent says to be kind must not be held against them.
HARSH = -0.6
# Replies that may still take up the summary.
FIRST_REPLIES = 2
SHARED_WORDS = 2
# Shorter words carry grammar rather than matter.
LEAST_LETTERS = 4


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


ACKNOWLEDGES = _phrases(
    "hi", "hello", "hey", "good (?:day|morning|afternoon|evening)", "thanks? (?:you )?for", "i understand",
    "i see", "i've read", "i have read", "i'm sorry", "sorry", "happy to help", "i'll help", "let me",
)  # fmt: skip
READ_IT = _phrases(
    "i've read", "i have read", "what you wrote", "what was said", "as you (?:wrote|said|described)",
    "i can see that you",
)  # fmt: skip
ASKS_AGAIN = _phrases(
    "(?:can|could|would|will) you (?:please )?(?:repeat|(?:tell me|say|explain|describe)(?: it| that)? again)",
    "(?:what|how) (?:is|was|can|may) (?:the|your|i) (?:problem|issue|question|help)",
    "(?:can|could) you (?:please )?(?:describe|explain) (?:the|your) (?:problem|issue|question|request)",
    "what (?:seems to be|is) (?:the|your) (?:problem|issue)", "once again what", "start from the beginning",
)  # fmt: skip
EMPATHISES = _phrases(
    "sorry", "apologi[sz]e", "apologies", "understand", "frustrat(?:ing|ion)", "annoying", "inconvenien(?:ce|t)",
    "thanks? (?:you )?for (?:waiting|your patience|bearing)", "i know (?:this|how)",
)  # fmt: skip
ASKS_CONFIRMATION = _phrases(
    "anything else", "did (?:that|this|it) (?:work|help|solve)", "does (?:that|this|it) (?:work|help|solve)",
    "is (?:that|this|it) (?:working|solved)", "(?:can|could) you (?:confirm|check|try)",
    "let me know if", "until you've tried",
)  # fmt: skip
CONFIRMS = _phrases(
    "thanks?(?: you)?", "that (?:worked|helped|solved it|is all|was it)", "it works", "works now", "solved",
    "perfect", "great",
)  # fmt: skip
PROMISES = _phrases(
    "(?:i|we)(?:'ll| will) (?:follow up|check back|e-?mail|write|send|get back|let you know|come back|keep you)",
    "i'll leave the conversation open", "get back to you", "keep you (?:posted|updated)",
)  # fmt: skip
# What may be asked for, and how it looks when it was given before.
GIVEN: Mapping[str, re.Pattern[str]] = {
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "order number": re.compile(r"\b(?:order|invoice)\D{0,12}\d{3,}", re.IGNORECASE),
    "error message": re.compile(r"\berror (?:\d{3}|code|message)|\b[45]\d\d\b", re.IGNORECASE),
    "address of the page": re.compile(r"https?://\S+"),
}
ASKED: Mapping[str, re.Pattern[str]] = {
    "e-mail address": _phrases("your e-?mail", "which e-?mail"),
    "order number": _phrases("(?:order|invoice) (?:number|id)"),
    "error message": _phrases("(?:what|which) error", "the error (?:message|code)"),
    "address of the page": _phrases("(?:which|what) (?:url|page)", "the (?:url|address of the page)"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One message. ``key`` names it; ``sentiment`` is the customer's, None where unknown."""

    key: str
    author: str
    text: str
    sentiment: float | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in order: ``lines`` up to ``handed`` were before people took over.

    ``needs_follow_up``: it was not resolved at once; None where that is not known.
    """

    lines: Sequence[Line]
    handed: int
    summary: str = ""
    needs_follow_up: bool | None = None

    @property
    def replies(self) -> list[tuple[int, Line]]:
        """Of people, with their places."""
        later = enumerate(self.lines[self.handed :], start=self.handed)
        return [(at, line) for at, line in later if line.author == Author.AGENT]


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` is the key of the line that it is about; empty where there is none."""

    check: Hint
    verdict: HintVerdict
    why: str
    message: str = ""

    def to_json(self) -> dict[str, str]:
        return {
            "check": self.check.value,
            "verdict": self.verdict.value,
            "why": self.why,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Hints:
    """``total``: the share of the applicable checks that are OK, of 100; None where nobody replied."""

    findings: tuple[Finding, ...]
    total: int | None


def prescore(talk: Talk) -> Hints:
    """From 0 to 100, the share of the checks that apply and pass; None where nobody replied.

    A hint, never a score.
    """
    if not talk.replies:
        none = (Finding(check, HintVerdict.NOT_APPLICABLE, "No person replied.") for check in Hint)
        return Hints(tuple(none), None)
    findings = tuple(check(talk) for check in CHECKS)
    judged = [one for one in findings if one.verdict != HintVerdict.NOT_APPLICABLE]
    passed = sum(one.verdict == HintVerdict.OK for one in judged)
    return Hints(findings, round(100 * passed / len(judged)))


def _found(check: Hint, is_ok: bool, line: Line | None, why: str) -> Finding:
    return Finding(check, HintVerdict.OK if is_ok else HintVerdict.NOT_OK, why, line.key if line else "")


def _skipped(check: Hint, why: str) -> Finding:
    return Finding(check, HintVerdict.NOT_APPLICABLE, why)


def _quoted(match: re.Match[str] | None) -> str:
    return f"“{match.group(0)}”" if match else ""


def _acknowledged(talk: Talk) -> Finding:
    at, first = talk.replies[0]
    said = ACKNOWLEDGES.search(first.text)
    shared = _shared(first.text, " ".join(_customer(talk, until=at)))
    if said:
        return _found(Hint.ACKNOWLEDGED, True, first, f"The first reply says {_quoted(said)}.")
    if len(shared) >= SHARED_WORDS:
        return _found(Hint.ACKNOWLEDGED, True, first, f"It takes up the customer's words: {', '.join(shared)}.")
    return _found(Hint.ACKNOWLEDGED, False, first, "The first reply neither greets nor takes up the request.")


def _not_repeated(talk: Talk) -> Finding:
    for at, line in talk.replies:
        before = "\n".join(_customer(talk, until=at))
        if before and (again := ASKS_AGAIN.search(line.text)):
            why = f"The agent asks {_quoted(again)}, which the customer has said."
            return _found(Hint.NOT_REPEATED, False, line, why)
        for what, asks in ASKED.items():
            if "?" in line.text and asks.search(line.text) and GIVEN[what].search(before):
                why = f"The agent asks for the {what}, which the customer gave before."
                return _found(Hint.NOT_REPEATED, False, line, why)
    return _found(Hint.NOT_REPEATED, True, None, "Nothing is asked for that was said before.")


def _summary_used(talk: Talk) -> Finding:
    if not talk.summary:
        return _skipped(Hint.SUMMARY_USED, "The handoff came without a summary.")
    for _, line in talk.replies[:FIRST_REPLIES]:
        if read := READ_IT.search(line.text):
            return _found(Hint.SUMMARY_USED, True, line, f"The reply says {_quoted(read)}.")
        shared = _shared(line.text, talk.summary)
        if len(shared) >= SHARED_WORDS:
            return _found(Hint.SUMMARY_USED, True, line, f"The reply takes it up: {', '.join(shared)}.")
    return _found(Hint.SUMMARY_USED, False, talk.replies[0][1], "The first replies take up nothing of it.")


def _empathy(talk: Talk) -> Finding:
    for at, line in enumerate(talk.lines):
        if line.author == Author.CUSTOMER and line.sentiment is not None and line.sentiment <= STRONGLY_NEGATIVE:
            answer = next((reply for place, reply in talk.replies if place > at), None)
            if answer is None:
                return _found(Hint.EMPATHY, False, line, "The customer sounds frustrated, and nobody answers it.")
            said = EMPATHISES.search(answer.text)
            why = f"The reply says {_quoted(said)}." if said else "The reply to a frustrated customer shows none."
            return _found(Hint.EMPATHY, said is not None, answer, why)
    return _skipped(Hint.EMPATHY, "The customer doesn't sound frustrated.")


def _confirmed(talk: Talk) -> Finding:
    last, reply = talk.replies[-1]
    after = [line for line in talk.lines[last:] if line.author == Author.CUSTOMER]
    for line in after:
        if said := CONFIRMS.search(line.text):
            return _found(Hint.CONFIRMED, True, line, f"The customer says {_quoted(said)} at the end.")
    for _, line in talk.replies[-2:]:
        if asks := ASKS_CONFIRMATION.search(line.text):
            return _found(Hint.CONFIRMED, True, line, f"The agent asks at the end: {_quoted(asks)}.")
    return _found(Hint.CONFIRMED, False, reply, "At the end nobody asks or says whether it is solved.")


def _follow_up(talk: Talk) -> Finding:
    for _, line in reversed(talk.replies):
        if promise := PROMISES.search(line.text):
            return _found(Hint.FOLLOW_UP, True, line, f"The agent says {_quoted(promise)}.")
    if not talk.needs_follow_up:
        return _skipped(Hint.FOLLOW_UP, "It was resolved at once, or how is not known.")
    return _found(Hint.FOLLOW_UP, False, talk.replies[-1][1], "Not resolved at once, and nothing is promised.")


def _answered(talk: Talk) -> Finding:
    later = enumerate(talk.lines[talk.handed :], start=talk.handed)
    asked = [(at, line) for at, line in later if line.author == Author.CUSTOMER and "?" in line.text]
    if not asked:
        return _skipped(Hint.ANSWERED, "The customer asks nothing after the handoff.")
    last = talk.replies[-1][0]
    open_ones = [line for at, line in asked if at > last]
    if open_ones:
        return _found(Hint.ANSWERED, False, open_ones[0], "Nobody writes after this question.")
    return _found(Hint.ANSWERED, True, asked[-1][1], "An agent writes after each question.")


def _tone(talk: Talk) -> Finding:
    moods = [(mood, line) for _, line in talk.replies if (mood := sentiment_of(line.text)) is not None]
    if not moods:
        return _skipped(Hint.TONE, "The replies are neutral.")
    worst, line = min(moods, key=lambda pair: pair[0])
    mean = sum(mood for mood, _ in moods) / len(moods)
    if worst <= HARSH:
        return _found(Hint.TONE, False, line, f"This reply sounds harsh: {worst:.2f}, from -1 to 1.")
    return _found(Hint.TONE, True, line, f"Friendly or neutral throughout: {mean:.2f} in the mean, from -1 to 1.")


def _customer(talk: Talk, *, until: int) -> list[str]:
    return [line.text for line in talk.lines[:until] if line.author == Author.CUSTOMER]


def _shared(text: str, other: str) -> list[str]:
    """Words of some length that both have, in the text's order."""
    known = plain_words(other).split()
    return list(dict.fromkeys(word for word in _long(text) if word in known))


def _long(text: str) -> Iterator[str]:
    return (word for word in words_of(text) if len(word) >= LEAST_LETTERS)


CHECKS: tuple[Callable[[Talk], Finding], ...] = (
    _acknowledged,
    _not_repeated,
    _summary_used,
    _empathy,
    _confirmed,
    _follow_up,
    _answered,
    _tone,
)
