"""What reviewers write; the two samples are the guide's "Sample Quality Review"."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    total: int
    topic: str
    summary: str
    well: tuple[str, ...] = ()
    improve: tuple[str, ...] = ()


SAMPLES = {
    "sarah": Sample(
        98,
        "billing",
        "An example for others: quick, personal, and the customer knew at each moment what happens next.",
        well=(
            "Immediate acknowledgment of customer request",
            "Quickly accessed customer account and billing history",
            "Provided clear comparison of plan features",
            "Offered personalized recommendation based on usage",
            "Processed upgrade immediately with confirmation",
            "Provided follow-up email with plan details",
            "Customer felt valued and informed throughout",
        ),
    ),
    "tom": Sample(
        72,
        "technical-support",
        "The facts were all there: use what the customer wrote, and ask a specialist sooner.",
        improve=(
            "Initial response took 6 minutes (customer waited)",
            "Asked customer to repeat technical details already provided",
            "Needed to escalate to specialist (could have been avoided)",
            "Final solution required customer to implement complex workaround",
            "No follow-up to ensure solution worked",
            "Customer expressed frustration with process",
        ),
    ),
}

WELL = (
    "Says at once who answers and what happens next.",
    "Takes up what the customer told the AI, so nothing is repeated.",
    "Clear steps, one at a time.",
    "Checks that it works before closing.",
    "Warm and to the point.",
    "Explains why it happened, so that it doesn't come back.",
)
IMPROVE = (
    "The customer had said this already.",
    "Link the article, so that the colleague finds it too.",
    "Say how long it will take.",
    "Ask whether it is solved before closing.",
    "Two questions were asked, one was answered.",
)
ACCURACY_NOTES = (
    "Right, but the limit of the plan is missing.",
    "The menu was renamed; the old name is given.",
    "Works, though there is a shorter way in the settings.",
    "Leaves out what happens to data that is there already.",
)
DISPUTE = (
    "The article says the same as I did: the setting is under Channels since the last release. "
    "Please look at it again."
)
