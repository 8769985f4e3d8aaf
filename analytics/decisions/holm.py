"""Which of several tests stand together."""

from collections.abc import Sequence


def holm(ps: Sequence[float]) -> list[float]:
    """In the order given. What is at most 0.05 has at most one chance in twenty of any false one among them.

    S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979), 65-70.
    """
    found, most = [1.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        most = max(most, min(1.0, ps[place] * (len(ps) - rank)))
        found[place] = most
    return found
