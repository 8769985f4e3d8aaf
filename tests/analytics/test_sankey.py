from itertools import pairwise

from analytics.metrics.flow import Link
from analytics.sankey import GAP, TALLEST, THINNEST, draw
from helpninja.common.values import Value

COLUMNS = {"a": 0, "b": 1, "c": 1, "d": 3, "e": 3, "never": 2}
LINKS = [
    Link("a", "b", 900, Value.of_rate(900, 1000)),
    Link("a", "c", 100, Value.of_rate(100, 1000)),
    Link("b", "d", 900, Value.of_rate(900, 900)),
    Link("c", "d", 99, Value.of_rate(99, 100)),
    Link("c", "e", 1, Value.of_rate(1, 100)),
]


def nodes():
    return {node.place: node for node in draw(LINKS, COLUMNS).nodes}


def test_bars_are_as_high_as_their_counts_and_those_of_nobody_are_not_drawn():
    found = nodes()

    assert {place: node.count for place, node in found.items()} == {
        "a": 1000,
        "b": 900,
        "c": 100,
        "d": 999,
        "e": 1,
    }
    assert found["a"].height == TALLEST
    assert round(found["b"].height, 6) == TALLEST * 0.9
    assert found["e"].height == THINNEST


def test_empty_columns_take_no_room():
    assert {place: node.column for place, node in nodes().items()} == {"a": 0, "b": 1, "c": 1, "d": 2, "e": 2}


def test_places_of_a_column_never_cover_one_another_s_text():
    by_column = {}
    for node in draw(LINKS, COLUMNS).nodes:
        by_column.setdefault(node.column, []).append(node)

    for column in by_column.values():
        for above, below in pairwise(column):
            assert below.y >= above.y + above.room + GAP - 1e-9


def test_everything_lies_within_the_drawing():
    found = draw(LINKS, COLUMNS)

    assert all(0 <= node.y <= node.y + node.room <= found.height for node in found.nodes)
    assert all(node.x < found.width for node in found.nodes)


def test_bands_are_as_wide_as_their_counts_and_can_be_seen():
    widths = {(band.link.source, band.link.target): band.width for band in draw(LINKS, COLUMNS).bands}

    assert round(widths["a", "b"], 6) == TALLEST * 0.9
    assert widths["c", "e"] == THINNEST


def test_bands_begin_and_end_at_their_bars():
    found = draw([Link("a", "b", 10, Value.of_rate(10, 10))], {"a": 0, "b": 1})

    assert [band.path for band in found.bands] == ["M14.0,150.0 C102.0,150.0 102.0,150.0 190.0,150.0"]
