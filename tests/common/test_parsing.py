import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpninja.common.parsing import MAX_BYTES, MAX_DEPTH, MAX_NODES, Refused, parse_json

NESTED = b"[" * (MAX_DEPTH - 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"1",
        b'"\\u00e9\\ud83d\\ude00"',
        b"9223372036854775807",
        b"1e308",
        NESTED + b"[]" + b"]" * (MAX_DEPTH - 1),
        b"[" + b"0," * (MAX_NODES - 2) + b"0]",
        b'"' + b"x" * (MAX_BYTES - 2) + b'"',
    ],
)
def test_what_just_fits_is_taken_as_it_is(raw):
    assert parse_json(raw) == json.loads(raw)


@pytest.mark.parametrize(
    ("raw", "status", "field"),
    [
        (b'"' + b"x" * (MAX_BYTES - 1) + b'"', 413, ""),
        (b'{"a": "\xff"}', 400, ""),
        (b'{"a": 1', 400, ""),
        (b'\xef\xbb\xbf{"a": 1}', 400, ""),
        (b'{"a": {"b": 1, "b": 2}}', 400, "b"),
        (b'{"a": NaN}', 400, ""),
        (b'{"a": -Infinity}', 400, ""),
        (b'{"a": {"b": ["x", "\\u0000"]}}', 400, "a.b[1]"),
        (b'{"a": {"b\\u0000": 1}}', 400, "a"),
        (b'"\\u0000"', 400, ""),
        (b'{"a": "\\ud800"}', 400, "a"),
        (b'{"\\ud83d": 1, "\\ude00": 2}', 400, ""),
        (b'[{"a": 9223372036854775808}]', 400, "[0].a"),
        (b'{"a": -1e999}', 400, "a"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, ""),
        (NESTED + b'{"a": [1]}' + b"]" * (MAX_DEPTH - 1), 400, "[0]" * (MAX_DEPTH - 1) + ".a"),
        (b"[" * 100_000, 400, ""),
        (b"[" + b"0," * (MAX_NODES - 1) + b"0]", 400, ""),
    ],
)
def test_what_does_not_is_refused_by_name(raw, status, field):
    with pytest.raises(Refused) as refused:
        parse_json(raw)

    assert (refused.value.status, refused.value.field) == (status, field)


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
scalars = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=20
)


def is_allowed(value):
    """Of what ``values`` gives, only an infinite number is not."""
    match value:
        case dict():
            return all(map(is_allowed, value.values()))
        case list():
            return all(map(is_allowed, value))
        case float():
            return abs(value) != float("inf")
    return True


@given(values, st.booleans())
def test_any_value_is_taken_as_it_is_or_refused_for_its_infinity(value, ascii_only):
    raw = json.dumps(value, ensure_ascii=ascii_only).replace("Infinity", "1e999").encode()
    if is_allowed(value):
        assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
    else:
        with pytest.raises(Refused, match="too large"):
            parse_json(raw)
