"""Who of the team is there when, and the presence ledger that follows from it and from the work."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from random import Random

from agents.enums import Status
from agents.models import Agent, OnCall, Presence, Shift
from escalations.models import HandlingInterval
from helpninja.common.actors import SYSTEM
from helpninja.demo.people import DAVID, JENNY, LISA, MIKE, SARAH, TEAM, TOM, Person
from helpninja.demo.rhythm import EASTERN
from helpninja.demo.store import Row, Store

# Hours of New York on working days: from, to, start of the break of half an hour.
SHIFTS = {
    SARAH: (9, 17, 12.0),
    DAVID: (9, 17, 12.5),
    LISA: (9, 17, 13.0),
    TOM: (9, 17, 13.5),
    JENNY: (11, 19, 15.0),
    MIKE: (14, 22, 18.0),
}
WEEKEND = (10, 18)
WORKING_DAYS = range(5)
REACHABLE = "While the demo runs"
DAY, YEAR = timedelta(days=1), timedelta(days=365)
HALF_HOUR = timedelta(minutes=30)
# For so long before the start everybody is where the guide shows them.
PRESENT = timedelta(hours=2)

Presently = tuple[Status, str]
AVAILABLE: Presently = (Status.AVAILABLE, "")
ON_CALL: Presently = (Status.AVAILABLE, "On call")
BREAK: Presently = (Status.ON_BREAK, "Break")
OFF: Presently = (Status.OFFLINE, "Off shift")
IN_CONVERSATION: Presently = (Status.IN_CONVERSATION, "")


def presently(person: Person, local: datetime) -> Presently:
    """By the plan: shifts on working days, two at weekends, one on call at all other times."""
    hour = local.hour + local.minute / 60
    if local.weekday() >= 5:
        if WEEKEND[0] <= hour < WEEKEND[1]:
            week = local.isocalendar().week
            return AVAILABLE if person in (TEAM[week % 6], TEAM[(week + 3) % 6]) else OFF
    elif 9 <= hour < 22:
        start, end, pause = SHIFTS[person]
        if not start <= hour < end:
            return OFF
        return BREAK if pause <= hour < pause + 0.5 else AVAILABLE
    night = (local - timedelta(hours=10)).toordinal()
    return ON_CALL if person is TEAM[night % 6] else OFF


def plan_shifts(agents: dict[str, Agent], now: datetime) -> None:
    """What was planned for the six; and that each can be reached at any hour, so that the queue works at night."""
    today = now.astimezone(EASTERN).date()
    for person in TEAM:
        agent, (start, end, _) = agents[person.username], SHIFTS[person]
        Shift.objects.bulk_create(
            Shift(agent=agent, weekday=weekday, start=time(start), end=time(end)) for weekday in WORKING_DAYS
        )
        OnCall.objects.create(
            agent=agent, first_day=today - DAY, last_day=today + YEAR, note="While the demo runs"
        )


class Roster:
    """Chooses who takes a case: somebody who is there, has room, and preferably knows the topic."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.busy: dict[Person, list[datetime]] = defaultdict(list)

    def choose(self, at: datetime, until: datetime, topic: str, besides: Person | None = None) -> Person:
        local = at.astimezone(EASTERN)
        there = [p for p in TEAM if p is not besides and presently(p, local)[0] == Status.AVAILABLE]
        there = there or [p for p in TEAM if p is not besides]
        for person in there:
            self.busy[person] = [end for end in self.busy[person] if end > at]
        free = [p for p in there if len(self.busy[p]) < p.capacity] or there
        weights = [p.share * (3 if topic in p.topics else 1) for p in free]
        person = self.rng.choices(free, weights)[0]
        self.busy[person].append(until)
        return person


def write_presence(store: Store, agents: dict[str, Agent], since: datetime, now: datetime) -> None:
    """The ledger of the six, and their present status as the newest row says."""
    work = defaultdict(list)
    for interval in store.rows[HandlingInterval]:
        work[interval["agent_id"]].append((interval["started_at"], interval["ended_at"]))
    for person in TEAM:
        agent = agents[person.username]
        planned = [*_planned(person, since, now - PRESENT), *_now(person, now)]
        last = _write(store, agent, planned, work[agent.pk])
        agent.status, agent.status_reason = last["status"], last["reason"]
        agent.status_since, agent.status_until = last["at"], last["until"]
        agent.save(update_fields=["status", "status_reason", "status_since", "status_until"])


Planned = tuple[datetime, Presently, datetime | None]


def _planned(person: Person, since: datetime, until: datetime) -> list[Planned]:
    """Changes by the plan, at half hours; a break says when it ends."""
    at = since.replace(minute=0, second=0, microsecond=0)
    found: list[Planned] = []
    while at < until:
        there = presently(person, at.astimezone(EASTERN))
        if not found or found[-1][1] != there:
            found.append((at, there, at + HALF_HOUR if there is BREAK else None))
        at += HALF_HOUR
    return found


def _now(person: Person, now: datetime) -> list[Planned]:
    """As the guide's team panel has it."""
    began = now - PRESENT
    if person is MIKE:
        return [(began, OFF, _next(time(14), now))]
    if person is JENNY:
        lunch = (Status.ON_BREAK, "Lunch break")
        return [(began, AVAILABLE, None), (now - timedelta(minutes=20), lunch, _next(time(13, 30), now))]
    return [(began, AVAILABLE, None)]


def _next(clock: time, now: datetime) -> datetime:
    """The next time that the clocks of New York show it."""
    local = now.astimezone(EASTERN)
    day = local.date() + timedelta(days=1 if local.time() >= clock else 0)
    return datetime.combine(day, clock, EASTERN)


def _write(
    store: Store, agent: Agent, planned: list[Planned], work: list[tuple[datetime, datetime | None]]
) -> Row:
    """As ``agents.actions.presence`` would: in conversation from the first work held to the last."""
    changes: list[tuple[datetime, int, Planned | int]] = [(plan[0], 0, plan) for plan in planned]
    for start, end in work:
        changes.append((start, 1, 1))
        if end is not None:
            changes.append((end, 2, -1))
    name, active, plan = agent.user.get_full_name(), 0, planned[0]
    last: Row = {"status": Status.OFFLINE, "reason": "", "until": None}
    for at, _, change in sorted(changes, key=lambda change: change[:2]):
        if isinstance(change, int):
            active += change
            (status, reason), until, actor = _after_work(last, active, plan), None, SYSTEM.label
            if (status, reason) == (last["status"], last["reason"]):
                continue
        else:
            plan = change
            (status, reason), until, actor = plan[1], plan[2], name
            if active and status == Status.AVAILABLE:
                status, reason = IN_CONVERSATION
        if (status, reason, until) != (last["status"], last["reason"], last["until"]):
            last = store.add(
                Presence, agent_id=agent.pk, at=at, status=status, reason=reason, until=until, actor=actor
            )
    return last


def _after_work(last: Row, active: int, plan: Planned) -> Presently:
    """Whoever worked on after their shift leaves when that is done."""
    if active:
        return IN_CONVERSATION
    return plan[1] if last["status"] == Status.IN_CONVERSATION else (last["status"], last["reason"])
