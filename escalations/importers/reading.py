"""The records of a file, one at a time and each under the limits of ``parse_json``, however large the file is.

A file is NDJSON (a record a line) or one JSON array (a record an element). The array is cut into its elements by
counting brackets, so that neither form is ever wholly in memory.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from helpninja.common.parsing import MAX_BYTES, Refused, parse_json

CHUNK = 256 * 1024
BOM = b"\xef\xbb\xbf"
_OUTSIDE = re.compile(rb'["\[\]{},]')
_IN_TEXT = re.compile(rb'["\\]')


@dataclass(frozen=True, slots=True)
class Record:
    """``number`` counts lines or elements from 1; ``refused`` says why there is no value."""

    number: int
    value: Any = None
    refused: Refused | None = None


def read_records(file: IO[bytes], holds_array: Callable[[Any], bool] = lambda first: True) -> Iterator[Record]:
    """Records of a binary, seekable file; empty lines are passed over.

    ``holds_array(first element)`` tells whether a file that begins with ``[`` is an array of records; where it is
    False, each line is a record that happens to be a list.
    """
    start = _first_byte_at(file)
    if file.read(1) != b"[":
        file.seek(start)
        return _parsed(_lines(file, start))
    if holds_array(_first_element(file)):
        file.seek(start + 1)
        return _parsed(_elements(file))
    file.seek(start)
    if _is_whole(file.readline(MAX_BYTES + 1)):
        file.seek(start)
        return _parsed(_lines(file, start))
    file.seek(start)
    return _parsed(iter([(1, file.read(MAX_BYTES + 1))]))


def _first_byte_at(file: IO[bytes]) -> int:
    """Where the text begins, after a byte order mark and white space; the file stands there."""
    file.seek(0)
    position = 3 if file.read(3) == BOM else 0
    file.seek(position)
    while (byte := file.read(1)) and byte in b" \t\r\n":
        position += 1
    file.seek(position)
    return position


def _first_element(file: IO[bytes]) -> Any:
    record = next(_parsed(_elements(file)), None)
    return record.value if record else None


def _is_whole(line: bytes) -> bool:
    try:
        parse_json(line)
    except Refused:
        return False
    return True


def _parsed(parts: Iterator[tuple[int, bytes | Refused]]) -> Iterator[Record]:
    for number, raw in parts:
        yield Record(number, refused=raw) if isinstance(raw, Refused) else parse_record(number, raw)


def parse_record(number: int, raw: bytes) -> Record:
    try:
        return Record(number, parse_json(raw))
    except Refused as refused:
        if refused.status == 413:
            refused = Refused("The record is larger than 1 MiB.", status=413)
        return Record(number, refused=refused)


def _lines(file: IO[bytes], start: int) -> Iterator[tuple[int, bytes | Refused]]:
    """An overlong line comes cut to just over the limit, which the parser then refuses."""
    file.seek(0)
    number = file.read(start).count(b"\n")
    return numbered_lines(file, first=number + 1)


def numbered_lines(stream: IO[bytes], first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers, without the empty ones; of an overlong line only its beginning is kept."""
    number = first - 1
    while line := stream.readline(MAX_BYTES + 2):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(CHUNK)
        if len(line) <= MAX_BYTES + 1:
            line = line.strip(b" \t\r\n")
        if line:
            yield number, line


def _elements(file: IO[bytes]) -> Iterator[tuple[int, bytes | Refused]]:
    """The elements of an array whose ``[`` has been read, and a Refused where the array itself is broken."""
    number, depth, in_text, escaped = 1, 0, False, False
    element = bytearray()
    while chunk := file.read(CHUNK):
        position = begin = 0
        while True:
            if escaped:
                position, escaped = position + 1, False
            found = (_IN_TEXT if in_text else _OUTSIDE).search(chunk, position)
            if found is None:
                break
            mark, position = found.group(), found.end()
            if in_text:
                escaped, in_text = mark == b"\\", mark == b"\\"
                if escaped and position == len(chunk):
                    break
            elif mark == b'"':
                in_text = True
            elif depth == 0 and mark in b",]":
                _keep(element, chunk[begin : position - 1])
                begin = position
                if mark == b"," or element.strip() or number > 1:
                    yield number, bytes(element.strip())
                if mark == b"]":
                    if _something_follows(chunk[position:], file):
                        yield number + 1, Refused("Something follows the end of the array.")
                    return
                element.clear()
                number += 1
            else:
                depth = depth + 1 if mark in b"[{" else max(0, depth - 1) if mark in b"]}" else depth
        _keep(element, chunk[begin:])
    yield number, Refused("The file ends here: the array is not closed.")


def _keep(element: bytearray, part: bytes) -> None:
    """Adds the part, up to just over the limit."""
    element += part[: max(0, MAX_BYTES + 1 - len(element))]


def _something_follows(rest: bytes, file: IO[bytes]) -> bool:
    while rest:
        if rest.strip(b" \t\r\n"):
            return True
        rest = file.read(CHUNK)
    return False
