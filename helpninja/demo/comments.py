"""What customers write with their ratings: who is content praises, promoters what they value at their reason."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from agents.models import Agent
from analytics.actions.comments import read_comments as read_all
from escalations.enums import Reason
from escalations.models import Escalation, Rating
from helpninja.demo.content import feedback as said
from helpninja.demo.figures import DAYS, WINDOWS
from helpninja.demo.quotas import whole_numbers
from helpninja.demo.store import Row, Store

SEED = 471
# Who writes something: of those whom people helped, and of those whom the AI helped alone.
COMMENTED, COMMENTED_ALONE = 0.75, 0.2
# One comment in so many is of no theme, and in the newest window one in so many of something new.
SMALL_TALK_EVERY, NEW_EVERY = 14, 12
# In percent, of the newest window and of those before it: agents have learnt, and waiting has become longer.
PRAISE = ((34, 28, 19, 15, 4), (43, 8, 25, 20, 4))
CRITICISM = ((31, 24, 18, 15, 8, 4), (17, 29, 22, 18, 9, 5))
# What promoters value, by the reason of their escalation, as often as not.
VALUED = {
    Reason.BILLING_ACCOUNT: said.EXACT,
    Reason.CUSTOMER_REQUEST: said.QUICK,
    Reason.TECHNICAL_ISSUE: said.UNDERSTOOD,
    Reason.LOW_AI_CONFIDENCE: said.NOT_REPEATED,
    Reason.CONTENT_GAP: said.EXACT,
}


def comment(store: Store, agents: Mapping[str, Agent], now: datetime) -> None:
    """Into the ratings that are not saved yet, with a chance of its own: nothing else depends on it."""
    rng = Random(SEED)
    names: dict[Any, str] = {agent.pk: agent.name.split()[0] for agent in agents.values()}
    reasons = {row["id"]: row["reason"] for row in store.rows[Escalation]}
    for start in range(len(WINDOWS)):
        ended, began = (now - timedelta(days=DAYS * (start + back)) for back in (0, 1))
        rows = [row for row in store.rows[Rating] if row.get("csat") and began <= row["rated_at"] <= ended]
        for row, text in _texts(rows, reasons, is_newest=start == 0, rng=rng):
            row["comment"] = text.format(agent=names.get(row.get("handler_id"), "team"))


def _texts(
    rows: list[Row], reasons: Mapping[int, str], *, is_newest: bool, rng: Random
) -> Iterator[tuple[Row, str]]:
    """Of one window: as many of each theme as its percentages say."""
    alone = [row for row in rows if not row.get("escalation_id") and rng.random() < COMMENTED_ALONE]
    for row in alone:
        yield row, rng.choice(said.ALONE if row["csat"] >= 4 else said.ALONE_UNHAPPY)
    helped = [row for row in rows if row.get("escalation_id") and rng.random() < COMMENTED]
    themed = []
    for number, row in enumerate(helped):
        if number % SMALL_TALK_EVERY == 0:
            yield row, rng.choice(said.SMALL_TALK)
        elif is_newest and number % NEW_EVERY == 1:
            yield row, rng.choice(said.NEW)
        else:
            themed.append(row)
    for is_content, themes, percents in ((True, said.PRAISE, PRAISE), (False, said.CRITICISM, CRITICISM)):
        of_tone = [row for row in themed if (row["csat"] >= 4) is is_content]
        valued = [_valued(row, reasons) for row in of_tone]
        for row, theme in zip(of_tone, _shared(themes, percents[not is_newest], valued, rng), strict=True):
            yield row, rng.choice(said.COMMENTS[theme])


def _valued(row: Row, reasons: Mapping[int, str]) -> int | None:
    return VALUED[Reason(reasons[row["escalation_id"]])] if (row.get("nps") or 0) >= 9 else None


def _shared(
    themes: Sequence[int], percents: Sequence[int], wanted: Sequence[int | None], rng: Random
) -> list[int]:
    """A theme for each, in those shares; whoever wants one gets it as often as not, while there are any."""
    left = whole_numbers(len(wanted), dict(zip(themes, percents, strict=True)))
    rng.shuffle(left)
    given = []
    for theme in wanted:
        given.append(theme if theme in left and rng.random() < 0.5 else left[-1])
        left.remove(given[-1])
    return given


def read_comments(agents: Mapping[str, Agent], now: datetime) -> None:
    read_all(now=now)
