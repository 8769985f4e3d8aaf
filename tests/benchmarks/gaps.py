"""How well, how fast and in how much memory questions are grouped by meaning.

    python -m tests.benchmarks.gaps

The labelled questions are beside k-means on plain TF-IDF, which is told the number of intents (mean of ten
seeds). Exits with 1 where a bar is missed.
"""

import resource
import sys
import time
from statistics import mean

from quality.decisions.clustering import group
from tests.quality.questions import accuracy, k_means, labelled, made_up, nmi

LEAST_NMI, LEAST_ACCURACY = 0.70, 0.50
QUESTIONS, MOST_SECONDS = 20_000, 30.0
SEEDS = 10


def main() -> int:
    passed = [how_well(), how_fast(intents=1_000), how_fast(intents=QUESTIONS)]
    return 0 if all(passed) else 1


def how_well() -> bool:
    texts, labels = labelled()
    intents = labels.max() + 1
    print(f"{len(texts)} labelled questions of {intents} intents")
    told = [k_means(texts, intents, seed) for seed in range(SEEDS)]
    told_nmi, told_accuracy = (mean(score(labels, one) for one in told) for score in (nmi, accuracy))
    found = group(texts)
    found_nmi, found_accuracy = nmi(labels, found), accuracy(labels, found)
    print(f"  k-means, told {intents}: NMI {told_nmi:.3f}, ACC {told_accuracy:.3f}")
    print(f"  ours, {found.max() + 1} groups: NMI {found_nmi:.3f}, ACC {found_accuracy:.3f}")
    print(f"  bar: NMI {LEAST_NMI}, ACC {LEAST_ACCURACY}, and both above k-means")
    above = found_nmi > told_nmi and found_accuracy > told_accuracy
    return above and found_nmi >= LEAST_NMI and found_accuracy >= LEAST_ACCURACY


def how_fast(*, intents: int) -> bool:
    texts, labels = made_up(QUESTIONS, intents=intents)
    before, began, worked = peak(), time.perf_counter(), time.process_time()
    found = group(texts)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{QUESTIONS:,} made-up questions of {len(set(labels.tolist())):,} intents")
    print(f"  {took:.1f} s on the clock, {worked:.1f} s of the processors")
    print(f"  {found.max() + 1:,} groups, NMI {nmi(labels, found):.3f}")
    print(f"  peak memory {before:.0f} MB before, {peak():.0f} MB after; bar: {MOST_SECONDS:.0f} s")
    return took <= MOST_SECONDS


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
