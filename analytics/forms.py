"""What the address of the overview may say."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings

from analytics.metrics.dimensions import Choice, Dimensions
from analytics.metrics.filters import Filters
from analytics.metrics.windows import Window
from analytics.policy import Sight
from helpninja.common.validators import validate_time_zone

TODAY, CUSTOM = "today", "custom"
WINDOWS = (
    (TODAY, "Today"),
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
    (CUSTOM, "Custom dates"),
)
DEFAULT = "30"
EARLIEST, LATEST, LONGEST_DAYS = date(2000, 1, 1), date(2100, 1, 1), 5 * 366


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        message = {"invalid": "Give a date such as 2026-11-23."}
        super().__init__(required=False, input_formats=["%Y-%m-%d"], error_messages=message, **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value < LATEST:
            raise forms.ValidationError(f"Give a date from {EARLIEST.year} to {LATEST.year - 1}.")


class OverviewForm(forms.Form):
    """Once valid: ``window(now)`` and ``filters(sight)``. Nothing given means the last 30 days of everything."""

    window = forms.ChoiceField(choices=WINDOWS, required=False, label="Window")
    start = DayField(label="From")
    end = DayField(label="To (included)")
    team = forms.ChoiceField(required=False, label="Team")
    plan = forms.ChoiceField(required=False, label="Plan")
    topic = forms.ChoiceField(required=False, label="Topic")
    region = forms.CharField(required=False, max_length=60, widget=forms.Select, label="Region")
    channel = forms.CharField(required=False, max_length=40, widget=forms.Select, label="Channel")
    tz = forms.CharField(required=False, max_length=60, label="Time zone", validators=[validate_time_zone])

    def __init__(self, data: Any, *, dimensions: Dimensions) -> None:
        super().__init__({"window": DEFAULT, "tz": settings.DISPLAY_TIME_ZONE} | _given(data))
        self.dimensions = dimensions
        self._offer("team", dimensions.teams)
        self._offer("plan", dimensions.plans)
        self._offer("topic", dimensions.topics)
        for name in ("region", "channel"):
            self.offer_texts(name, [])

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
            case days:
                return Window.last_days(int(days), now, data["tz"])

    def filters_within(self, sight: Sight) -> Filters:
        data = self.cleaned_data
        team = _ids(self.dimensions.teams, data["team"])
        return Filters(
            teams=frozenset(team) if team else sight.teams,
            plans=_ids(self.dimensions.plans, data["plan"]),
            topics=_ids(self.dimensions.topics, data["topic"]),
            regions=(data["region"],) if data["region"] else (),
            channels=(data["channel"],) if data["channel"] else (),
            agent=sight.agent,
        )

    def offer_texts(self, name: str, texts: Iterable[str]) -> None:
        """What occurs, and what was asked for whether it occurs or not."""
        asked = self.data.get(name) or ""
        offered = sorted({*texts, asked} - {""})
        self.fields[name].widget.choices = [("", "All"), *((text, text) for text in offered)]

    def _offer(self, name: str, choices: Iterable[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All"), *((choice.code, choice.name) for choice in choices)]


def _given(data: Any) -> dict[str, str]:
    """Fields left empty in the form count as not given."""
    return {name: value for name, value in data.items() if value.strip()}


def _ids(choices: Iterable[Choice], code: str) -> tuple[int, ...]:
    return tuple(choice.id for choice in choices if code and choice.code == code)
