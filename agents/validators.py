"""What calendars may say; each check raises ValidationError with a message a person can read."""

from django.core.exceptions import ValidationError

from agents.enums import Weekday


def validate_weekdays(value: object) -> None:
    if not isinstance(value, list) or not value or not all(day in Weekday.values for day in value):
        raise ValidationError("Choose at least one weekday.")
    if len(set(value)) < len(value):
        raise ValidationError("Name each weekday once.")
