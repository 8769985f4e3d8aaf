"""What the addresses of pages with figures may say."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from agents.models import Agent, Team
from agents.policy import Sight
from analytics.decisions.periods import Period, period_of
from analytics.enums import ExportSubject, ReportFormat, ReportKind, TableFormat
from analytics.metrics.choices import Choice, Choices
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.filters import Filters
from analytics.metrics.registry import METRICS
from analytics.metrics.tally import Frame
from helpninja.common.forms import DayField, WindowForm
from helpninja.common.validators import validate_time_zone
from helpninja.common.windows import Comparison
from quality.policy import name_of

NOTHING = "nothing"
FORMATS = [("page", "Page"), *TableFormat.choices]
# What is explored where nothing is asked for.
EXPLORED = ("escalations", "resolution_rate", "csat")
DIMENSION_CHOICES = [(key, dimension.label) for key, dimension in DIMENSIONS.items()]
COMPARISONS = (
    (Comparison.PREVIOUS.value, "Window before"),
    (Comparison.WEEKDAYS.value, "Same weekdays before"),
    (Comparison.YEAR.value, "Same dates last year"),
    (NOTHING, "Nothing"),
)


class FiguresForm(WindowForm):
    """Once valid: ``window_at(now)``, ``comparison`` and ``filters_within(sight)``.

    Nothing given means the last 30 days of everything, against the window before.
    """

    compare = forms.ChoiceField(choices=COMPARISONS, required=False, label="Compare with")
    team = forms.ChoiceField(required=False, label="Team")
    plan = forms.ChoiceField(required=False, label="Plan")
    topic = forms.ChoiceField(required=False, label="Topic")
    region = forms.CharField(required=False, max_length=60, widget=forms.Select, label="Region")
    channel = forms.CharField(required=False, max_length=40, widget=forms.Select, label="Channel")

    field_order: tuple[str, ...] = (
        "window",
        "start",
        "end",
        "compare",
        "team",
        "plan",
        "topic",
        "region",
        "channel",
        "tz",
    )

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data)
        self.choices = choices
        self._offer("team", choices.teams)
        self._offer("plan", choices.plans)
        self._offer("topic", choices.topics)
        for name in ("region", "channel"):
            self.offer_texts(name, [])

    @property
    def comparison(self) -> Comparison | None:
        asked = self.cleaned_data["compare"] or Comparison.PREVIOUS.value
        return None if asked == NOTHING else Comparison(asked)

    @property
    def window_and_filters(self) -> dict[str, str]:
        """What was given of them, as it stands in an address."""
        return {name: self.data[name] for name in FiguresForm.base_fields if self.data.get(name)}

    @property
    def query(self) -> dict[str, str]:
        """What leads to the same page as it is asked."""
        return self.window_and_filters

    def frame_within(self, sight: Sight, now: datetime) -> Frame:
        """What is asked, of what the sight lets its reader see."""
        return Frame(self.window_at(now), self.filters_within(sight), now, self.comparison)

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


class ExportForm(FiguresForm):
    """What each row is, and of which window and filters; nothing is compared."""

    rows = forms.ChoiceField(choices=ExportSubject, required=False, label="Rows")

    field_order = ("rows", *FiguresForm.field_order)

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data, choices=choices)
        del self.fields["compare"]

    @property
    def comparison(self) -> Comparison | None:
        return None

    @property
    def subject(self) -> ExportSubject:
        return ExportSubject(self.cleaned_data["rows"] or ExportSubject.ESCALATIONS)

    @property
    def query(self) -> dict[str, str]:
        rows = {"rows": self.data["rows"]} if self.data.get("rows") else {}
        return {**rows, **super().query}


class ExploreForm(FiguresForm):
    """Metrics, and what they are broken down by: one dimension or two.

    ``agent`` is the public id of whom alone it is about. The view knows whose figures are seen: see ``picked``.
    """

    metrics = forms.MultipleChoiceField(
        choices=[(key, metric.label) for key, metric in METRICS.items()],
        required=False,
        label="Metrics",
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    by = forms.ChoiceField(choices=DIMENSION_CHOICES, required=False, label="By")
    and_by = forms.ChoiceField(choices=[("", "–"), *DIMENSION_CHOICES], required=False, label="And by")
    agent = forms.CharField(required=False, max_length=30, widget=forms.Select, label="Agent")
    format = forms.ChoiceField(choices=FORMATS, required=False, widget=forms.HiddenInput, label="Format")

    field_order = ("metrics", "by", "and_by", "agent", *FiguresForm.field_order)

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data, choices=choices)
        self.data = {"by": "reason", **self.data, "metrics": data.getlist("metrics") or list(EXPLORED)}
        self.offer_texts("agent", [])

    @property
    def query(self) -> dict[str, str]:
        agent = {"agent": self.data["agent"]} if self.data.get("agent") else {}
        return {**super().query, **agent}

    def picked(self, agents: Iterable[Agent]) -> Agent | None:
        """Which of them is asked for; None for all, and with an error where it is none of them."""
        known = {agent.public_id: agent for agent in agents}
        offered = [("", "All"), *((code, agent.name) for code, agent in known.items())]
        self.fields["agent"].widget.choices = offered
        asked = self.cleaned_data["agent"]
        if asked and asked not in known:
            self.add_error("agent", "There is nobody of this id whose figures you see.")
        return known.get(asked)

    @property
    def dimension_keys(self) -> list[str]:
        data = self.cleaned_data
        return list(dict.fromkeys(key for key in (data["by"], data["and_by"]) if key))


class RowsForm(FiguresForm):
    """A metric, and of each dimension at most one group: ``codes``. ``page`` counts from 1.

    ``agent`` is the public id of whom alone it is about, with what they only had a hand in.
    """

    metric = forms.ChoiceField(choices=[(key, metric.label) for key, metric in METRICS.items()], label="Metric")
    agent = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput, label="Agent")
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput, label="Page")
    format = forms.ChoiceField(choices=FORMATS, required=False, widget=forms.HiddenInput, label="Format")

    @property
    def codes(self) -> dict[str, str]:
        return {key: self.data[f"by.{key}"] for key in DIMENSIONS if self.data.get(f"by.{key}")}

    @property
    def query(self) -> dict[str, str]:
        groups = {f"by.{key}": code for key, code in self.codes.items()}
        agent = {"agent": self.cleaned_data["agent"]} if self.cleaned_data["agent"] else {}
        return {**super().query, **agent, "metric": self.cleaned_data["metric"], **groups}


def _ids(choices: Iterable[Choice], code: str) -> tuple[int, ...]:
    return tuple(choice.id for choice in choices if code and choice.code == code)


class ReportForm(forms.Form):
    """Once valid: ``period(kind, now)`` and ``teams_within(sight)``. Nothing given means the one that runs."""

    day = DayField(label="On")
    team = forms.ChoiceField(required=False, label="Team")
    tz = forms.CharField(required=False, max_length=60, label="Time zone", validators=[validate_time_zone])
    format = forms.ChoiceField(choices=ReportFormat, required=False, label="Format")

    def __init__(self, data: Any, *, teams: Any) -> None:
        super().__init__({"tz": settings.DISPLAY_TIME_ZONE} | {key: value for key, value in data.items() if value})
        self.teams = {team.slug: team for team in teams}
        choices = [("", "All"), *((slug, team.name) for slug, team in self.teams.items())]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]

    def period(self, kind: ReportKind, now: datetime) -> Period | None:
        """None, with the reason among the errors, where the day is still to come."""
        zone = self.cleaned_data["tz"]
        day = self.cleaned_data["day"] or now.astimezone(ZoneInfo(zone)).date()
        try:
            return period_of(kind, day, zone, now)
        except ValueError as error:
            self.add_error("day", str(error))
            return None

    def teams_within(self, sight: Sight) -> frozenset[int] | None:
        team = self.teams.get(self.cleaned_data["team"])
        return frozenset({team.pk}) if team else sight.teams

    @property
    def query(self) -> dict[str, str]:
        """What the address says, but for the format."""
        return {name: value for name, value in self.data.items() if name in ("day", "team", "tz")}


class ActionItemForm(forms.Form):
    """``first_day``: any day of the report. Who sees some teams alone says whose the item is."""

    text = forms.CharField(max_length=200, label="What")
    owner: Any = forms.ModelChoiceField(queryset=None, required=False, label="Who", empty_label="Nobody yet")
    due = DayField(label="Due")
    team: Any = forms.ModelChoiceField(queryset=None, required=False, label="Team", empty_label="Everybody's")
    first_day = forms.DateField(label="Report", input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, owners: Any, teams: Any, sees_all: bool) -> None:
        super().__init__(data)
        owner: Any = self.fields["owner"]
        team: Any = self.fields["team"]
        owner.queryset, team.queryset = owners, teams
        if not sees_all:
            team.required, team.empty_label = True, None
        owner.label_from_instance = name_of

    def offer_teams(self, teams: Iterable[Team]) -> None:
        """Those that are known already, so that the page does not ask for them again."""
        field: Any = self.fields["team"]
        nobodys = [] if field.empty_label is None else [("", field.empty_label)]
        field.choices = [*nobodys, *((team.pk, str(team)) for team in teams)]
