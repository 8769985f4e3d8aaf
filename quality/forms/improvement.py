"""What the pages of improvement cycles are asked."""

from datetime import date
from typing import Any

from django import forms

from agents.models import Team
from agents.policy import own_teams
from helpninja.common.actors import Actor
from helpninja.common.roles import Role
from quality.models import CycleTask, CycleTemplate, ImprovementCycle

EARLIEST, LATEST = 2000, 2100


class MonthField(forms.DateField):
    """The month's first day; in the form of ``2026-11``."""

    widget = forms.DateInput(attrs={"type": "month", "class": "hn-input"}, format="%Y-%m")

    def __init__(self, **kwargs: Any) -> None:
        message = {"invalid": "Give a month such as 2026-11."}
        super().__init__(input_formats=["%Y-%m"], error_messages=message, **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value.year < LATEST:
            raise forms.ValidationError(f"Give a month of the years {EARLIEST} to {LATEST - 1}.")


class StartForm(forms.Form):
    """Admins start a cycle of any team or of all, supervisors one of their teams."""

    month = MonthField()
    template = forms.ModelChoiceField(
        CycleTemplate.objects.all(), empty_label=None, widget=forms.Select(attrs={"class": "hn-input hn-select"})
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        empty_label="All teams",
        widget=forms.Select(attrs={"class": "hn-input hn-select"}),
    )

    def __init__(self, data: Any, *, actor: Actor, month: date) -> None:
        super().__init__(data, initial={"month": month})
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        if actor.is_any(Role.ADMIN):
            team.queryset = Team.objects.all()
        else:
            team.queryset = Team.objects.filter(pk__in=own_teams(actor))
            team.required, team.empty_label = True, None


class TaskForm(forms.ModelForm):
    """A tick, a note, or both."""

    done = forms.TypedChoiceField(
        choices=(("yes", "Done"), ("no", "Open")),
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )

    class Meta:
        model = CycleTask
        fields = ("note",)


class NotesForm(forms.ModelForm):
    """``version``: of the notes that were read before they were changed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    class Meta:
        model = ImprovementCycle
        fields = ("went_well", "to_improve", "next_actions")
        widgets = {
            name: forms.Textarea(attrs={"rows": 4, "class": "hn-textarea"})
            for name in ("went_well", "to_improve", "next_actions")
        }
        labels = {"went_well": "What went well", "to_improve": "What to improve", "next_actions": "Actions"}
