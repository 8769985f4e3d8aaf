"""Calendars as people type them."""

import re
from typing import Any

import holidays
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from holidays.registry import COUNTRIES
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
)

from agents.actions.calendars import definition_from, validate_opens
from agents.actions.feeds import days_of
from agents.enums import Weekday
from agents.importers.ical import MAX_BYTES
from agents.models import Calendar, CalendarDay, CalendarFeed, Opening
from helpninja.common.validators import ZONES


def countries() -> list[tuple[str, str]]:
    """Code and name of those whose holidays are known, by name."""
    known = holidays.list_supported_countries(include_aliases=False)
    names = {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, code, *_ in COUNTRIES.values()}
    return sorted(((code, names.get(code, code)) for code in known), key=lambda country: country[1])


class LinesField(forms.CharField):
    """A list of texts, typed one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class IcalField(forms.FileField):
    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the file says anything new is seen when it is taken in."""
        return False


class CalendarForm(forms.ModelForm):
    took_in = False

    time_zone = forms.ChoiceField(
        choices=[(zone, zone) for zone in sorted(ZONES)],
        widget=UnfoldAdminSelect2Widget,
        initial="America/New_York",
    )
    holiday_country = forms.ChoiceField(
        label="Public holidays of",
        choices=[("", "No country"), *countries()],
        required=False,
        widget=UnfoldAdminSelect2Widget,
    )
    worked_holidays = LinesField(
        label="Worked all the same", required=False, help_text="Public holidays on which people work, one a line."
    )
    file = IcalField(
        label="Take in a file",
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="An iCalendar file (.ics): its events are closed times. A file of the same name replaces it.",
    )

    class Meta:
        model = Calendar
        fields = ("name", "time_zone", "holiday_country", "holiday_region", "worked_holidays")

    def has_changed(self) -> bool:
        return self.took_in or super().has_changed()

    def clean(self) -> dict[str, Any]:
        """``file_days`` are those of the file, in the calendar's zone."""
        data = super().clean() or self.cleaned_data
        if data.get("file") and data.get("time_zone"):
            try:
                data["file_days"] = days_of(data["file"].read(MAX_BYTES + 1), data["time_zone"], timezone.now())
            except ValidationError as error:
                self.add_error("file", error)
        return data


class OpeningForm(forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        choices=[(day.value, day.label[:2]) for day in Weekday],
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": "Choose at least one weekday."},
    )

    class Meta:
        model = Opening
        fields = ("weekdays", "opens", "closes", "valid_from")


class DayForm(forms.ModelForm):
    class Meta:
        model = CalendarDay
        fields = ("first_date", "last_date", "name", "kind", "opens", "closes", "yearly", "until")


class FeedForm(forms.ModelForm):
    url = forms.URLField(label="Address", assume_scheme="https", max_length=500, widget=UnfoldAdminURLInputWidget)

    class Meta:
        model = CalendarFeed
        fields = ("name", "url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """What came as a file has no address."""
        super().__init__(*args, **kwargs)
        self.fields["url"].required = not self.instance.pk or bool(self.instance.url)


class OpeningFormSet(forms.BaseInlineFormSet):
    """Judges what would be published: the openings that stay, with the special days typed beside them.

    ``others`` are the formsets of the page, which the admin tells it.
    """

    others: tuple[Any, ...] = ()

    def clean(self) -> None:
        super().clean()
        days = next((other for other in self.others if other.model is CalendarDay), None)
        if any(self.errors) or days is None or not days.is_valid() or self.instance.time_zone not in ZONES:
            return
        openings, special = _kept(self), _kept(days)
        if not openings:
            raise ValidationError("Give at least one opening: without open time no deadline would ever come.")
        try:
            self.instance.clean()
            validate_opens(definition_from(self.instance, openings, special), timezone.now())
        except ValidationError as error:
            if "openings" in getattr(error, "error_dict", ()):
                raise ValidationError(error.messages) from error


def _kept(formset: Any) -> list[Any]:
    return [
        form.instance
        for form in formset.forms
        if not formset._should_delete_form(form) and (form.has_changed() or form.instance.pk)
    ]
