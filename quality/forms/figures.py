"""What the address of the quality pages may say."""

from typing import Any

from django import forms

from agents.models import Team
from agents.policy import Sight
from helpninja.common.forms import WindowForm
from quality.actions.figures import Asked


class TeamForm(WindowForm):
    """Once valid: ``asked(now)``. Nothing given means the last 30 days of all that may be seen."""

    team = forms.ModelChoiceField(Team.objects.none(), to_field_name="slug", required=False, empty_label="All")

    field_order = ("window", "start", "end", "team", "tz")

    def __init__(self, data: Any, *, seen: Sight) -> None:
        super().__init__(data)
        self.seen = seen
        teams = Team.objects.all() if seen.teams is None else Team.objects.filter(pk__in=seen.teams)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = teams

    def asked(self, now: Any) -> Asked:
        team = self.cleaned_data["team"]
        sight = Sight(teams=frozenset({team.pk})) if team else self.seen
        return Asked(self.window_at(now), sight)
