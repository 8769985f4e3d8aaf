import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics.rollups.packing import add_packed, added_up, packed, squeezed, unpack, unsqueezed

NUMBERS = st.lists(
    st.sampled_from([0.0, 1.0, -2.5, -3.0, 2.0**32 - 1, 2.0**32, 2.0**53, 0.1]), min_size=6, max_size=6
)


@given(NUMBERS, NUMBERS)
def test_what_was_packed_is_added_where_it_was(kept, onto):
    numbers = np.reshape(onto, (3, 2))
    whole = np.reshape(kept, (3, 2))

    add_packed(packed(whole), numbers)

    assert numbers.tolist() == (np.reshape(onto, (3, 2)) + whole).tolist()


@given(NUMBERS)
def test_what_was_packed_is_unpacked(kept):
    found = np.zeros(6)

    unpack(packed(np.array(kept)), found)

    assert found.tolist() == kept


@given(st.lists(st.tuples(st.integers(0, 2), NUMBERS), max_size=5))
def test_many_that_were_packed_are_added_up(kept):
    expected = np.zeros((3, 6))
    for number, numbers in kept:
        expected[number] += numbers

    found = added_up([(number, packed(np.array(numbers))) for number, numbers in kept], 3, 6)

    assert found.tolist() == expected.tolist()


def test_what_was_squeezed_is_what_was_packed():
    numbers, found = np.array([0.0, 0.5, 0.0, 3.0]), np.zeros(4)

    unpack(unsqueezed(squeezed(numbers)), found)

    assert found.tolist() == numbers.tolist()


def test_zeros_take_no_room():
    assert packed(np.zeros((500, 24))) == b""
