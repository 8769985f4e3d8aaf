"""Escalations and conversations whose questions the knowledge base did not answer."""

from datetime import UTC, datetime, timedelta

from escalations.enums import Author, Reason
from tests import factories

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEYS = (
    "How do we rotate API keys for several services?",
    "rotating API keys without downtime",
    "Is there a guide to API key rotation?",
)
SSO = (
    "Set up single sign-on with SAML",
    "SAML single sign-on with Okta",
    "Which SAML attributes for single sign-on?",
)


def ask(text, *, note="", reason=Reason.CONTENT_GAP, at=NOW, **fields):
    """An escalation for missing content, opened a minute after the question."""
    conversation = factories.make_conversation(topic=fields.pop("topic", None))
    factories.make_message(conversation, text, sent_at=at - timedelta(minutes=1))
    return factories.make_escalation(
        conversation=conversation, reason=reason, missing_content=note, opened_at=at, **fields
    )


def ask_ai(text, *, confidence=0.2, at=NOW, conversation=None, **fields):
    """A question with the AI's unsure answer, not escalated."""
    conversation = conversation or factories.make_conversation()
    factories.make_message(conversation, text, sent_at=at - timedelta(minutes=2))
    factories.make_message(
        conversation,
        "I am not sure.",
        author=Author.AI,
        ai_confidence=confidence,
        sent_at=at - timedelta(minutes=1),
        **fields,
    )
    return conversation
