"""What the address of a page with figures may say of its window."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings

from helpninja.common.validators import validate_time_zone
from helpninja.common.windows import Window

TODAY, CUSTOM = "today", "custom"
WINDOWS = (
    (TODAY, "Today"),
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
    ("365", "Last 365 days"),
    ("month", "This month"),
    ("last_month", "Last month"),
    ("quarter", "This quarter"),
    ("last_quarter", "Last quarter"),
    (CUSTOM, "Custom dates"),
)
DEFAULT = "30"
EARLIEST, LATEST, LONGEST_DAYS = date(2000, 1, 1), date(2100, 1, 1), 5 * 366


class DayField(forms.DateField):
    """A day of a century in which there is something to count; empty is allowed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        message = {"invalid": "Give a date such as 2026-11-23."}
        super().__init__(required=False, input_formats=["%Y-%m-%d"], error_messages=message, **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value < LATEST:
            raise forms.ValidationError(f"Give a date from {EARLIEST.year} to {LATEST.year - 1}.")


class WindowForm(forms.Form):
    """Once valid, ``window_at(now)``. Nothing given means the last 30 days."""

    window = forms.ChoiceField(choices=WINDOWS, required=False, label="Window")
    start = DayField(label="From")
    end = DayField(label="To (included)")
    tz = forms.CharField(required=False, max_length=60, label="Time zone", validators=[validate_time_zone])

    def __init__(self, data: Any) -> None:
        super().__init__({"window": DEFAULT, "tz": settings.DISPLAY_TIME_ZONE} | _given(data))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("window") != CUSTOM or self.errors:
            return data
        start, end = data.get("start"), data.get("end")
        for name, day in (("start", start), ("end", end)):
            if day is None:
                self.add_error(name, "Custom dates need this date.")
        if start and end and end < start:
            self.add_error("end", "The window must not end before it begins.")
        elif start and end and (end - start).days >= LONGEST_DAYS:
            self.add_error("end", "A window is at most five years long.")
        return data

    def window_at(self, now: datetime) -> Window:
        data = self.cleaned_data
        match data["window"]:
            case "custom":
                return Window.of_days(data["start"], data["end"], data["tz"])
            case "today":
                return Window.today(now, data["tz"])
            case "month" | "quarter" as unit:
                return Window.to_date(unit, now, data["tz"])
            case "last_month" | "last_quarter" as unit:
                return Window.last(unit.removeprefix("last_"), now, data["tz"])
            case days:
                return Window.last_days(int(days), now, data["tz"])


def _given(data: Any) -> dict[str, str]:
    """Fields left empty in the form count as not given."""
    return {name: value for name, value in data.items() if value.strip()}
