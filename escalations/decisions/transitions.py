"""The lifecycle of an escalation as a table: which event may lead from which states to which."""

from dataclasses import dataclass

from escalations.enums import HELD_STATES, OPEN_STATES, OWNED_STATES, EventKind, State
from helpninja.common.errors import Conflict


@dataclass(frozen=True, slots=True)
class Move:
    """From which states it may be made, and where it leads."""

    sources: frozenset[str]
    targets: frozenset[str]


def _move(sources: tuple[State, ...], *targets: State) -> Move:
    return Move(frozenset(sources), frozenset(targets))


MOVES: dict[EventKind, Move] = {
    EventKind.OFFERED: _move((State.WAITING,), State.ASSIGNED),
    EventKind.DECLINED: _move((State.ASSIGNED,), State.WAITING),
    EventKind.OFFER_EXPIRED: _move((State.ASSIGNED,), State.WAITING),
    EventKind.CLAIMED: _move((State.WAITING, State.ASSIGNED), State.ACTIVE),
    EventKind.PENDED: _move((State.ACTIVE,), State.PENDING),
    EventKind.RESUMED: _move((State.PENDING,), State.ACTIVE),
    EventKind.RELEASED: _move(OWNED_STATES, State.WAITING),
    EventKind.TRANSFERRED: _move(OPEN_STATES, State.WAITING, State.ASSIGNED),
    EventKind.TIER_CHANGED: _move(OPEN_STATES, State.WAITING),
    EventKind.RESOLVED: _move(HELD_STATES, State.RESOLVED),
    EventKind.REOPENED: _move((State.RESOLVED,), State.ACTIVE),
    EventKind.CANCELLED: _move(OPEN_STATES, State.CANCELLED),
}


def check_move(kind: EventKind, source: str, target: str) -> None:
    """Raises Conflict where the table does not allow it."""
    move = MOVES[kind]
    if source not in move.sources or target not in move.targets:
        raise Conflict(
            f"An escalation that is “{State(source).label.lower()}” can't become “{State(target).label.lower()}”.",
            state=source,
        )
