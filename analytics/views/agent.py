"""One person: figures against targets, by topic, over time, strengths and growth, and what coaching agreed on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.charts import STEP_TITLES, bucket_text
from analytics.figures import Figure, figure
from analytics.metrics.comparing import shortfalls, strengths
from analytics.metrics.freshness import freshness
from analytics.metrics.person import BY_TOPIC, INDICATORS, OVER_TIME, OfTopic, Person, person
from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.targets import Aim, targets_for
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from analytics.policy import sight_of
from analytics.views.page import Asked, figures_page, known_person
from analytics.views.team_words import finding_text
from helpninja.common.actors import Actor
from helpninja.common.values import Value, rounded
from quality.models import CoachingPlan
from quality.policy import figures_of

# What each topic is held against, where there is a target.
TOPIC_JUDGED = ("resolution_rate", "csat")
JUDGED = ("first_response_time", "resolution_rate", "csat", "reescalation_rate", "first_contact_resolution")


@figures_page("analytics/agent.html", "Agent performance")
def agent(asked: Asked, public_id: str) -> dict[str, Any]:
    """Anybody whom the reader may not see is answered with 404."""
    who = known_person(asked.sight, public_id)
    frame = asked.of_person(who).frame
    aims, fresh = targets_for(INDICATORS, frame), freshness(frame.together)
    found = person(frame)
    query = {**asked.query, "agent": who.public_id}
    actor = Actor.of_request(asked.request)
    return {
        "agent": who,
        "heading": f"Performance of {who}",
        "is_self": who.user_id == asked.request.user.pk,
        "found": found,
        "freshness": fresh,
        "cards": [_card(found.indicators[key], query, aims.get(key)) for key in INDICATORS],
        "topics": [_topic(one, query, aims) for one in found.topics],
        "strengths": _said(strengths(_judged(found), found.others, aims), found, aims, strengths),
        "growth": _said(shortfalls(_judged(found), found.others, aims), found, aims, shortfalls),
        "steps": _steps(found),
        "step_title": STEP_TITLES[found.step],
        "charts": _charts(found, frame.window.zone),
        "plan": _plan(actor, who),
        "may_see_quality": figures_of(actor) is not None,
    }


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """To the reader's own page."""
    person = getattr(request.user, "agent", None)
    if person is None or sight_of(Actor.of_request(request)) is None:
        raise PermissionDenied("Only those who handle escalations have figures of their own.")
    return HttpResponseRedirect(reverse("analytics:agent", args=[person.public_id]))


def _card(measured: Measured, query: Mapping[str, str], aim: Aim | None) -> Figure:
    words = aim.judge(measured.now).words if aim else ""
    return figure(measured, query, aim=aim, note=words)


def _topic(row: OfTopic, query: Mapping[str, str], aims: Mapping[str, Aim]) -> dict[str, Any]:
    codes = {"topic": row.label.code}
    return {
        "label": row.label.text,
        "share": value_text(row.share, Unit.RATE),
        "figures": [
            figure(Measured(METRICS[key], row.values[key], None), query, codes, note=_words(key, row, aims))
            for key in BY_TOPIC
        ],
    }


def _words(key: str, row: OfTopic, aims: Mapping[str, Aim]) -> str:
    return aims[key].judge(row.values[key]).words if key in aims and key in TOPIC_JUDGED else ""


def _judged(found: Person) -> dict[str, Value]:
    return {key: found.values[key] for key in JUDGED}


def _said(own: Iterable[Any], found: Person, aims: Mapping[str, Aim], rule: Any) -> list[dict[str, Any]]:
    """Of all the work first, then of single topics."""
    rows = [{"topic": "", "text": finding_text(one), "is_sure": one.is_sure} for one in own]
    for of_topic in found.topics:
        values = {key: of_topic.values[key] for key in TOPIC_JUDGED}
        rows += [
            {"topic": of_topic.label.text, "text": finding_text(one), "is_sure": one.is_sure}
            for one in rule(values, {}, aims)
        ]
    return rows


def _steps(found: Person) -> list[dict[str, Any]]:
    return [
        {
            "label": bucket_text(start, found.step),
            "cells": [
                {"text": value_text(values[key], METRICS[key].unit), "n": values[key].n} for key in OVER_TIME
            ],
        }
        for start, values in found.steps
    ]


def _charts(found: Person, zone: str) -> dict[str, Any]:
    """Steps without rows are gaps in the lines."""
    if not any(values[key].n for _, values in found.steps for key in OVER_TIME):
        return {}
    labels = [bucket_text(start, found.step) for start, _ in found.steps]
    x = f"{STEP_TITLES[found.step]} ({zone})"
    return {
        "response": _line(labels, x, "Minutes", "Average response time", _numbers(found, OVER_TIME[0], 60)),
        "satisfaction": {
            **_line(labels, x, "Rating, 1 to 5", "Satisfaction", _numbers(found, OVER_TIME[1], 1)),
            "range": [1, 5],
        },
    }


def _line(labels: list[str], x: str, y: str, label: str, data: list[float | None]) -> dict[str, Any]:
    return {
        "type": "line",
        "labels": labels,
        "x": x,
        "y": y,
        "datasets": [{"label": label, "color": "primary", "data": data}],
    }


def _numbers(found: Person, key: str, size: int) -> list[float | None]:
    numbers = (values[key].value for _, values in found.steps)
    return [None if number is None else float(rounded(number / size, 2)) for number in numbers]


def _plan(actor: Actor, who: Any) -> dict[str, Any] | None:
    """The open coaching plan, where the reader may see it."""
    plans = CoachingPlan.objects.visible_to(actor).open().filter(agent=who)
    plan = plans.select_related("agent").prefetch_related("goals", "actions").first()
    if plan is None:
        return None
    return {"plan": plan, "goals": list(plan.goals.all()), "actions": list(plan.actions.all())}
