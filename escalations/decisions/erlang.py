"""Erlang C: how long work waits when it comes at random and so many serve it.

A. K. Erlang, "Solution of some Problems in the Theory of Probabilities" (1917). Assumed are random (Poisson)
arrivals, exponential handling times, one queue, and nobody who gives up waiting.
"""

from math import exp


def waiting_probability(servers: int, erlangs: float) -> float:
    """C(N, A), the share that has to wait. ``erlangs``: the work offered, arrivals x mean handling time.

    By the recursion of Erlang B, ``B(n) = A B(n-1) / (n + A B(n-1))``, then ``C = B / (1 - A/N (1 - B))``.
    1 where the work is more than can be done.
    """
    if erlangs <= 0:
        return 0.0
    if erlangs >= servers:
        return 1.0
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked / (1 - erlangs / servers * (1 - blocked))


def answered_within(seconds: float, servers: int, arrivals_an_hour: float, handling_seconds: float) -> float:
    """The share that is taken up within ``seconds``: ``1 - C(N, A) exp(-(N - A) t / AHT)``.

    0 where more comes than can be done: then the queue has no end.
    """
    erlangs = arrivals_an_hour * handling_seconds / 3600
    if erlangs <= 0:
        return 1.0
    if erlangs >= servers:
        return 0.0
    waits = waiting_probability(servers, erlangs)
    return 1 - waits * exp(-(servers - erlangs) * seconds / handling_seconds)
