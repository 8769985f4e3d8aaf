"""What people are good at, by the levels of their skills."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# Of 1 (beginner) to 5 (expert).
SPECIALIST = 4
GENERAL = "General"


def specialization(skills: Iterable[tuple[str, int]]) -> str:
    """The skills at the person's highest level, where that is a specialist's."""
    skills = list(skills)
    top = max((level for _, level in skills), default=0)
    names = sorted(name for name, level in skills if level == top)
    return ", ".join(names) if top >= SPECIALIST else GENERAL


@dataclass(frozen=True)
class Bench:
    """How many people know a skill as specialists, and how many besides them."""

    skill: str
    specialists: int
    generalists: int


def bench(people: Iterable[Iterable[tuple[str, int]]]) -> tuple[Bench, ...]:
    """By the name of the skill."""
    specialists: Counter[str] = Counter()
    generalists: Counter[str] = Counter()
    for skills in people:
        for name, level in skills:
            (specialists if level >= SPECIALIST else generalists)[name] += 1
    return tuple(
        Bench(name, specialists[name], generalists[name]) for name in sorted({*specialists, *generalists})
    )
