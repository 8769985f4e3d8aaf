"""What the pages that try, replay and tune rules are asked."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.forms import model_to_dict
from django.utils import timezone

from escalations.forms.trigger import ConditionForm
from escalations.importers.pasted import MAX_TEXT, Pasted, read_pasted
from escalations.models import TriggerCondition
from escalations.validators import validate_groups
from helpninja.common.parsing import Refused, parse_json
from helpninja.common.validators import validate_time_zone

CUSTOM = "custom"
WINDOWS = (
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
    ("365", "Last 365 days"),
    (CUSTOM, "Custom dates"),
)
DEFAULT = "30"
NAMES = [field.name for field in TriggerCondition._meta.fields if field.name not in ("id", "rule")]
EARLIEST, LONGEST_DAYS = date(2000, 1, 1), 5 * 366


class WindowForm(forms.Form):
    """Once valid, ``window_at(now)``. Nothing given means the last 30 days."""

    window = forms.ChoiceField(choices=WINDOWS, required=False, label="Conversations started in the")
    start = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(required=False, label="To (included)", widget=forms.DateInput(attrs={"type": "date"}))
    tz = forms.CharField(required=False, max_length=60, label="Time zone", validators=[validate_time_zone])

    def __init__(self, data: Any = None) -> None:
        given = {name: value for name, value in (data or {}).items() if isinstance(value, str) and value.strip()}
        super().__init__({"window": DEFAULT, "tz": settings.DISPLAY_TIME_ZONE} | given)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("window") != CUSTOM or self.errors:
            return data
        start, end = data.get("start"), data.get("end")
        for name, day in (("start", start), ("end", end)):
            if day is None:
                self.add_error(name, "Custom dates need this date.")
        if start and end:
            if start < EARLIEST or (end - start).days >= LONGEST_DAYS:
                self.add_error(
                    "start", f"A window begins after {EARLIEST.year - 1} and is at most five years long."
                )
            elif end < start:
                self.add_error("end", "The window must not end before it begins.")
        return data

    def window_at(self, now: datetime) -> tuple[datetime, datetime]:
        """Half-open, from a midnight of the zone to now, or to the midnight after the last day."""
        data, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["tz"])
        if data["window"] == CUSTOM:
            return _midnight(data["start"], zone), _midnight(data["end"] + timedelta(days=1), zone)
        first = timezone.localtime(now, zone).date() - timedelta(days=int(data["window"]) - 1)
        return _midnight(first, zone), now


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


class DraftForm(forms.Form):
    """The point of the curve from which a rule is made."""

    threshold = forms.FloatField(min_value=0.01, max_value=1)


class EditForm(forms.Form):
    """An edit that is not saved: as the rule's form sends it, or as JSON, as a page carries it along.

    ``conditions``: as the rule keeps them; None without an edit.
    """

    edit = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def conditions(self) -> list[dict[str, Any]] | None:
        return self.cleaned_data["edit"] if self.is_valid() else None

    def clean_edit(self) -> list[dict[str, Any]] | None:
        if f"{TypedConditions.get_default_prefix()}-TOTAL_FORMS" in self.data:
            return read_typed(self.data)
        text = self.cleaned_data["edit"]
        return read_conditions(text) if text.strip() else None


class _Typed(forms.BaseFormSet):
    @classmethod
    def get_default_prefix(cls) -> str:
        return "conditions"


# The rows of the rule's form, by themselves: what they say, whether or not a row is saved.
TypedConditions = forms.formset_factory(ConditionForm, formset=_Typed, can_delete=True)


def read_typed(data: Any) -> list[dict[str, Any]]:
    """Checked as if they were saved. Raises forms.ValidationError."""
    typed = TypedConditions(data)
    if not typed.is_valid():
        problems = [message for form in typed.forms for said in form.errors.values() for message in said]
        raise forms.ValidationError([*problems, *typed.non_form_errors()])
    kept = [one for one in typed.forms if one.has_changed() and one not in typed.deleted_forms]
    return _checked([{name: one.cleaned_data[name] for name in NAMES} for one in kept])


def read_conditions(text: str) -> list[dict[str, Any]]:
    """Of JSON. Each checked as if it were saved. Raises forms.ValidationError."""
    try:
        value = parse_json(text.encode())
        if not isinstance(value, list) or not all(
            isinstance(one, dict) and set(one) <= set(NAMES) for one in value
        ):
            raise Refused("A list of conditions is needed.")
    except Refused as refused:
        raise forms.ValidationError(f"The edit can't be read: {refused}") from refused
    return _checked(value)


def _checked(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [TriggerCondition(**one) for one in conditions]
    try:
        for row in rows:
            row.full_clean(exclude=["rule"])
        validate_groups([(row.group, row.field) for row in rows])
    except forms.ValidationError as error:
        raise forms.ValidationError(error.messages) from error
    return [model_to_dict(row, fields=NAMES) for row in rows]


def written_conditions(conditions: list[dict[str, Any]] | None) -> str:
    """For ``EditForm``."""
    return "" if conditions is None else json.dumps(conditions)


class PasteForm(forms.Form):
    text = forms.CharField(
        required=False,
        max_length=MAX_TEXT,
        strip=False,
        label="Conversation",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_text(self) -> Pasted | None:
        text = self.cleaned_data["text"]
        if not text.strip():
            return None
        try:
            return read_pasted(text, latest=timezone.now())
        except Refused as refused:
            where = f"{refused.field[:1].upper()}{refused.field[1:]}: " if refused.field else ""
            raise forms.ValidationError(f"{where}{refused}") from refused
