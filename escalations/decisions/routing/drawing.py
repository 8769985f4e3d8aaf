"""A stored decision as pages and the API show it. JSON-ready, with no ids but public ones."""

from collections.abc import Iterable, Mapping
from typing import Any

from escalations.decisions.routing.parts import NEUTRAL
from escalations.decisions.routing.scoring import PARTS_OF, PERCENT
from escalations.enums import Requirement, RoutingFactor

RANKS = {0: "choice", 1: "backup"}


def drawn(decision: Any, *, candidates: int | None = None, exclusions: int | None = None) -> dict[str, Any]:
    """``decision``: a RoutingDecision. At most so many candidates and exclusions; ``more`` counts the others.

    Agents of other teams are counted in ``elsewhere``, not named.
    """
    here = exclusions_in_team(decision)
    shown, excluded = decision.candidates[:candidates], here[:exclusions]
    return {
        "decided_at": decision.decided_at.isoformat().replace("+00:00", "Z"),
        "actor": decision.actor,
        "because": decision.because["text"],
        "tie_break": decision.because["tie_break"],
        "factors": _weights(decision),
        "candidates": [_candidate(one, decision.weights, RANKS.get(place, "")) for place, one in enumerate(shown)],
        "exclusions": [
            {"id": one["public_id"], "name": one["name"], "failed": one["failed"], "because": one["because"]}
            for one in excluded
        ],
        "more": {
            "candidates": len(decision.candidates) - len(shown),
            "exclusions": len(here) - len(excluded),
            "elsewhere": len(decision.exclusions) - len(here),
        },
    }


def exclusions_in_team(decision: Any) -> list[dict[str, Any]]:
    """Those whom a leader of the team may know of."""
    return [one for one in decision.exclusions if Requirement.TEAM not in one["failed"]]


def drawn_for(decision: Any, agent: int) -> dict[str, Any] | None:
    """What the agent may know of it: their own scores, nobody else's. None where they are no candidate."""
    own = next((one for one in decision.candidates if one["agent"] == agent), None)
    if own is None:
        return None
    candidate = _candidate(own, decision.weights)
    best = sorted(candidate["factors"], key=lambda factor: -factor["share"])[:2]
    return {
        "decided_at": decision.decided_at.isoformat().replace("+00:00", "Z"),
        "because": f"It fits you by {candidate['percent']} %, best in "
        + " and ".join(factor["label"].lower() for factor in best)
        + ".",
        "factors": _weights(decision),
        "candidates": [candidate],
        "exclusions": [],
        "more": {"candidates": 0, "exclusions": 0, "elsewhere": 0},
    }


def _weights(decision: Any) -> list[dict[str, Any]]:
    return [
        {"key": factor.value, "label": factor.label, "weight": decision.weights[factor]}
        for factor in RoutingFactor
    ]


def _candidate(one: Mapping[str, Any], weights: Mapping[str, int], rank: str = "") -> dict[str, Any]:
    return {
        "id": one["public_id"],
        "name": one["name"],
        "rank": rank,
        "score": one["score"],
        "percent": percent(one["score"]),
        "factors": [_factor(one, factor, weights[factor]) for factor in RoutingFactor],
    }


def _factor(one: Mapping[str, Any], factor: RoutingFactor, weight: int) -> dict[str, Any]:
    """``points``: what the factor gives to the score, of at most ``weight``."""
    share = one["factors"][factor]
    return {
        "key": factor.value,
        "label": factor.label,
        "weight": weight,
        "share": share,
        "percent": percent(share),
        "points": round(share * weight, 1),
        "parts": list(_parts(one["parts"], factor)),
    }


def _parts(parts: Mapping[str, float | None], factor: RoutingFactor) -> Iterable[dict[str, Any]]:
    for part in PARTS_OF[factor]:
        share = parts[part.key]
        known = share is not None
        shown = percent(share if share is not None else NEUTRAL)
        yield {
            "key": part.key,
            "label": part.label,
            "share": share,
            "percent": shown,
            "text": f"{shown} %" if known else f"unknown, counts as {shown} %",
            "formula": part.formula,
        }


def percent(share: float) -> int:
    """As people read it: halves go up."""
    return int(share * PERCENT + 0.5)
