from typing import Any


class Conflict(Exception):
    """What was asked can't be done in the present state; ``facts`` say what the caller needs to go on."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.facts = facts
