"""The one way in for text from outside: every body, socket frame and import line is read by ``parse_json``."""

import json
import math
from collections.abc import Iterable
from typing import Any

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 10_000
MAX_INTEGER = 2**63 - 1


class Refused(ValueError):
    """``status`` is the HTTP status that says it best, ``field`` the path of what was refused, where known."""

    def __init__(self, message: str, *, status: int = 400, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.field = field


def parse_json(raw: bytes) -> Any:
    """The value of one JSON text.

    Raises Refused for more than 1 MiB (413), and for what is not UTF-8 or not JSON, duplicate names, NaN and
    infinities, NUL characters, lone surrogates, integers over 64 bits, more than 32 levels or 10,000 values.
    """
    if len(raw) > MAX_BYTES:
        raise Refused("The body is larger than 1 MiB.", status=413)
    try:
        value = _decoder.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused(f"Not valid UTF-8 at byte {error.start}.") from error
    except RecursionError as error:
        raise Refused(f"Nested deeper than {MAX_DEPTH} levels.") from error
    except json.JSONDecodeError as error:
        raise Refused(f"Not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from error
    except Refused:
        raise
    except ValueError as error:  # an integer with thousands of digits
        raise Refused(f"Not valid JSON: {error}.") from error
    _check(value)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f"The name {twice[:60]!r} is given twice.", field=twice[:60])
    return result


def _no_constant(name: str) -> None:
    raise Refused(f"{name} is not a JSON number.")


# Made once: json.loads would make one for each text.
_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _check(value: Any) -> None:
    """Every value on its way in passes here, so paths are put together only where one is needed."""
    nodes = 0
    stack: list[tuple[dict[str, Any] | list[Any], int, str]] = [({"": value}, 0, "")]
    while stack:
        holder, depth, path = stack.pop()
        nodes += len(holder)
        if nodes > MAX_NODES:
            raise Refused(f"More than {MAX_NODES} values.")
        if depth > MAX_DEPTH:
            raise Refused(f"Nested deeper than {MAX_DEPTH} levels.", field=path)
        members: Iterable[tuple[str | int, Any]] = enumerate(holder)
        if isinstance(holder, dict):
            check_text("".join(holder), path)
            members = holder.items()
        for name, inner in members:
            kind = type(inner)
            if kind is str:
                if "\x00" in inner or not inner.isascii():
                    check_text(inner, _path(path, name))
            elif kind is dict or kind is list:
                stack.append((inner, depth + 1, _path(path, name)))
            elif (kind is float and not math.isfinite(inner)) or (kind is int and abs(inner) > MAX_INTEGER):
                raise Refused("A number is too large.", field=_path(path, name))


def _path(holder: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{holder}[{name}]"
    return f"{holder}.{name[:60]}" if holder else name[:60]


def check_text(text: str, field: str = "") -> None:
    """Raises Refused for what databases and other programs can't hold: NUL and lone surrogates."""
    if "\x00" in text:
        raise Refused("NUL characters are not allowed.", field=field)
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise Refused("A lone surrogate is not a character.", field=field) from error


def canonical(value: Any) -> bytes:
    """The same bytes for the same value, whatever the order of its names; what body hashes are taken of."""
    return _canonical.encode(value).encode()


def _plain(value: Any) -> Any:
    """A row by its key, so that renaming it does not change what was said; the rest as text."""
    return value.pk if hasattr(value, "pk") else str(value)


# Made once: json.dumps would make one for each message.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
