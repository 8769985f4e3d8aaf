import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.importers import openai_chat, reading
from escalations.importers.reading import read_records
from helpninja.common.parsing import MAX_BYTES


def read(raw: bytes, holds_array=lambda first: True):
    return [
        (record.number, record.value if record.refused is None else str(record.refused))
        for record in read_records(io.BytesIO(raw), holds_array)
    ]


def test_lines_come_with_their_numbers_and_empty_ones_are_passed_over():
    assert read(b'\n{"a": 1}\r\n\n  {"a": 2}') == [(2, {"a": 1}), (4, {"a": 2})]


def test_a_byte_order_mark_is_no_text():
    assert read(b'\xef\xbb\xbf{"a": 1}\n') == [(1, {"a": 1})]


def test_a_bad_line_leaves_the_others():
    found = read(b'{"a": 1}\n{"a": \n{"a": 3}\n')

    assert [number for number, _ in found] == [1, 2, 3]
    assert found[1][1].startswith("Not valid JSON")
    assert found[2][1] == {"a": 3}


def test_a_bad_element_leaves_the_others():
    found = read(b'[{"a": 1}, {"a": NaN}, oops, {"a": 4}]')

    assert found[0] == (1, {"a": 1})
    assert found[1] == (2, "NaN is not a JSON number.")
    assert found[2][1].startswith("Not valid JSON")
    assert found[3] == (4, {"a": 4})


def test_a_larger_record_is_refused_by_its_number_in_both_forms():
    large = b'{"a": "' + b"x" * MAX_BYTES + b'"}'
    message = "The record is larger than 1 MiB."

    assert read(b'{"a": 1}\n' + large + b'\n{"a": 3}\n') == [(1, {"a": 1}), (2, message), (3, {"a": 3})]
    assert read(b'[{"a": 1},' + large + b',{"a": 3}]') == [(1, {"a": 1}), (2, message), (3, {"a": 3})]


@pytest.mark.parametrize(
    ("raw", "last"),
    [
        (b'[{"a": 1}, {"b', (2, "The file ends here: the array is not closed.")),
        (b'[{"a": 1}] x', (2, "Something follows the end of the array.")),
    ],
)
def test_a_broken_array_keeps_what_came_before(raw, last):
    assert read(raw) == [(1, {"a": 1}), last]


def test_an_empty_file_and_an_empty_array_hold_nothing():
    assert read(b"") == []
    assert read(b" [ ] \n") == []


def test_a_list_of_messages_is_one_record_on_a_line_or_over_many():
    entries = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    on_a_line = json.dumps(entries).encode() + b"\n"

    assert read(on_a_line * 2, openai_chat.is_array) == [(1, entries), (2, entries)]
    assert read(json.dumps(entries, indent=2).encode(), openai_chat.is_array) == [(1, entries)]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from('ab"]\\{,'), inner, max_size=3),
    max_leaves=10,
)


# How long an example takes is the machine's business.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(values, max_size=6), st.sampled_from([None, 2]), st.booleans(), st.integers(1, 9))
def test_an_array_is_cut_as_json_reads_it_whatever_the_chunks(items, indent, ascii_only, chunk):
    raw = json.dumps(items, indent=indent, ensure_ascii=ascii_only).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "CHUNK", chunk)
        found = read(raw)

    assert found == list(enumerate(items, 1))
