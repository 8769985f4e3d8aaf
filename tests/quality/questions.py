"""Questions to group: labelled ones as customers write them, and any number of made-up ones."""

from pathlib import Path
from random import Random

import numpy as np

LABELLED = Path(__file__).parent / "data" / "support_questions.txt"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def labelled() -> tuple[list[str], np.ndarray]:
    """The questions and the number of each one's intent."""
    texts, numbers, intent = [], [], -1
    for line in filter(None, map(str.strip, LABELLED.read_text().splitlines())):
        if line.startswith("["):
            intent += 1
        else:
            texts.append(line)
            numbers.append(intent)
    return texts, np.array(numbers)


def made_up(count: int, *, intents: int, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Three of an intent's six words among words of the language, both as unequally common as in speech."""
    rng = Random(seed)
    language = ["".join(rng.choices(LETTERS, k=rng.randint(4, 9))) for _ in range(8_000)]
    common = [1 / (rank + 10) for rank in range(len(language))]
    own = [rng.sample(language[200:], 6) for _ in range(intents)]
    chosen = rng.choices(range(intents), [1 / (rank + 5) for rank in range(intents)], k=count)
    texts = []
    for intent in chosen:
        words = rng.sample(own[intent], 3) + rng.choices(language, common, k=rng.randint(2, 7))
        rng.shuffle(words)
        texts.append(" ".join(words))
    return texts, np.array(chosen)


def nmi(labels: np.ndarray, groups: np.ndarray) -> float:
    """Normalised mutual information (arithmetic mean), from 0 to 1."""
    from sklearn.metrics import normalized_mutual_info_score

    return float(normalized_mutual_info_score(labels, groups))


def accuracy(labels: np.ndarray, groups: np.ndarray) -> float:
    """The share of questions that are right when each group is given the one intent that fits all of them best
    (Hungarian method); a group beyond the number of intents counts as wrong."""
    from scipy.optimize import linear_sum_assignment

    groups = np.unique(groups, return_inverse=True)[1]
    counts = np.zeros((labels.max() + 1, groups.max() + 1), dtype=int)
    np.add.at(counts, (labels, groups), 1)
    return float(counts[linear_sum_assignment(-counts)].sum() / len(labels))


def k_means(texts: list[str], groups: int, seed: int = 0) -> np.ndarray:
    """What the method is compared with: it has to be told how many groups there are."""
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = TfidfVectorizer(stop_words="english").fit_transform(texts)
    return KMeans(groups, n_init=10, random_state=seed).fit_predict(rows)
