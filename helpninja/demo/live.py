"""The guide's "Live Escalation Queue": who waits, who is being helped, and who was in the last hour."""

from dataclasses import replace
from datetime import datetime, timedelta

from escalations.enums import Reason, State
from helpninja.demo.content import ISSUES, Issue
from helpninja.demo.customers import Customers
from helpninja.demo.people import DAVID, LISA, SARAH, TOM, Person
from helpninja.demo.plots import Plot
from helpninja.demo.script import writing_time

_ISSUES = {issue.subject: issue for issues in ISSUES.values() for issue in issues}


def _as(subject: str, known: str, question: str = "", topic: str = "") -> Issue:
    """A known matter under another subject."""
    issue = _ISSUES[known]
    return replace(issue, subject=subject, question=question or issue.question, topic=topic or issue.topic)


API_FAILS = _as(
    "API integration not working",
    "API answers 401 since this morning",
    "We get API errors for our 3rd party integration: every call fails since this morning.",
)
UPGRADE = _as(
    "Upgrade plan pricing",
    "Difference between the plans",
    "I want to upgrade to the Agency plan. What would that cost from today?",
    topic="billing",
)
LOCKED_OUT = _as(
    "Cannot log into dashboard",
    "Lost the phone with the second factor",
    "I cannot log into the dashboard, and the password reset is not working either.",
)

# Seconds since the opening, reason, subject, index of the customer in content.names.KNOWN.
WAITING = (
    (120, Reason.TECHNICAL_ISSUE, API_FAILS, 0),
    (300, Reason.CUSTOMER_REQUEST, UPGRADE, 1),
    (480, Reason.LOW_AI_CONFIDENCE, LOCKED_OUT, 2),
    (20, Reason.LOW_AI_CONFIDENCE, _as("Widget hidden on mobile", "Widget does not appear"), 4),
    (35, Reason.CONTENT_GAP, _ISSUES["Enterprise SSO configuration"], 11),
    (45, Reason.CUSTOMER_REQUEST, _ISSUES["Numbers differ between two reports"], 17),
    (55, Reason.TECHNICAL_ISSUE, _ISSUES["CRM sync stopped"], 3),
)

# Seconds since the opening, reason, subject, customer, agent, state.
HANDLED = (
    (15 * 60, Reason.CUSTOMER_REQUEST, _as("Feature request", "Schedule replies"), 7, SARAH, State.PENDING),
    (23 * 60, Reason.LOW_AI_CONFIDENCE, _as("Integration help", "Connect HubSpot"), 5, DAVID, State.ACTIVE),
    (31 * 60, Reason.CONTENT_GAP, _as("Custom setup", "White-label customization"), 18, LISA, State.ACTIVE),
    (42 * 60, Reason.LOW_AI_CONFIDENCE, _as("Data export", "Export conversations as CSV"), 8, TOM, State.ACTIVE),
)

# Seconds since it was resolved, seconds that it took, reason, subject, customer, agent.
RESOLVED = (
    (
        12 * 60,
        6 * 60,
        Reason.LOW_AI_CONFIDENCE,
        _as("Password reset", "Lost the phone with the second factor"),
        9,
        SARAH,
    ),
    (28 * 60, 14 * 60, Reason.LOW_AI_CONFIDENCE, _as("API documentation", "Messages out of order"), 6, DAVID),
    (35 * 60, 18 * 60, Reason.CUSTOMER_REQUEST, _as("Widget setup", "Widget in two languages"), 10, LISA),
    (44 * 60, 22 * 60, Reason.BILLING_ACCOUNT, _as("Billing update", "Payment failed twice"), 16, TOM),
)

# All matters of the demo by what they are called in the queue.
SUBJECTS = {**_ISSUES, **{row[2].subject: row[2] for row in (*WAITING, *HANDLED)}}


def live_plots(customers: Customers, now: datetime) -> list[tuple[Plot, Person | None]]:
    """With the agent of each, where there is one."""
    plots: list[tuple[Plot, Person | None]] = []
    for age, reason, issue, customer in WAITING:
        plots.append((_plot(customers, now, age, reason, issue, customer, State.WAITING), None))
    for age, reason, issue, customer, person, state in HANDLED:
        plot = _plot(customers, now, age, reason, issue, customer, state)
        plot.response, plot.handling = 150, age - 240
        plot.human, plot.said = (1, 0) if state == State.PENDING else (2, 3)
        plots.append((plot, person))
    for ago, took, reason, issue, customer, person in RESOLVED:
        plot = _plot(customers, now, ago + took, reason, issue, customer, State.RESOLVED)
        plot.response, plot.human, plot.said = took // 4, 3, 5
        plot.handling = took - plot.response + writing_time(plot.response)
        plots.append((plot, person))
    return plots


def _plot(
    customers: Customers, now: datetime, age: int, reason: Reason, issue: Issue, customer: int, state: State
) -> Plot:
    opens_at = now - timedelta(seconds=age)
    row = customers.known[customer]
    very_low = issue.subject in ("Cannot log into dashboard", "Password reset")
    return Plot(opens_at, issue, "web", row, reason=reason, state=state, opens_at=opens_at, very_low=very_low)
