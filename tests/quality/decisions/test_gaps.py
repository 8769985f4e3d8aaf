import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.decisions.gaps import Placed, settle

API, SSO = 1, 2
NEW, IN_API, IN_SSO = Placed(), Placed(API), Placed(SSO)


def settled(groups, placed, *, kept=(), rows=None):
    rows = np.eye(len(groups)) if rows is None else np.array(rows, dtype=float)
    return settle(np.array(groups), rows, placed, kept=set(kept))


def test_questions_that_nobody_knows_yet_are_new_gaps():
    found = settled([0, 0, 1, 1], [NEW] * 4)

    assert found.gaps == (None, None, None, None)
    assert found.new == (0, 0, 1, 1)


def test_a_single_question_is_no_gap():
    assert settled([0, 1, 1], [NEW] * 3).new == (None, 0, 0)


def test_what_says_nothing_belongs_nowhere():
    found = settled([-1, -1], [NEW, NEW])

    assert (found.gaps, found.new) == ((None, None), (None, None))


def test_a_group_continues_the_gap_that_it_shares_most_questions_with():
    found = settled([0, 0, 0, 0], [IN_API, IN_API, IN_SSO, NEW])

    assert found.gaps == (API, API, API, API)
    assert found.joined == {SSO: API}


def test_a_gap_that_fell_apart_stays_with_its_larger_part():
    found = settled([0, 0, 0, 1, 1], [IN_API] * 5)

    assert found.gaps == (API, API, API, None, None)
    assert found.new == (None, None, None, 0, 0)
    assert found.joined == {}


def test_what_people_shaped_keeps_its_questions_in_every_group():
    found = settled([0, 0, 0, 1, 1], [IN_API, IN_API, IN_SSO, IN_SSO, NEW], kept=[API, SSO])

    assert found.gaps == (API, API, SSO, SSO, SSO)


def test_after_a_split_a_new_question_goes_to_the_part_that_it_resembles_more():
    rows = [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9], [0.2, 0.8]]

    found = settled([0] * 5, [IN_API, IN_API, IN_SSO, IN_SSO, NEW], kept=[API, SSO], rows=rows)

    assert found.gaps == (API, API, SSO, SSO, SSO)


def test_after_a_merge_both_groups_continue_the_one_gap():
    found = settled([0, 0, 1, 1], [IN_API, NEW, IN_API, NEW], kept=[API])

    assert found.gaps == (API, API, API, API)


def test_a_pinned_question_never_moves():
    found = settled([0, 0, 0, 0], [IN_API, IN_API, IN_API, Placed(SSO, pinned=True)])

    assert found.gaps == (API, API, API, SSO)


def test_a_gap_that_people_shaped_is_joined_to_no_other():
    found = settled([0, 0, 0], [IN_API, IN_API, IN_SSO], kept=[SSO])

    assert found.gaps[2] == SSO
    assert found.joined == {}


cases = st.integers(0, 12).flatmap(
    lambda count: st.tuples(
        st.lists(st.integers(-1, 4), min_size=count, max_size=count),
        st.lists(
            st.one_of(st.just(NEW), st.builds(Placed, st.integers(1, 4), st.booleans())),
            min_size=count,
            max_size=count,
        ),
        st.sets(st.integers(1, 4)),
    )
)


@settings(deadline=None)
@given(cases)
def test_nothing_that_people_decided_moves_and_a_second_night_changes_nothing(case):
    groups, placed, kept = case
    first = settled(groups, placed, kept=kept)

    for one, gap in zip(placed, first.gaps, strict=True):
        if one.gap is not None and (one.pinned or one.gap in kept):
            assert gap == one.gap
    after = [
        Placed(gap if new is None else 100 + new, one.pinned)
        for one, gap, new in zip(placed, first.gaps, first.new, strict=True)
    ]
    second = settled(groups, after, kept=kept)
    assert set(second.new) <= {None}
    assert list(second.gaps) == [one.gap for one in after]
