"""The guide's numbers, which the history reproduces: four windows of 30 days, the last one ends at the start."""

from dataclasses import dataclass

from escalations.enums import Reason, ReescalationCause

DAYS = 30


@dataclass(frozen=True)
class Share:
    """Of one window and reason: how many were opened, resolved, and followed by another within 7 days."""

    opened: int
    resolved: int
    reescalated: int
    csat: float


@dataclass(frozen=True)
class Window:
    """``response`` and ``handling`` are mean seconds; messages are those after the handoff, of all authors."""

    conversations: int
    reasons: dict[Reason, Share]
    response: int
    handling: int
    ai_csat: float
    human_messages: int
    messages: int

    @property
    def escalated(self) -> int:
        return sum(share.opened for share in self.reasons.values())

    @property
    def resolved(self) -> int:
        return sum(share.resolved for share in self.reasons.values())


def _shares(*shares: tuple[int, int, int, float]) -> dict[Reason, Share]:
    reasons = (
        Reason.LOW_AI_CONFIDENCE,
        Reason.CUSTOMER_REQUEST,
        Reason.TECHNICAL_ISSUE,
        Reason.BILLING_ACCOUNT,
        Reason.CONTENT_GAP,
    )
    return {reason: Share(*share) for reason, share in zip(reasons, shares, strict=True)}


# The newest first.
WINDOWS = (
    Window(
        conversations=2847,
        reasons=_shares(
            (180, 170, 5, 4.3), (151, 138, 4, 4.1), (102, 84, 3, 4.0), (64, 62, 2, 4.4), (30, 23, 1, 3.8)
        ),
        response=252,
        handling=780,
        ai_csat=4.1,
        human_messages=1249,
        messages=4374,
    ),
    Window(
        conversations=2690,
        reasons=_shares(
            (199, 189, 6, 4.4), (157, 145, 5, 4.2), (107, 91, 4, 4.1), (66, 64, 2, 4.5), (31, 27, 1, 3.9)
        ),
        response=204,
        handling=596,
        ai_csat=4.2,
        human_messages=1330,
        messages=4500,
    ),
    Window(
        conversations=2540,
        reasons=_shares(
            (194, 182, 7, 4.4), (153, 139, 5, 4.2), (105, 88, 4, 4.1), (64, 62, 2, 4.4), (30, 26, 1, 3.9)
        ),
        response=198,
        handling=590,
        ai_csat=4.3,
        human_messages=1290,
        messages=4350,
    ),
    Window(
        conversations=2400,
        reasons=_shares(
            (188, 176, 7, 4.3), (148, 134, 5, 4.2), (101, 84, 4, 4.0), (62, 60, 2, 4.4), (29, 25, 1, 3.8)
        ),
        response=192,
        handling=585,
        ai_csat=4.2,
        human_messages=1250,
        messages=4200,
    ),
)

# What an escalation bears of the month's shared costs, beside the handling time at HOURLY_COST.
HOURLY_COST = "20.25"  # 15 dollars with 35 % of benefits and overhead
SHARED_COST_EACH = "7.09"

ANSWERED_SURVEYS = 0.6
ANSWERED_AI_SURVEYS = 0.06
VERY_LOW_EVERY = 10  # of those handed over for low confidence one in so many: below 0.2, at once

# In percent: the guide's "Re-escalation Analysis".
CAUSES = {
    ReescalationCause.INCOMPLETE_INFORMATION: 60,
    ReescalationCause.MISUNDERSTOOD_REQUIREMENTS: 25,
    ReescalationCause.TECHNICAL_LIMITATION: 10,
    ReescalationCause.POLICY_EXCEPTION: 5,
}

# Percent of promoters and detractors: the guide's "NPS by Escalation Type".
NPS = {
    Reason.BILLING_ACCOUNT: (71, 6),
    Reason.CUSTOMER_REQUEST: (64, 5),
    Reason.TECHNICAL_ISSUE: (51, 12),
    Reason.LOW_AI_CONFIDENCE: (56, 11),
    Reason.CONTENT_GAP: (42, 14),
}
