"""The team: its people beside one another, their hours and load, and how the day is covered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Prefetch
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from agents.models import Agent, AgentSkill
from analytics.figures import Figure, figure
from analytics.metrics.coverage import SATURDAY, Cell, coverage, covered
from analytics.metrics.people import EQUITY, Everybody, Work, everybody
from analytics.metrics.registry import METRICS, OPENED_MEASURED, Measured
from analytics.metrics.specialists import bench, specialization
from analytics.metrics.tally import Frame
from analytics.metrics.targets import Aim, targets_for
from analytics.views import team_words as words
from analytics.views.page import Asked, figures_page

MATRIX = (
    "first_response_time",
    "resolution_rate",
    "csat",
    "conversations_handled",
    "handling_time",
    "first_contact_resolution",
    "reescalation_rate",
)
CARDS = (*(key for key in MATRIX if key != "conversations_handled"), "occupancy", "utilization", EQUITY)
# What each person is held against targets and the others by.
COMPARED = ("first_response_time", "resolution_rate", "csat", "first_contact_resolution", "reescalation_rate")
# A weekday, an hour, and a number.
Opened = tuple[int, int, int]


@dataclass(frozen=True)
class Column:
    """One agent of the comparison; ``figures`` as in MATRIX."""

    agent: Agent
    specialization: str
    figures: tuple[Figure, ...]


@figures_page("analytics/team.html", "Team performance")
def team(asked: Asked) -> dict[str, Any] | HttpResponseBase:
    """Those who see their own figures alone are sent to their own page."""
    if asked.sight.is_own:
        return HttpResponseRedirect(reverse("analytics:mine"))
    return team_context(asked.frame, asked.query)


def team_context(frame: Frame, query: Mapping[str, str]) -> dict[str, Any]:
    """At most 7 queries, however many people there are and however long the window is."""
    aims = targets_for(CARDS, frame)
    own_aims = targets_for(COMPARED, frame, per_person=True)
    window = covered(frame.window, frame.now)
    opened = _opened(replace(frame, window=window))
    found = everybody(frame)
    agents = _agents(found)
    names = {agent.pk: agent.name for agent in agents}
    columns = [_column(agent, found, query) for agent in agents]
    stretches = coverage(window, found.available, found.planned, _by_cell(opened))
    return {
        "agents": agents,
        "columns": columns,
        "lines": _lines(columns, found, query, aims),
        "cards": [_figure(key, found.total, query, aims.get(key)) for key in CARDS],
        "top": words.top(found, names, MATRIX),
        "opportunities": words.opportunities(found, names, COMPARED, own_aims, aims),
        "equity": words.equity(found, names, aims.get(EQUITY)),
        "capacity": words.capacity(found, frame, aims.get("utilization")),
        "hours": words.hours(found, agents),
        "coverage": words.stretches(stretches),
        "charts": {"coverage": words.coverage_chart(stretches, frame.window.zone)} if stretches else {},
        "bench": bench(_skills(agent) for agent in agents),
    }


def _agents(found: Everybody) -> list[Agent]:
    """Those who handled something, by name, with their skills."""
    skills = Prefetch("agent_skills", AgentSkill.objects.select_related("skill"))
    return list(Agent.objects.filter(pk__in=found.people).order_by("name").prefetch_related(skills))


def _skills(agent: Agent) -> list[tuple[str, int]]:
    return [(one.skill.name, one.level) for one in agent.agent_skills.all()]


def _column(agent: Agent, found: Everybody, query: Mapping[str, str]) -> Column:
    work = found.people[agent.pk]
    of_agent = {**query, "agent": agent.public_id}
    return Column(agent, specialization(_skills(agent)), tuple(_figure(key, work, of_agent) for key in MATRIX))


def _lines(
    columns: list[Column], found: Everybody, query: Mapping[str, str], aims: Mapping[str, Aim]
) -> list[dict[str, Any]]:
    return [
        {
            "metric": METRICS[key],
            "figures": [column.figures[place] for column in columns],
            "team": _figure(key, found.total, query, aims.get(key)),
        }
        for place, key in enumerate(MATRIX)
    ]


def _figure(key: str, work: Work, query: Mapping[str, str], aim: Aim | None = None) -> Figure:
    return figure(Measured(METRICS[key], work.values[key], work.before.get(key)), query, aim=aim)


def _opened(frame: Frame) -> Iterable[Opened]:
    """Escalations by weekday, from 1, and hour of the window's zone."""
    zone = frame.window.tzinfo
    rows = (
        OPENED_MEASURED.within(frame)
        .order_by()
        .values_list(ExtractIsoWeekDay("opened_at", tzinfo=zone), ExtractHour("opened_at", tzinfo=zone))
        .annotate(count=Count("pk"))
    )
    return frame.together.put(rows, tuple)


def _by_cell(rows: Iterable[Opened]) -> dict[Cell, int]:
    opened: dict[Cell, int] = {}
    for weekday, hour, count in rows:
        cell = (weekday > SATURDAY, hour)
        opened[cell] = opened.get(cell, 0) + count
    return opened
