"""What the address of the overview may say."""

from collections.abc import Iterable
from typing import Any

from django import forms

from agents.policy import Sight
from analytics.metrics.choices import Choice, Choices
from analytics.metrics.filters import Filters
from helpninja.common.forms import WindowForm


class OverviewForm(WindowForm):
    """Once valid: ``window(now)`` and ``filters(sight)``. Nothing given means the last 30 days of everything."""

    team = forms.ChoiceField(required=False, label="Team")
    plan = forms.ChoiceField(required=False, label="Plan")
    topic = forms.ChoiceField(required=False, label="Topic")
    region = forms.CharField(required=False, max_length=60, widget=forms.Select, label="Region")
    channel = forms.CharField(required=False, max_length=40, widget=forms.Select, label="Channel")

    field_order = ("window", "start", "end", "team", "plan", "topic", "region", "channel", "tz")

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data)
        self.choices = choices
        self._offer("team", choices.teams)
        self._offer("plan", choices.plans)
        self._offer("topic", choices.topics)
        for name in ("region", "channel"):
            self.offer_texts(name, [])

    def filters_within(self, sight: Sight) -> Filters:
        data = self.cleaned_data
        team = _ids(self.choices.teams, data["team"])
        return Filters(
            teams=frozenset(team) if team else sight.teams,
            plans=_ids(self.choices.plans, data["plan"]),
            topics=_ids(self.choices.topics, data["topic"]),
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


def _ids(choices: Iterable[Choice], code: str) -> tuple[int, ...]:
    return tuple(choice.id for choice in choices if code and choice.code == code)
