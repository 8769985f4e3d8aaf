"""Which texts say much the same: by the cosine of their TF-IDF vectors over title and body.

0 is no word in common, 1 the same words as often. Articles on neighbouring subjects share some of their words, a
copy that somebody edited most of them: in the articles of the test 0.2 and 0.9, and NEAR_DUPLICATE lies between.
A gap's few words are never most of an article's (there 0.4 where it answers), so less is asked of an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.decisions.wording import stems

NEAR_DUPLICATE = 0.6
ANSWERS = 0.3
# Rows compared at once with all others: bounds memory.
AT_ONCE = 500


@dataclass(frozen=True)
class Pair:
    """Two places of the texts given, and how alike they are: from 0 to 1."""

    first: int
    second: int
    likeness: float


def near_duplicates(texts: Sequence[str]) -> list[Pair]:
    """Each pair once, the more alike first."""
    rows = _rows(texts)
    if rows is None:
        return []
    found = []
    for start in range(0, len(texts), AT_ONCE):
        alike = (rows[start : start + AT_ONCE] @ rows.T).tocoo()
        kept = (alike.data >= NEAR_DUPLICATE) & (alike.row + start < alike.col)
        for row, column, value in zip(alike.row[kept], alike.col[kept], alike.data[kept], strict=True):
            found.append(Pair(int(row) + start, int(column), _rounded(value)))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def answers(questions: Sequence[str], articles: Sequence[str]) -> list[Pair]:
    """For each question that an article answers the one that is most like it: ``first`` and ``second``."""
    rows = _rows([*questions, *articles])
    if rows is None or not questions or not articles:
        return []
    asked, said = rows[: len(questions)], rows[len(questions) :]
    found = []
    for start in range(0, len(questions), AT_ONCE):
        alike = (asked[start : start + AT_ONCE] @ said.T).toarray()
        best = alike.argmax(axis=1)
        for row in np.flatnonzero(alike.max(axis=1) >= ANSWERS).tolist():
            found.append(Pair(start + row, int(best[row]), _rounded(alike[row, best[row]])))
    return found


def _rounded(value: float) -> float:
    return round(min(float(value), 1.0), 3)


def _rows(texts: Sequence[str]) -> Any:
    """Sparse, of length 1; None where no text has a word."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # 1.1 s and 145 MB: only workers compare

    try:
        return TfidfVectorizer(analyzer=stems, sublinear_tf=True).fit_transform(texts)
    except ValueError:  # no vocabulary
        return None
