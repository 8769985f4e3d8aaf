"""Which questions ask the same: texts in, a group for each out.

Words and pieces of words are weighed by TF-IDF; a truncated SVD of them (latent semantic analysis, Deerwester
et al. 1990) brings together words that come in the same questions; groups are made bottom-up by average
linkage: two are joined while the mean similarity between their questions is at least ``LEAST_SIMILARITY``.
Nobody has to say how many groups there are. ``tests/benchmarks/gaps.py`` measures it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from quality.decisions.wording import content_words, stems

LEAST_SIMILARITY = 0.25
# Dimensions: one for so many different questions, within these bounds. Fewer join more.
QUESTIONS_PER_DIMENSION, FEWEST_DIMENSIONS, MOST_DIMENSIONS = 7, 20, 250
# Linkage looks at every pair: above this number the rest joins the groups of those before it. 3,000 are 36 MB.
LINKED_AT_ONCE = 3_000
# Above so many questions time counts: what only one holds is left out, which can't bring two together, and so
# are the rarest pieces of words; which words go together is learnt from so many, evenly spread.
MANY = 4_000
MOST_PIECES = 20_000
UNGROUPED = -1


def group(texts: Sequence[str]) -> np.ndarray:
    """A group's number for each text, from 0; UNGROUPED where a text says nothing. The same texts in the same
    order always give the same numbers."""
    return link(vectors(texts))


def vectors(texts: Sequence[str]) -> np.ndarray:
    """One row for each text, of length 1, or 0 where the text says nothing: their product is the similarity."""
    from sklearn.decomposition import TruncatedSVD  # 1.1 s and 145 MB: only workers group
    from sklearn.preprocessing import normalize

    weighed = _weighed(texts)
    if weighed is None:
        return np.zeros((len(texts), 1), dtype=np.float32)
    different = len(set(texts))
    wanted = min(max(different // QUESTIONS_PER_DIMENSION, FEWEST_DIMENSIONS), MOST_DIMENSIONS)
    if wanted >= min(weighed.shape):
        return np.asarray(weighed.toarray())
    learnt = TruncatedSVD(wanted, random_state=0).fit(weighed[:: -(-len(texts) // MANY)])
    return np.asarray(normalize(learnt.transform(weighed)))


def _weighed(texts: Sequence[str]) -> Any:
    """Sparse rows of length 1, half of it from words, half from pieces of words; None where no text has any."""
    from scipy.sparse import hstack  # heavy: only workers group
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    least, most = (2, MOST_PIECES) if len(texts) > MANY else (1, None)
    common = {"sublinear_tf": True, "dtype": np.float32, "min_df": least}
    kinds = (
        TfidfVectorizer(analyzer=stems, **common),
        TfidfVectorizer(analyzer=_pieces, max_features=most, **common),
    )
    try:
        return normalize(hstack([kind.fit_transform(texts) for kind in kinds]).tocsr())
    except ValueError:  # no vocabulary is left
        return None


def _pieces(text: str) -> list[str]:
    """Three to five characters of each word, with its ends: kindred words and slips share most of them."""
    found = []
    for word in content_words(text):
        ended = f" {word} "
        for size in (3, 4, 5):
            found += [ended[at : at + size] for at in range(len(ended) - size + 1)]
    return found


def link(rows: np.ndarray) -> np.ndarray:
    """Groups by average linkage. Those that no earlier group takes are linked among themselves in turn.

    The mean similarity of a question to a group's is its product with their mean: what is left over is too far
    from every group so far, and so is whatever those that are left over are linked to.
    """
    labels = np.full(len(rows), UNGROUPED)
    rest, count = np.flatnonzero(np.linalg.norm(rows, axis=1) > 0), 0
    while len(rest):
        head, rest = rest[:LINKED_AT_ONCE], rest[LINKED_AT_ONCE:]
        found = _linked(rows[head])
        labels[head] = found + count
        means = np.stack([rows[head[found == number]].mean(axis=0) for number in range(found.max() + 1)])
        rest = rest[~_join(rows, rest, means, labels, count)]
        count += len(means)
    return labels


def _join(rows: np.ndarray, rest: np.ndarray, means: np.ndarray, labels: np.ndarray, first: int) -> np.ndarray:
    """Gives those of the rest that are near enough to a group its number; which they are."""
    if not len(rest):
        return np.zeros(0, dtype=bool)
    near = np.concatenate([_nearest(rows[part], means) for part in np.array_split(rest, len(rest) // 2_000 + 1)])
    joins = near >= 0
    labels[rest[joins]] = near[joins] + first
    return joins


def _nearest(rows: np.ndarray, means: np.ndarray) -> np.ndarray:
    similar = rows @ means.T
    best = similar.argmax(axis=1)
    return np.where(similar[np.arange(len(rows)), best] >= LEAST_SIMILARITY, best, -1)


def _linked(rows: np.ndarray) -> np.ndarray:
    from scipy.cluster.hierarchy import fcluster, linkage  # heavy: only workers group

    if len(rows) == 1:
        return np.zeros(1, dtype=int)
    tree = linkage(rows, method="average", metric="cosine")
    return np.asarray(fcluster(tree, 1 - LEAST_SIMILARITY, criterion="distance") - 1)
