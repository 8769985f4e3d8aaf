from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError as ModelValidationError
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.models import Agent
from agents.policy import Sight, seen_agent
from analytics.enums import ExportSubject
from analytics.metrics.choices import Choices
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.filters import Filters
from analytics.metrics.registry import METRICS
from helpninja.common.api.serializers import StrictSerializer
from helpninja.common.validators import validate_time_zone
from helpninja.common.windows import Comparison, Window

# The names that clients ask for, and the metrics that each stands for; a metric's own key will do too.
GROUPS = {
    "volume": (
        "conversations",
        "escalated_conversations",
        "escalation_rate",
        "escalations",
        "still_open",
        "human_responses",
        "messages_per_escalation",
        "peak_hours",
    ),
    "satisfaction": ("csat", "csat_satisfied", "survey_response_rate"),
    "resolution_time": (
        "first_response_time",
        "resolution_time",
        "full_resolution_time",
        "resolution_rate",
        "reescalation_rate",
        "sla_attainment",
    ),
    "quality": ("quality_score",),
    "cost": ("cost_per_resolution",),
}
INTERVALS = tuple(key for key, dimension in DIMENSIONS.items() if dimension.is_time)
EARLIEST, LATEST, LONGEST = 2000, 2100, timedelta(days=5 * 366)


@extend_schema_field(OpenApiTypes.STR)
class MomentField(serializers.Field[Any, str, str, Any]):
    """An ISO date or datetime; without an offset it is of the query's time zone."""

    default_error_messages = {
        "invalid": "Give an ISO 8601 date or datetime, such as 2026-11-23 or 2026-11-23T09:00:00Z.",
        "range": f"Give a time from {EARLIEST} to {LATEST - 1}.",
    }

    def to_internal_value(self, data: Any) -> date | datetime:
        try:
            found = (parse_date(data) or parse_datetime(data)) if isinstance(data, str) else None
        except ValueError:
            found = None
        if found is None:
            self.fail("invalid")
        if not EARLIEST <= found.year < LATEST:
            self.fail("range")
        return found

    def to_representation(self, value: Any) -> str:
        return str(value.isoformat())


class TextsField(serializers.ListField):
    """One text, or a list of texts of which any may match."""

    child = serializers.CharField(max_length=80)

    def to_internal_value(self, data: Any) -> list[str]:
        return super().to_internal_value([data] if isinstance(data, str) else data)


class KnownField(serializers.ChoiceField):
    """One of the known names; the refusal of another lists them."""

    def __init__(self, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(choices=list(names), **kwargs)

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        if key != "invalid_choice":
            super().fail(key, **kwargs)
        message = _unknown([str(kwargs["input"])], self.choices)
        raise serializers.ValidationError(message, code=key)


class FiltersQuery(StrictSerializer):
    """Once valid, teams, plans and topics are ids, and the agent is a row.

    An unknown one is refused, with those that there are; so is an agent whose figures the caller does not see.
    """

    team = TextsField(required=False, max_length=50, help_text="Slugs of teams.")
    plan = TextsField(required=False, max_length=50, help_text="Codes of plans.")
    topic = TextsField(required=False, max_length=50, help_text="Slugs of topics.")
    region = TextsField(required=False, max_length=50)
    channel = TextsField(required=False, max_length=50)
    agent = serializers.CharField(
        required=False, max_length=30, help_text="The id of one agent, whose own work alone is counted."
    )

    def validate_agent(self, value: str) -> Agent:
        found = seen_agent(self.context["sight"], value)
        if found is None:
            raise serializers.ValidationError("There is nobody of this id whose figures you see.")
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        choices: Choices = self.context["choices"]
        for name, offered in {"team": "teams", "plan": "plans", "topic": "topics"}.items():
            # Where none is asked for, none need be looked up.
            ids = {choice.code: choice.id for choice in getattr(choices, offered)} if attrs.get(name) else {}
            unknown = set(attrs.get(name, ())) - ids.keys()
            if unknown:
                raise serializers.ValidationError({name: [_unknown(sorted(unknown), ids)]})
            attrs[name] = tuple(ids[code] for code in attrs.get(name, ()))
        return attrs


class FrameQuery(StrictSerializer):
    """Dates name whole days, the end date included; datetimes are exact, the end excluded."""

    start_date = MomentField()
    end_date = MomentField()
    timezone = serializers.CharField(required=False, max_length=60, help_text="IANA name, such as Europe/Berlin.")
    filters = FiltersQuery(required=False, allow_null=True)

    def validate_timezone(self, value: str) -> str:
        try:
            validate_time_zone(value)
        except ModelValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        zone = attrs.get("timezone", settings.DISPLAY_TIME_ZONE)
        start = _moment(attrs["start_date"], zone, whole_day=False)
        end = _moment(attrs["end_date"], zone, whole_day=True)
        if end <= start:
            raise serializers.ValidationError({"end_date": ["The end must be later than the start."]})
        if end - start > LONGEST:
            raise serializers.ValidationError({"end_date": ["A window is at most five years long."]})
        return {**attrs, "window": Window(start, end, zone), "filters": attrs.get("filters") or {}}


class InsightsQuery(FiltersQuery, FrameQuery):
    """Of an address, in which the filters stand beside the window; each may be given several times."""

    FILTERS = tuple(FiltersQuery().fields)

    filters = None  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return FrameQuery.validate(self, {**attrs, "filters": FiltersQuery.validate(self, attrs)})


class AnalyticsQuery(FrameQuery):
    """A window and its metrics, all groups where none is named; against the one before unless said otherwise."""

    metrics = serializers.ListField(
        child=KnownField([*GROUPS, *METRICS]), required=False, allow_empty=False, max_length=50
    )
    group_by = TextsField(
        required=False,
        child=KnownField(tuple(DIMENSIONS)),
        max_length=2,
        help_text="One dimension, or a list of two.",
    )
    interval = KnownField(INTERVALS, required=False, help_text="The asked metrics by these stretches of time.")
    compare = KnownField(
        [one.value for one in Comparison],
        required=False,
        allow_null=True,
        help_text="Which window to compare with; null for none.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            **super().validate(attrs),
            "metrics": list(dict.fromkeys(attrs.get("metrics", GROUPS))),
            "group_by": list(dict.fromkeys(attrs.get("group_by", ()))),
            "interval": attrs.get("interval"),
            "comparison": _comparison(attrs.get("compare", Comparison.PREVIOUS.value)),
        }


class ExportQuery(FrameQuery):
    """A window, and what each row of it is."""

    rows = KnownField(ExportSubject.values, help_text="What each row is.")


def _comparison(asked: str | None) -> Comparison | None:
    return None if asked is None else Comparison(asked)


def _unknown(names: Iterable[str], known: Iterable[str]) -> str:
    return f"Unknown: {', '.join(names)}. Known are: {', '.join(known)}."


def filters_within(sight: Sight, asked: dict[str, Any]) -> Filters:
    """As asked, within what the reader may see."""
    teams, agent = asked.get("team"), asked.get("agent")
    return Filters(
        teams=frozenset(teams) if teams else sight.teams,
        plans=asked.get("plan", ()),
        topics=asked.get("topic", ()),
        regions=tuple(asked.get("region", ())),
        channels=tuple(asked.get("channel", ())),
        agent=agent.pk if agent else sight.agent,
    )


def _moment(given: date | datetime, zone: str, *, whole_day: bool) -> datetime:
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))
    day = given + timedelta(days=1) if whole_day else given
    return datetime.combine(day, time(0), ZoneInfo(zone))
