import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.rollups.packing import add_packed, add_squeezed, packed, squeezed

NUMBERS = st.lists(st.sampled_from([0.0, 1.0, -2.5, 2.0**53, 0.1]), min_size=6, max_size=6)


@given(NUMBERS, NUMBERS, st.sampled_from([1, -1]))
def test_what_was_packed_is_added_where_it_was(kept, onto, sign):
    numbers = np.reshape(onto, (3, 2))
    whole = np.reshape(kept, (3, 2))

    add_packed(packed(whole), numbers, sign)

    assert numbers.tolist() == (np.reshape(onto, (3, 2)) + sign * whole).tolist()


def test_what_was_squeezed_is_what_was_packed():
    numbers, onto = np.array([0.0, 0.5, 0.0, 3.0]), np.ones(4)

    add_squeezed(squeezed(numbers), onto)

    assert onto.tolist() == [1.0, 1.5, 1.0, 4.0]


def test_zeros_take_no_room():
    assert packed(np.zeros((500, 24))) == b""
