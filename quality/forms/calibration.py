from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelect2Widget

from escalations.enums import State
from helpninja.common.errors import Conflict
from quality.actions.rubrics import newest, rubric_for
from quality.models import CalibrationSession, Rubric

DAYS = timedelta(days=3)


def in_some_days():
    return (timezone.now() + DAYS).replace(minute=0, second=0, microsecond=0)


class CalibrationForm(forms.ModelForm):
    """By the newest version of the rubric as it is when the session is made."""

    rubric = forms.ModelChoiceField(
        Rubric.objects.filter(version__gt=0, active=True),
        required=False,
        help_text="Empty: the one that is for the conversation.",
        widget=UnfoldAdminSelect2Widget,
    )

    class Meta:
        model = CalibrationSession
        fields = ("escalation", "note", "deadline")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "deadline" in self.fields and not self.instance.pk:
            self.fields["deadline"].initial = in_some_days

    def clean_escalation(self):
        escalation = self.cleaned_data["escalation"]
        if escalation.state != State.RESOLVED or escalation.resolved_by_id is None:
            raise ValidationError("Only what an agent resolved can be reviewed.")
        return escalation

    def clean(self):
        data = super().clean() or self.cleaned_data
        escalation = data.get("escalation")
        if self.instance.pk or escalation is None:
            return data
        try:
            chosen = data.get("rubric")
            self.instance.rubric_version = newest(chosen) if chosen else rubric_for(escalation)
        except Conflict as conflict:
            self.add_error("rubric", str(conflict))
        return data


class SeatFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Two at least, and nobody on what they took part in."""
        super().clean()
        if any(self.errors) or not getattr(self.instance, "escalation_id", None):
            return
        kept = [form for form in self.forms if form.cleaned_data.get("reviewer") and not self._is_deleted(form)]
        if len(kept) < 2:
            raise ValidationError("A calibration needs two reviewers at least.")
        escalation = self.instance.escalation
        handlers = {escalation.resolved_by.user_id} | set(
            escalation.handling_intervals.values_list("agent__user", flat=True)
        )
        for form in kept:
            if form.cleaned_data["reviewer"].pk in handlers:
                form.add_error("reviewer", "Nobody reviews what they took part in.")

    def _is_deleted(self, form):
        return self.can_delete and form.cleaned_data.get(forms.formsets.DELETION_FIELD_NAME, False)
