"""What an escalation was like for the customer, and where a conversation went."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from analytics.metrics import flow, satisfaction
from analytics.metrics.dimensions.dimension import Dimension, Grouping, Label, Named, OneByOne
from analytics.metrics.journey import LATE, MOODS, mood
from analytics.metrics.sources import (
    CONVERSATIONS,
    JUDGED,
    OPENED,
    RATED,
    RESOLVED,
    RESOLVED_ONCE,
    RESPONDED,
    SURVEYED,
    Source,
)
from analytics.metrics.tally import Frame

OWN = (OPENED, RESPONDED, RESOLVED_ONCE, RESOLVED, JUDGED)


class Touches(OneByOne):
    """Numbers, which stand for themselves."""

    def one(self, value: int) -> Label:
        return Label(str(value), f"{value} {'touch' if value == 1 else 'touches'}", (False, value))

    def value(self, code: str) -> int:
        return int(code)


class Routes(Dimension):
    """A code may be a route, or a step of the routes: then it is all of those that take it."""

    def having(self, source: Source, code: str, frame: Frame) -> tuple[dict[str, Any], Q]:
        if flow.STEP not in code:
            return super().having(source, code, frame)
        return {"in_route": self.on[source](frame)}, Q(in_route__in=flow.routes_of(code))


def _of_escalations(expression: Callable[[str], Any]) -> dict[Source, Grouping]:
    return {source: lambda frame: expression("") for source in OWN}


def _of_all(expression: Callable[[str], Any]) -> dict[Source, Grouping]:
    """Of escalations, and of ratings by their escalation."""
    rated = {source: lambda frame: expression("escalation__") for source in (RATED, SURVEYED)}
    return {**_of_escalations(expression), **rated}


DIMENSIONS = (
    Dimension(
        "resolution_path",
        "Resolution path",
        _of_all(satisfaction.resolution_path),
        Named(satisfaction.PATHS),
        "AI only: rated without an escalation. Unresolved: cancelled or still open. Multiple: it follows another, "
        "or another followed within 7 days. Specialist: resolved above the frontline. Single: the rest.",
    ),
    Dimension(
        "response_bucket",
        "Response time",
        _of_all(satisfaction.response_bucket),
        Named(satisfaction.BUCKETS),
        "Time to the first response; exactly 5 and 10 minutes belong to the quicker bucket, as in reviews.",
    ),
    Dimension(
        "first_contact",
        "First contact",
        _of_all(satisfaction.first_contact),
        Named(satisfaction.CONTACTS),
        "Chain: it follows another, or another followed within 7 days. Of the others that were resolved: multiple "
        "agents handled it; or one who took it up again, after a wait for the customer, a release or a reopening; "
        "or one in one go.",
    ),
    Dimension(
        "touches",
        "Touches",
        _of_all(satisfaction.touches),
        Touches(),
        "How often an agent took the escalation, or the one that it follows, up.",
    ),
    Dimension(
        "context_kept",
        "Context kept",
        _of_all(satisfaction.context_kept),
        Named(satisfaction.CONTEXTS),
        "Had to repeat: an agent marked it so. Significant loss: passed on twice or more, or escalated again "
        "because information was incomplete or misunderstood. Partial: passed on once, or handled by a second "
        "agent. Full: one agent had it from the beginning to the end.",
    ),
    Dimension(
        "before_escalation",
        "Before the escalation",
        _of_all(satisfaction.before_escalation),
        Named(satisfaction.BEFORE),
        "Direct request and technical error by the escalation's reason. Of the others, confusion: an answer of "
        f"the AI failed, or its last confidence lay below {satisfaction.VERY_UNSURE}; multiple attempts: the AI "
        "answered twice or more; smooth: the rest.",
    ),
    Dimension(
        "experience",
        "Experience",
        _of_escalations(satisfaction.experience),
        Named(satisfaction.EXPERIENCES),
        "Negative: rated 1 or 2. Unresolved: cancelled or still open. Of the others what the agent said at the "
        "resolution: immediate, with a follow-up or research, or with multiple interactions.",
    ),
    Dimension(
        "rated_experience",
        "Rated experience",
        _of_escalations(mood),
        Named(MOODS),
        "Positive: rated 4 or 5. Neutral: 3. Negative: 1 or 2; multiple where the customer rated another of the "
        f"{LATE} days before 1 or 2 too.",
    ),
    Routes(
        "route",
        "Route",
        {CONVERSATIONS: lambda frame: flow.route()},
        Named({code: flow.route_text(code) for code in flow.ROUTES}),
        "Each conversation by its first escalation: how far up it went and how that one ended; re-escalated means "
        "that another followed within 7 days.",
    ),
)
