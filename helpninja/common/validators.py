"""Checks that more than one app needs; each raises ValidationError with a message a person can read."""

import zoneinfo

from django.core.exceptions import ValidationError

ZONES = frozenset(zoneinfo.available_timezones())


def validate_time_zone(value: str) -> None:
    """Raises ValidationError for what is no IANA name."""
    if value not in ZONES:
        raise ValidationError(f"“{value}” is not an IANA time zone such as Europe/Berlin.")


def validate_string_list(value: object) -> None:
    """Raises ValidationError; empty texts are refused, an empty list is not."""
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValidationError("Give a list of texts.")


def validate_object(value: object) -> None:
    """Of JSON. Raises ValidationError."""
    if not isinstance(value, dict):
        raise ValidationError("Give an object of names and values.")
