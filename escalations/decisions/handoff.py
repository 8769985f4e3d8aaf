"""What the customer reads when a person takes over: a rule's text with its fields filled in."""

from collections.abc import Mapping

from escalations.validators import HANDOFF_FIELDS

MAX_VALUE = 80
MAX_MESSAGE = 500


def fill_in(template: str, known: Mapping[str, str]) -> str:
    """Plain text. What is not known is said in general words: "your plan" for {plan}.

    A text that was never checked, and names what there isn't, stays as it is.
    """
    values = {name: _plain(known.get(name, "")) or otherwise for name, otherwise in HANDOFF_FIELDS.items()}
    try:
        return template.format_map(values)[:MAX_MESSAGE]
    except (KeyError, ValueError, IndexError, AttributeError):
        return template


def _plain(value: str) -> str:
    return " ".join(value.split())[:MAX_VALUE]
