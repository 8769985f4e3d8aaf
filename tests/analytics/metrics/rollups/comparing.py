"""What rollups hold and what the rows say, side by side."""

from analytics.actions import rollups
from analytics.metrics.frames import NOW
from analytics.metrics.rollups.cube import Cube
from analytics.metrics.rollups.shape import blocks
from analytics.metrics.tables import Awaited, Tally
from analytics.metrics.tally import counted_raw, tally


def built(now):
    while rollups.build(now=now):
        pass


def folded(now):
    while rollups.fold(now=now):
        pass


def assert_same(frame, splits=None, *, held=None):
    """Every number that rollups hold of the frame, and of each group of it; ``held`` sources they must answer."""
    parts = {block.facts.source: list(block.parts) for block in blocks().values()}
    dims = {source: (splits or {}).get(source, {}) for source in parts}
    found = tally([part for of in parts.values() for part in of], frame, dims)
    frame.together.ask()
    if held is not None:
        assert {key for key, (table, *_) in found.tables.items() if _is_held(table)} == held
    for source, of in parts.items():
        raw = Tally({source.key: [counted_raw(source, of, frame, dims[source])]})
        for period in frame.periods:
            _assert_same(source, of, period, raw, found)
            for dim in dims[source]:
                for part in of:
                    assert _rounded(raw.split(part, dim, period)) == _rounded(found.split(part, dim, period)), (
                        source.key,
                        dim,
                    )
        groups = raw.by(dims[source])
        again = found.only(source).by(dims[source])
        assert groups.keys() == again.keys() or not of, (source.key, groups.keys(), again.keys())
        for values, group in groups.items():
            _assert_same(source, of, NOW, group, again[values])


def _is_held(table):
    return isinstance(table, Awaited) and isinstance(table.found, Cube)


def _assert_same(source, parts, period, raw, found):
    for part in parts:
        expected, got = raw.sum(part, period), found.sum(part, period)
        assert round(float(expected), 6) == round(float(got), 6), (source.key, period, part.aggregate)
        assert type(expected) is type(got) or not expected or not got, (source.key, part.aggregate)


def _rounded(split):
    return {value: round(float(number), 6) for value, number in split.items() if number}
