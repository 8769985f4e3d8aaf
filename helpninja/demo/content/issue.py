from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """One matter that customers write about, with what both sides say on it.

    ``answers`` are the AI's first and second attempt, ``agent`` and ``customer`` the steps with a person.
    ``intent`` is one that a rule looks for; ``missing`` the article that nobody has written yet.
    """

    topic: str
    subject: str
    question: str
    again: str
    answers: tuple[str, str]
    agent: tuple[str, ...]
    customer: tuple[str, ...]
    category: str = "answered"
    intent: str = ""
    missing: str = ""
    weight: int = 1
