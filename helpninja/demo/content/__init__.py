"""What people and the AI say in the demo, as data."""

from escalations.enums import Reason
from helpninja.demo.content.accounts import ACCOUNT_ISSUES
from helpninja.demo.content.gaps import GAP_ISSUES
from helpninja.demo.content.issue import Issue
from helpninja.demo.content.product import PRODUCT_ISSUES
from helpninja.demo.content.technical import TECHNICAL_ISSUES

TECHNICAL_INTENTS = ("api_error", "integration_failure", "complex_troubleshooting")
_FOR_RULES = (*ACCOUNT_ISSUES, *TECHNICAL_ISSUES)

# By what the installed rules look at: an intent of theirs, or none.
TECHNICAL = tuple(issue for issue in _FOR_RULES if issue.intent in TECHNICAL_INTENTS)
BILLING = tuple(issue for issue in _FOR_RULES if issue.intent and issue.intent not in TECHNICAL_INTENTS)
PLAIN = tuple(issue for issue in (*_FOR_RULES, *PRODUCT_ISSUES) if not issue.intent)
# What may be behind an escalation of each reason, and behind none.
ISSUES: dict[Reason | None, tuple[Issue, ...]] = {
    None: PLAIN,
    Reason.LOW_AI_CONFIDENCE: PLAIN,
    Reason.CUSTOMER_REQUEST: PLAIN,
    Reason.TECHNICAL_ISSUE: TECHNICAL,
    Reason.BILLING_ACCOUNT: BILLING,
    Reason.CONTENT_GAP: GAP_ISSUES,
}

__all__ = ["ISSUES", "PLAIN", "Issue"]
