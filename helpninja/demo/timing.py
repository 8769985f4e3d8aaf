"""How long things take and how much is said, so that each window has its means and totals."""

from dataclasses import dataclass
from random import Random

from escalations.enums import Priority, Reason, State
from helpninja.demo.figures import Window
from helpninja.demo.people import Person
from helpninja.demo.plots import Plot
from helpninja.demo.quotas import scaled_to_mean, shared_out

# Seconds to the first response that the team is used to: those of the installed policy.
TARGETS = {Priority.CRITICAL: 60, Priority.HIGH: 180, Priority.MEDIUM: 300, Priority.LOW: 600}
MEAN_PACE = 3.1
SLOW = 0.14
LONGEST = 3.2
EFFORT = {Reason.TECHNICAL_ISSUE: 1.3, Reason.BILLING_ACCOUNT: 0.8, Reason.CONTENT_GAP: 1.2}
# In percent of the resolved ones: what comes between the first agent and the end.
TWISTS = {"pend": 12.0, "tier": 7.6, "transfer": 2.0, "release": 1.5, "reopen": 1.0}


@dataclass(slots=True, eq=False)
class Taken:
    """A case with its priority and the one who takes it."""

    plot: Plot
    priority: Priority
    person: Person


def twist(plots: list[Plot], rng: Random) -> None:
    for plot in plots:
        if plot.state == State.RESOLVED and plot.opens_at is None:
            kinds = [*TWISTS, ""]
            plot.twist = rng.choices(kinds, [*TWISTS.values(), 100 - sum(TWISTS.values())])[0]


def give_times(window: Window, cases: list[Taken], rng: Random) -> None:
    """To those whose times are not given; of the cancelled every second one was answered first."""
    cancelled = [case for case in cases if case.plot.state == State.CANCELLED]
    left_unanswered = {id(case) for case in cancelled[::2]}
    answered = [
        case
        for case in cases
        if case.plot.state in (State.RESOLVED, State.CANCELLED)
        and case.plot.response is None
        and id(case) not in left_unanswered
    ]
    waits = scaled_to_mean([_wait(case, rng) for case in answered], window.response, 20)
    works = scaled_to_mean([_work(case, rng) for case in answered], window.handling, 120)
    for case, wait, work in zip(answered, waits, works, strict=True):
        case.plot.response, case.plot.handling = wait, work


def _wait(case: Taken, rng: Random) -> float:
    """Mostly within the target of its priority, sometimes far beyond it."""
    target = TARGETS[case.priority]
    factor = rng.uniform(2.0, 4.0) if rng.random() < SLOW else min(LONGEST, rng.lognormvariate(-0.7, 0.45))
    return target * factor * case.person.pace / MEAN_PACE


def _work(case: Taken, rng: Random) -> float:
    if case.plot.state == State.CANCELLED:
        return 0.5
    effort = EFFORT.get(case.plot.reason, 1.0) if case.plot.reason else 1.0
    return effort * min(LONGEST, rng.lognormvariate(0.0, 0.5)) * (1.5 if case.plot.twist else 1.0)


def give_messages(window: Window, plots: list[Plot], rng: Random) -> None:
    """``human`` and ``said``, so that with the notice of the handoff the window's messages come out."""
    given = [plot for plot in plots if plot.opens_at is not None]
    free = [plot for plot in plots if plot.opens_at is None]
    answered = [plot for plot in free if plot.response is not None]
    human = window.human_messages - sum(plot.human for plot in given)
    for plot, number in zip(answered, shared_out(human, [_much(plot, rng) for plot in answered], 1), strict=True):
        plot.human = number
    said = window.messages - window.human_messages - len(plots) - sum(plot.said for plot in given)
    weights = [_much(plot, rng) if plot.response is not None else 0.25 for plot in free]
    for plot, number in zip(free, shared_out(said, weights, 0), strict=True):
        plot.said = number


def _much(plot: Plot, rng: Random) -> float:
    return rng.lognormvariate(0.0, 0.35) * (1.4 if plot.twist else 1.0)
