"""Cells of exported tables: a spreadsheet program runs what begins like a formula, whoever wrote it."""

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_cell(value: Any) -> Any:
    """Text that begins like a formula gets a leading apostrophe; numbers and dates stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def unescape_cell(text: str) -> str:
    """The reverse, for what was exported and comes back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
