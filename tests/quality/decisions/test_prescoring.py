"""Each automatic check on a few lines of talk, with the message that it points at."""

import pytest

from quality.decisions.prescoring import Line, Talk, prescore
from quality.enums import Hint, HintVerdict

OK, NOT_OK, NA = HintVerdict.OK, HintVerdict.NOT_OK, HintVerdict.NOT_APPLICABLE


def talk(*lines, summary="", needs_follow_up=None, handed=None):
    """Lines as ``c: text``, ``a: text`` or ``ai: text``; of a customer ``c-0.7: text`` says how it sounds."""
    found = [line_of(number, line) for number, line in enumerate(lines)]
    first = next((at for at, one in enumerate(found) if one.author == "agent"), len(found))
    return Talk(found, first if handed is None else handed, summary, needs_follow_up)


def line_of(number, line):
    head, _, text = line.partition(": ")
    author = {"a": "agent", "ai": "ai"}.get(head, "customer")
    return Line(f"m{number}", author, text, float(head[1:]) if head[1:2] in "-0" and head[1:] else None)


def finding(check, *lines, **more):
    hints = prescore(talk(*lines, **more))
    one = next(one for one in hints.findings if one.check == check)
    return one.verdict, one.message


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("Hello Ann, Sarah here.", OK),
        ("Thank you for writing.", OK),
        ("The invoice of March shows the refund.", OK),  # takes up the customer's words
        ("Restart it.", NOT_OK),
    ],
)
def test_first_reply_acknowledges(reply, verdict):
    lines = ("c: Where is the refund on my invoice?", f"a: {reply}", "a: Hello?")

    assert finding(Hint.ACKNOWLEDGED, *lines) == (verdict, "m1")


@pytest.mark.parametrize(
    ("said", "reply", "verdict", "at"),
    [
        ("The export fails", "Could you please repeat what fails?", NOT_OK, "m1"),
        ("The export fails", "What is the problem?", NOT_OK, "m1"),
        ("I am ann@example.com", "What is your e-mail?", NOT_OK, "m1"),
        ("It says error 503", "Which error do you see?", NOT_OK, "m1"),
        ("The export fails", "Which error do you see?", OK, ""),  # not said before
        ("The export fails", "The error message is known to us.", OK, ""),  # no question
        ("The export fails", "I see, one moment.", OK, ""),
    ],
)
def test_customer_need_not_repeat(said, reply, verdict, at):
    assert finding(Hint.NOT_REPEATED, f"c: {said}", f"a: {reply}") == (verdict, at)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("I've read what happened.", OK),
        ("The CSV export of your report stops at 100,000 lines.", OK),
        ("Good day, how are you?", NOT_OK),
    ],
)
def test_summary_of_the_handoff_is_used(reply, verdict):
    summary = "CSV export of a large report fails"

    assert finding(Hint.SUMMARY_USED, "c: It fails", f"a: {reply}", summary=summary) == (verdict, "m1")


def test_without_a_summary_none_is_missed():
    assert finding(Hint.SUMMARY_USED, "c: It fails", "a: Hello") == (NA, "")


@pytest.mark.parametrize(
    ("lines", "verdict", "at"),
    [
        (("c-0.7: This is useless!", "a: I'm sorry about that."), OK, "m1"),
        (("c-0.5: Bad", "a: Restart it."), NOT_OK, "m1"),
        (("c-0.4: Not good", "a: Restart it."), NA, ""),
        (("c: Hm", "a: Restart it.", "c-0.9: Terrible!"), NOT_OK, "m2"),  # nobody answers
        (("c: Hm", "a: Restart it.", "c-0.9: Terrible!", "a: I understand."), OK, "m3"),
    ],
)
def test_empathy_follows_frustration(lines, verdict, at):
    assert finding(Hint.EMPATHY, *lines) == (verdict, at)


@pytest.mark.parametrize(
    ("lines", "verdict", "at"),
    [
        (("c: Hm", "a: Try this.", "c: That worked"), OK, "m2"),
        (("c: Hm", "a: Is there anything else?", "c: No"), OK, "m1"),
        (("c: Thanks in advance", "a: Try this."), NOT_OK, "m1"),  # said before the help
        (("c: Hm", "a: Did that work?", "a: Here", "a: There"), NOT_OK, "m3"),
    ],
)
def test_it_is_confirmed_before_closing(lines, verdict, at):
    assert finding(Hint.CONFIRMED, *lines) == (verdict, at)


@pytest.mark.parametrize(
    ("reply", "needed", "verdict", "at"),
    [
        ("I'll follow up tomorrow.", None, OK, "m1"),
        ("I will send you the details.", True, OK, "m1"),
        ("Done.", True, NOT_OK, "m1"),
        ("Done.", False, NA, ""),
        ("Done.", None, NA, ""),
    ],
)
def test_follow_up_is_promised_where_it_is_needed(reply, needed, verdict, at):
    assert finding(Hint.FOLLOW_UP, "c: Hm", f"a: {reply}", needs_follow_up=needed) == (verdict, at)


@pytest.mark.parametrize(
    ("lines", "verdict", "at"),
    [
        (("c: Why?", "a: So.", "c: And how?", "a: Thus."), OK, "m2"),
        (("c: Why?", "a: So.", "c: And how?"), NOT_OK, "m2"),
        (("c: Why?", "a: So."), NA, ""),  # asked before the handoff
    ],
)
def test_questions_are_answered(lines, verdict, at):
    assert finding(Hint.ANSWERED, *lines) == (verdict, at)


@pytest.mark.parametrize(
    ("reply", "verdict", "at"),
    [
        ("Your stupid question is a horrible waste, you idiot", NOT_OK, "m1"),
        ("Sorry about this problem, I'm glad to help", OK, "m1"),
        ("Version 4", NA, ""),
    ],
)
def test_tone(reply, verdict, at):
    assert finding(Hint.TONE, "c: Hm", f"a: {reply}") == (verdict, at)


def test_where_nobody_replied_nothing_is_hinted():
    hints = prescore(talk("c: Hello?", "ai: One moment", handed=2))

    assert (hints.total, {one.verdict for one in hints.findings}) == (None, {NA})


def test_total_is_the_share_of_the_applicable_checks():
    hints = prescore(talk("c: Hm", "a: Restart it.", "c: And now?"))

    verdicts = {one.check: one.verdict for one in hints.findings}
    assert verdicts == {
        Hint.ACKNOWLEDGED: NOT_OK,
        Hint.NOT_REPEATED: OK,
        Hint.SUMMARY_USED: NA,
        Hint.EMPATHY: NA,
        Hint.CONFIRMED: NOT_OK,
        Hint.FOLLOW_UP: NA,
        Hint.ANSWERED: NOT_OK,
        Hint.TONE: NA,
    }
    assert hints.total == 25
