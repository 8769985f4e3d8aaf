from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.rollups.facts import MIXED, united

VALUES = st.sampled_from(["", "a", "b"])
MIXES = st.tuples(*(VALUES for _ in MIXED))


@given(st.lists(MIXES, min_size=1, max_size=6))
def test_what_has_several_mixes_counts_once_for_values_that_any_of_them_has(mixes):
    often = united(mixes)

    for wanted in product(["a", "", None], repeat=len(MIXED)):

        def has(mix, wanted=wanted):
            return all(value in (None, own) for value, own in zip(wanted, mix, strict=True))

        assert sum(n for mix, n in often.items() if has(mix)) == any(map(has, mixes))
