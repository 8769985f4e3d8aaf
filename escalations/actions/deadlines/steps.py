"""What the steps of the work do to the clocks. Inside the step's transaction, with the escalation's row locked."""

from datetime import datetime, timedelta

from escalations.actions.deadlines.clocks import Clocks
from escalations.decisions.deadlines import Terms, choose_policy, terms_of
from escalations.enums import CLOSED_STATES, RESPONSES, Author, EventKind, PauseEnd, SlaMetric, State, Timing
from escalations.models import Escalation, Message, Pause, SlaPolicy
from helpninja.common.actors import Actor

# Changes of state into or out of these are felt by clocks.
FELT = (State.PENDING, *CLOSED_STATES)


def terms_for(escalation: Escalation) -> dict[str, Terms]:
    """By metric, of the policy that applies to it now; empty where none does."""
    policy = choose_policy(
        SlaPolicy.objects.in_force(),
        plan=escalation.plan_id,
        team=escalation.team_id,
        topic=escalation.topic_id,
    )
    return terms_of(policy) if policy else {}


def set_deadlines(*, escalation: Escalation, now: datetime) -> None:
    """At the opening: what is promised at the escalation's priority."""
    if escalation.timing != Timing.MEASURED:
        return
    terms, clocks = terms_for(escalation), Clocks(escalation, [])
    for metric in (SlaMetric.FIRST_RESPONSE, SlaMetric.RESOLUTION):
        clocks.start(metric, terms.get(metric), now)
    clocks.store(now)


def answered(*, escalation: Escalation, now: datetime) -> None:
    """A person wrote to the customer; exactly at the deadline is in time."""
    clocks = settled(escalation, now)
    for deadline in clocks.running(*RESPONSES):
        clocks.end(deadline, now, met=True)
    clocks.store(now)


def customer_wrote(*, escalation: Escalation, message: Message, now: datetime) -> None:
    """Whoever waits for them waits no longer; once there was a first response, the next one is due."""
    clocks = settled(escalation, now)
    if escalation.state == State.PENDING:
        clocks.end_pause(now, PauseEnd.CUSTOMER, wrote_at=message.sent_at)
    answered_once = escalation.timing == Timing.MEASURED and escalation.first_response_at is not None
    if answered_once and not clocks.running(SlaMetric.NEXT_RESPONSE):
        clocks.start(SlaMetric.NEXT_RESPONSE, terms_for(escalation).get(SlaMetric.NEXT_RESPONSE), now)
    clocks.store(now)


def before_move(*, escalation: Escalation, target: State, now: datetime) -> None:
    """What happened before the step comes before it in the log too."""
    if escalation.state in FELT or target in FELT:
        settled(escalation, now).store(now)


def after_move(*, escalation: Escalation, source: str, by: Actor, now: datetime, reason: str = "") -> None:
    """``escalation.state`` is the new one."""
    target = State(escalation.state)
    if source not in FELT and target not in FELT:
        return
    clocks = Clocks(escalation)
    if source == State.PENDING:
        clocks.end_pause(now, _ended_by(target))
    if target == State.PENDING:
        _pause(clocks, by, reason, now)
    elif target in CLOSED_STATES:
        for deadline in clocks.running():
            resolved = target == State.RESOLVED and deadline.metric == SlaMetric.RESOLUTION
            clocks.end(deadline, now, met=resolved)
    elif source == State.RESOLVED and escalation.timing == Timing.MEASURED:
        clocks.start(SlaMetric.RESOLUTION, terms_for(escalation).get(SlaMetric.RESOLUTION), now)
    clocks.store(now)


def reassess_deadlines(*, escalation: Escalation, now: datetime) -> None:
    """After a change of ``escalation.priority``: deadlines come nearer by it and never move farther.

    Nor to a moment before the change, as nobody could know of that.
    """
    clocks = settled(escalation, now)
    for deadline in clocks.running():
        target = Terms.from_json(deadline.terms).target(escalation.priority)
        if target is not None and target < deadline.target_seconds and deadline.breached_at is None:
            deadline.target_seconds, deadline.priority = target, escalation.priority
            clocks.place(deadline, not_before=now)
    clocks.store(now)


def settled(escalation: Escalation, now: datetime) -> Clocks:
    """The escalation's clocks, with all that happened on them before ``now``."""
    clocks = Clocks(escalation)
    pause = clocks.pause if escalation.state == State.PENDING else None
    if pause is not None and pause.limit_at is not None and pause.limit_at < now:
        clocks.end_pause(pause.limit_at, PauseEnd.LIMIT)
        clocks.log(
            pause.limit_at,
            EventKind.SLA_PAUSE_ENDED,
            {"because": "It was paused for as long as the policy allows."},
        )
    return clocks.settle(now)


def _pause(clocks: Clocks, by: Actor, reason: str, now: datetime) -> None:
    """A row for each, whether or not it stops a clock: too long and too many ones are what the policy forbids."""
    stopped = clocks.pausable()
    terms = [Terms.from_json(deadline.terms) for deadline in stopped]
    most = min((one.most_pauses for one in terms if one.most_pauses is not None), default=None)
    longest = min((one.longest_pause for one in terms if one.longest_pause is not None), default=None)
    used_up = most is not None and sum(pause.stops_clock for pause in clocks.pauses) >= most
    pause = Pause.objects.create(
        escalation=clocks.escalation,
        started_at=now,
        actor=by.label[:200],
        reason=reason[:500],
        stops_clock=bool(stopped) and not used_up,
        limit_at=now + timedelta(seconds=longest) if longest is not None and not used_up else None,
        customer_wrote_at=_unanswered(clocks.escalation),
    )
    clocks.pauses.append(pause)
    if used_up:
        because = f"The policy allows {most} pauses, and all are used: the clock runs on."
        clocks.log(now, EventKind.SLA_PAUSE_ENDED, {"because": because})
    elif stopped:
        for deadline in stopped:
            clocks.place(deadline)


def _unanswered(escalation: Escalation) -> datetime | None:
    """When the customer wrote what nobody has answered yet."""
    talk = Message.objects.filter(
        conversation=escalation.conversation_id, author__in=(Author.CUSTOMER, Author.AGENT), sent_at__isnull=False
    )
    last = talk.order_by("-sent_at", "-id").values("author", "sent_at").first()
    return last["sent_at"] if last and last["author"] == Author.CUSTOMER else None


def _ended_by(target: State) -> PauseEnd:
    if target in CLOSED_STATES:
        return PauseEnd.CLOSED
    return PauseEnd.RESUMED if target == State.ACTIVE else PauseEnd.PASSED_ON
