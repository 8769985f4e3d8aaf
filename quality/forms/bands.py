"""A scale as people write it, one band a line: ``25  Under 2 minutes  [below 120]``."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from quality.validators import as_number, validate_bands

LINE = re.compile(r"^(?P<points>[^\s\[\]]+)\s+(?P<name>\S.*?)(?:\s*\[(?P<when>[^\[\]]*)\])?$")
WORDS = {"below": "below", "up to": "up_to"}


class BandsField(forms.CharField):
    """Gives the list of bands as the model keeps it."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, list) else read(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True


def written(bands: list[dict[str, Any]]) -> str:
    return "\n".join(map(_line, bands))


def _line(band: dict[str, Any]) -> str:
    line = f"{_short(band.get('points', 0))} {band['name']}"
    when = _when(band)
    return f"{line} [{when}]" if when or line.endswith("]") else line


def _when(band: dict[str, Any]) -> str:
    said = [f"{words} {_short(band[name])}" for words, name in WORDS.items() if band.get(name) is not None]
    return ", ".join([*said, *map(str, band.get("values", ()))])


def read(text: str) -> list[dict[str, Any]]:
    """Raises ValidationError that names the line."""
    lines = [line.strip() for line in text.splitlines()]
    bands = [_band(number, line) for number, line in enumerate(lines, start=1) if line]
    validate_bands(bands)
    return bands


def _band(number: int, line: str) -> dict[str, Any]:
    found = LINE.match(line)
    points = as_number(found["points"].replace(",", ".")) if found else None
    if found is None or points is None:
        raise ValidationError(
            f"Line {number}: write points, name and, where it is scored from the data, when in brackets, "
            "such as “25 Under 2 minutes [below 120]”."
        )
    return {"name": found["name"], "points": _plain(points), **_condition(number, found["when"] or "")}


def _condition(number: int, text: str) -> dict[str, Any]:
    """``below 120``, ``up to 300``, or values with commas between them."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    limits: dict[str, Any] = {}
    values: list[Any] = []
    for part in parts:
        word, _, end = part.rpartition(" ")
        if word in WORDS:
            limit = as_number(end)
            if limit is None:
                raise ValidationError(f"Line {number}: “{part}” needs a number from 0 to 100,000.")
            limits[WORDS[word]] = _plain(limit)
        else:
            values.append(int(part) if part.isascii() and part.isdecimal() and len(part) < 7 else part)
    return {**limits, **({"values": values} if values else {})}


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _short(number: Any) -> str:
    return f"{_plain(Decimal(str(number)))}"
