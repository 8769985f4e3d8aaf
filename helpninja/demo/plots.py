"""What happens in each conversation, decided before a word is said: who, when, why, and how it ends."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from escalations.enums import Reason, State
from helpninja.demo.content import ISSUES, PLAIN, Issue
from helpninja.demo.customers import NEEDS_PEOPLE, WRITES, Customers
from helpninja.demo.figures import CAUSES, DAYS, VERY_LOW_EVERY, Window
from helpninja.demo.quotas import whole_numbers
from helpninja.demo.rhythm import hours_besides, is_month_end, moments
from helpninja.demo.store import Row

CHANNELS = ("web", "web", "web", "web", "web", "web", "e-mail", "whatsapp", "mobile app", "web")
PLAIN_BY_TOPIC = {issue.topic: tuple(i for i in PLAIN if i.topic == issue.topic) for issue in PLAIN}
# So long before the end of a window nothing is opened any more, so that it ends in the window where it began.
LONGEST_CASE = timedelta(minutes=150)
LONGEST_CHAT = timedelta(minutes=12)
# And so long after its start nothing is yet, so that a page opened a little later counts the same.
MARGIN = timedelta(minutes=3)
# A launch brought so many times the questions about its topic, in the week so many weeks ago.
LAUNCHED_TOPIC, LAUNCHED, LAUNCHED_WEEK = "integrations", 5, 5
# And invoices bring so many times those about them, at the end of the month.
BILLED_TOPIC, INVOICED = "billing", 3
REPEAT_DAYS = timedelta(days=6, hours=12)
# No customer has the same topic twice within so long, unless it is meant to be a re-escalation.
APART = timedelta(days=8)


@dataclass(slots=True, eq=False)
class Plot:
    """Without ``reason`` the AI managed alone. ``twist`` is what comes between the first agent and the end.

    ``response`` and ``handling`` are seconds, ``human`` and ``said`` the agents' and the customer's messages
    after the handoff. ``row`` is the escalation's, once it is written.
    """

    started_at: datetime
    issue: Issue
    channel: str
    customer: Row
    reason: Reason | None = None
    state: State | None = None
    response: int | None = None
    handling: int = 0
    human: int = 0
    said: int = 0
    twist: str = ""
    csat: int | None = None
    nps: int | None = None
    previous: "Plot | None" = None
    cause: str = ""
    plan: str = ""
    opens_at: datetime | None = None
    very_low: bool = False
    row: Row | None = None


Seen = dict[tuple[int, str], datetime]


def plan_window(
    window: Window, end: datetime, live: list[Plot], customers: Customers, seen: Seen, rng: Random
) -> list[Plot]:
    """The plots of the 30 days before ``end``, in order; ``live`` are those of them that are given.

    ``seen`` says when a customer last needed somebody for a topic, from window to window.
    """
    start = end - timedelta(days=DAYS)
    cases = _cases(window, start, end, live, customers.now, rng)
    _meet_customers(cases, live, customers, seen, rng)
    plots = [*cases, *_alone(window, start, end, customers, rng), *live]
    for plot in plots:
        plot.plan = customers.plans[plot.customer["plan_id"]]
    return sorted(plots, key=lambda plot: plot.started_at)


def _alone(window: Window, start: datetime, end: datetime, customers: Customers, rng: Random) -> list[Plot]:
    """Those that the AI manages without a person."""
    number = window.conversations - window.escalated
    return [
        Plot(at, rng.choice(ISSUES[None]), rng.choice(CHANNELS), customers.pick(at, WRITES, rng))
        for at in moments(start + MARGIN, end - LONGEST_CHAT, number, rng)
    ]


def _cases(
    window: Window, start: datetime, end: datetime, live: list[Plot], now: datetime, rng: Random
) -> list[Plot]:
    reasons = list((_opened(window) - Counter(plot.reason for plot in live if plot.reason)).elements())
    rng.shuffle(reasons)
    hours = hours_besides((plot.started_at for plot in live), window.escalated)
    cases: list[Plot] = []
    for at, reason in zip(
        moments(start + MARGIN, end - LONGEST_CASE, len(reasons), rng, hours), reasons, strict=True
    ):
        issues = ISSUES[reason]
        weights = [issue.weight * _in_season(issue, at, now) for issue in issues]
        issue = rng.choices(issues, weights)[0]
        plot = Plot(at, issue, rng.choice(CHANNELS), {}, reason=reason, state=State.CANCELLED)
        plot.very_low = len(cases) % VERY_LOW_EVERY == 0
        cases.append(plot)
    _resolve(window, cases, live, rng)
    _repeat(window, cases, rng)
    return cases


def _in_season(issue: Issue, at: datetime, now: datetime) -> int:
    """How many times as likely as at other times."""
    if issue.topic == LAUNCHED_TOPIC and (now - at).days // 7 == LAUNCHED_WEEK:
        return LAUNCHED
    return INVOICED if issue.topic == BILLED_TOPIC and is_month_end(at) else 1


def _opened(window: Window) -> Counter[Reason]:
    return Counter({reason: share.opened for reason, share in window.reasons.items()})


def _resolve(window: Window, cases: list[Plot], live: Iterable[Plot], rng: Random) -> None:
    """As many of each reason as the window says; the others are cancelled."""
    done = Counter(plot.reason for plot in live if plot.state == State.RESOLVED)
    for reason, share in window.reasons.items():
        of_reason = [plot for plot in cases if plot.reason == reason]
        for plot in rng.sample(of_reason, share.resolved - done[reason]):
            plot.state = State.RESOLVED


def _repeat(window: Window, cases: list[Plot], rng: Random) -> None:
    """Some resolved ones are followed within 7 days by another of the same customer and topic."""
    causes = whole_numbers(sum(share.reescalated for share in window.reasons.values()), CAUSES)
    rng.shuffle(causes)
    free = [plot for plot in cases if plot.state == State.RESOLVED]
    for reason, share in window.reasons.items():
        for _ in range(share.reescalated):
            first, second = _pair(reason, free, rng)
            second.previous, second.cause = first, causes.pop()
            second.issue = rng.choice(PLAIN_BY_TOPIC[first.issue.topic])
            free = [plot for plot in free if plot is not first and plot is not second]


def _pair(reason: Reason, free: list[Plot], rng: Random) -> tuple[Plot, Plot]:
    """A resolved case of that reason and a later one that any topic suits."""
    while True:
        first = rng.choice([plot for plot in free if plot.reason == reason])
        later = [
            plot
            for plot in free
            if plot.reason in (Reason.LOW_AI_CONFIDENCE, Reason.CUSTOMER_REQUEST)
            and LONGEST_CASE * 2 < plot.started_at - first.started_at < REPEAT_DAYS
        ]
        if later:
            return first, rng.choice(later)


def _meet_customers(
    cases: list[Plot], live: Iterable[Plot], customers: Customers, seen: Seen, rng: Random
) -> None:
    taken = {(plot.customer["id"], plot.issue.topic) for plot in live}
    for plot in cases:
        topic = plot.issue.topic
        if plot.previous is not None:
            plot.customer = plot.previous.customer
        while not plot.customer:
            customer = customers.pick(plot.started_at, NEEDS_PEOPLE, rng)
            key = (customer["id"], topic)
            if key not in taken and (key not in seen or plot.started_at - seen[key] > APART):
                plot.customer = customer
        seen[plot.customer["id"], topic] = plot.started_at
