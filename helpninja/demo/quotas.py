"""Numbers that vary like those of life and still add up to what was asked for."""

from random import Random
from typing import TypeVar

T = TypeVar("T")


def scaled_to_mean(values: list[float], mean: float, least: int) -> list[int]:
    """The values as whole numbers of that mean, none below ``least``."""
    factor = mean * len(values) / sum(values)
    return [max(least, round(value * factor)) for value in values]


def shared_out(total: int, weights: list[float], least: int) -> list[int]:
    """``total`` in whole parts near the weights, each at least ``least``."""
    spare = total - least * len(weights)
    exact = [spare * weight / sum(weights) for weight in weights]
    parts = [int(value) for value in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: parts[i] - exact[i])
    for i in by_rest[: spare - sum(parts)]:
        parts[i] += 1
    return [part + least for part in parts]


def whole_numbers(number: int, percents: dict[T, int]) -> list[T]:
    """So many of the keys, in those shares."""
    keys = list(percents)
    parts = shared_out(number, [float(percents[key]) for key in keys], 0)
    return [key for key, part in zip(keys, parts, strict=True) for _ in range(part)]


def scores_with_mean(number: int, mean: float, rng: Random) -> list[int]:
    """Ratings from 1 to 5, mostly 4 and 5, whose sum is the nearest to that mean."""
    scores = rng.choices((5, 4, 3, 2, 1), (48, 33, 11, 5, 3), k=number)
    missing = round(number * mean) - sum(scores)
    step = 1 if missing > 0 else -1
    while missing:
        i = rng.randrange(number)
        if 1 <= scores[i] + step <= 5:
            scores[i] += step
            missing -= step
    return scores
