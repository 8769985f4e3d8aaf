"""What the pages of coaching plans are asked to do."""

from typing import Any

from django import forms

from agents.models import Agent
from quality.decisions.goals import SPECS
from quality.enums import CoachingKind, GoalMetric
from quality.models import CoachingPlan, Criterion, Review

REVIEWS_OFFERED = 50


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    summary = forms.CharField(
        label="What it is for", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class WhyForm(forms.Form):
    why = forms.CharField(label="Why", required=False, max_length=300)


class ReasonForm(forms.Form):
    """A review of the agent's work, or words; ``reviews``: those that the actor may know of."""

    review = forms.ModelChoiceField(Review.objects.none(), to_field_name="public_id", required=False)
    text = forms.CharField(label="In words", required=False, max_length=300)

    def __init__(self, data: Any, *, reviews: Any) -> None:
        super().__init__(data)
        shown = reviews.select_related("escalation", "agent").order_by("-published_at", "-id")
        field = self.fields["review"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = shown
        offered = [(one.public_id, f"{one.total} – {one.escalation}") for one in shown[:REVIEWS_OFFERED]]
        field.widget.choices = [("", "–"), *offered]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("review") and not data.get("text"):
            self.add_error("text", "Choose a review, or say why in words.")
        return data


class ActionForm(forms.Form):
    kind = forms.ChoiceField(choices=CoachingKind, label="Kind")
    text = forms.CharField(label="What", max_length=300)
    mentor = forms.ModelChoiceField(Agent.objects.none(), label="With", to_field_name="public_id", required=False)
    due = forms.DateField(label="By", required=False, widget=_day())

    def __init__(self, data: Any, *, plan: CoachingPlan) -> None:
        super().__init__(data)
        colleagues = Agent.objects.active().in_teams(plan.agent.team_ids).exclude(pk=plan.agent_id)
        field = self.fields["mentor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = colleagues


class GoalForm(forms.Form):
    """Once valid, ``metric`` and ``key``: what the choice of one select stands for."""

    measured_by = forms.ChoiceField(label="Measured by")
    target = forms.FloatField(label="Target")
    due = forms.DateField(label="By", widget=_day())

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        criteria = dict(Criterion.objects.order_by("order").values_list("key", "name"))
        field = self.fields["measured_by"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((one.value, _named(one, one.label)) for one in GoalMetric if one != GoalMetric.CRITERION),
            *(
                (f"{GoalMetric.CRITERION}:{key}", _named(GoalMetric.CRITERION, name))
                for key, name in criteria.items()
            ),
        ]

    @property
    def metric(self) -> str:
        return str(self.cleaned_data["measured_by"]).partition(":")[0]

    @property
    def key(self) -> str:
        return str(self.cleaned_data["measured_by"]).partition(":")[2]


def _named(metric: GoalMetric, name: str) -> str:
    """With the scale on which its target is given."""
    return f"{name} ({SPECS[metric].hint})"


class SessionForm(forms.Form):
    notes = forms.CharField(label="Notes", max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}))


class SuggestionForm(forms.Form):
    key = forms.CharField(max_length=100)
    answer = forms.ChoiceField(choices=[("accept", "Accept"), ("drop", "Drop")])
