"""How satisfied they are: each reason gets its mean, and who was answered quickly tends to be happier."""

from random import Random

from escalations.enums import State
from helpninja.demo.figures import ANSWERED_AI_SURVEYS, ANSWERED_SURVEYS, NPS, Window
from helpninja.demo.plots import Plot
from helpninja.demo.quotas import scores_with_mean


def rate(window: Window, plots: list[Plot], rng: Random) -> None:
    """Gives the answers to the surveys of a window, those after a person's help and those to the AI alone."""
    for reason, share in window.reasons.items():
        resolved = [plot for plot in plots if plot.reason == reason and plot.state == State.RESOLVED]
        chosen = rng.sample(resolved, round(ANSWERED_SURVEYS * len(resolved)))
        chosen.sort(key=lambda plot: _trouble(plot) + rng.random())
        scores = sorted(scores_with_mean(len(chosen), share.csat, rng), reverse=True)
        for plot, score in zip(chosen, scores, strict=True):
            plot.csat = score
        _recommend(chosen, *NPS[reason], rng)
    alone = [plot for plot in plots if plot.reason is None]
    chosen = rng.sample(alone, round(ANSWERED_AI_SURVEYS * len(alone)))
    for plot, score in zip(chosen, scores_with_mean(len(chosen), window.ai_csat, rng), strict=True):
        plot.csat = score


def _trouble(plot: Plot) -> float:
    return (plot.response or 0) / 600 + bool(plot.twist) * 0.4 + bool(plot.previous) * 0.7


def _recommend(rated: list[Plot], promoters: int, detractors: int, rng: Random) -> None:
    """Every second one also says how likely they are to recommend; who is content, does."""
    asked = rated[::2]
    happy, unhappy = round(len(asked) * promoters / 100), round(len(asked) * detractors / 100)
    for i, plot in enumerate(asked):
        if i < happy:
            plot.nps = rng.choice((9, 10))
        else:
            plot.nps = rng.choice((7, 8)) if i < len(asked) - unhappy else rng.randint(0, 6)
