"""A back-test's results, worded for its template, and what its charts draw."""

from datetime import date
from typing import Any

from escalations.decisions.comparison import UNKNOWN
from escalations.enums import Necessity
from escalations.models import Backtest, Conversation
from escalations.validators.conditions import spoken_condition
from helpninja.common.actors import Actor

COLOURS = {"tested": "primary", "current": "base", "happened": "orange"}
VERDICTS = [*Necessity.choices, (UNKNOWN, "Not judged")]


def findings(backtest: Backtest, actor: Actor) -> dict[str, Any]:
    found = backtest.results or {}
    names = series_names(backtest)
    return {
        "found": found,
        "cards": _cards(found, backtest),
        "series": [names[name] for name in found["series"]],
        "days": [(f"{date.fromisoformat(day):%b %-d, %Y}", counts) for day, *counts in found["days"]],
        "hours": [(f"{hour:02d}:00", counts) for hour, *counts in found["hours"]],
        "overlap": [{**row, "share": share(row["both"], found["tested"]["count"])} for row in found["overlap"]],
        "verdicts": _verdicts(found),
        "work": _work(found["work"]),
        "target": _target(found["target"]),
        "examples": _examples(found["examples"], actor),
        "charts": _charts(found, names, backtest.time_zone),
    }


def spoken_groups(conditions: list[dict[str, Any]]) -> list[str]:
    """Each group of conditions in a line."""
    groups: dict[int, list[str]] = {}
    for one in conditions:
        said = spoken_condition(one["field"], one["operator"], one["value"], one.get("argument", ""))
        groups.setdefault(one["group"], []).append(said)
    return [" and ".join(said) for _, said in sorted(groups.items())]


def series_names(backtest: Backtest) -> dict[str, str]:
    version = f"Version {backtest.rule_version}"
    return {"tested": "The edit" if backtest.is_edit else version, "current": version, "happened": "In fact"}


def share(part: float, whole: float) -> str:
    """With its counts beside it wherever it is shown."""
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _cards(found: dict[str, Any], backtest: Backtest) -> list[dict[str, str]]:
    tested, outcomes, n = found["tested"], found["outcomes"], found["conversations"]
    of_all = f"{share(tested['count'], n)} of {n:,} conversations; {found['happened']:,} were in fact"
    anyway = f"Nobody took these over; {found['added_anyway']:,} of them another active rule would hand over"
    decides = f"{share(tested['decided'], tested['count'])}: no other active rule fires before it"
    cards = [
        _card("Would hand over", tested["count"], of_all),
        _card("Added", outcomes["added"], anyway),
        _card("Removed", outcomes["removed"], "This rule had handed them over, and nothing would now"),
        _card("Earlier", outcomes["earlier"], "Were handed over at a later message"),
        _card("Unchanged", outcomes["same"], "Were handed over at the same message"),
        _card("Decides", tested["decided"], decides),
    ]
    if current := found["current"]:
        differs = f"{current['only_tested']:,} only by the edit, {current['only_current']:,} only by the version"
        cards.insert(1, _card(f"Version {backtest.rule_version} would", current["count"], differs))
    return cards


def _card(label: str, value: int, note: str) -> dict[str, str]:
    return {"label": label, "value": f"{value:,}", "note": note}


def _verdicts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Shares are of those that were judged."""
    columns = [found["verdicts"], found["removed_verdicts"]]
    judged = [sum(column.values()) - column[UNKNOWN] for column in columns]
    return [
        {
            "label": label,
            "cells": [
                {"n": f"{column[name]:,}", "share": "" if name == UNKNOWN else share(column[name], of)}
                for column, of in zip(columns, judged, strict=True)
            ],
        }
        for name, label in VERDICTS
    ]


def _work(work: dict[str, Any]) -> list[dict[str, str]]:
    seconds, cost = work["seconds"], work["cost"]
    basis, at_mean = f"Resolved escalations {work['basis']}", "The added, each at this mean"
    saved = {"n": work["saved_n"], "missing": work["saved_missing"]}
    saved_cost = {"n": sum(saved.values()) - work["saved_cost_missing"], "missing": work["saved_cost_missing"]}
    return [
        _figure("Handling time of comparable escalations", _minutes(seconds["value"]), _counts(seconds), basis),
        _figure("Added hours", _hours(work["added_hours"]), "", at_mean),
        _figure("Hours saved", _hours(work["saved_hours"]), _counts(saved), "What the removed took in fact"),
        _figure("Cost of a comparable escalation", _dollars(cost["value"]), _counts(cost), basis),
        _figure("Added cost", _dollars(work["added_cost"]), "", at_mean),
        _figure("Cost saved", _dollars(work["saved_cost"]), _counts(saved_cost), "What the removed cost in fact"),
    ]


def _target(target: dict[str, Any]) -> list[dict[str, str]]:
    measured, n = target["measured"], f"n = {target['n']:,}"
    hours = f"{target['hours']:,} hours, {target['hours_missing']:,} without known staffing"
    overloaded = f"{target['overloaded_before']:,} before, {target['overloaded_after']:,} after"
    return [
        _figure(
            "Measured", _percent(measured["value"]), f"n = {measured['n']:,}", "First response in time, in fact"
        ),
        _figure("Estimated before", _percent(target["before"]), hours, "Erlang C, as the escalations came"),
        _figure("Estimated after", _percent(target["after"]), n, "With the added, without the removed"),
        _figure("Overloaded hours", overloaded, "", "More work than the agents present could hold"),
    ]


def _figure(label: str, value: str, counts: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "counts": counts, "note": note}


def _counts(mean: dict[str, Any]) -> str:
    return f"n = {mean['n']:,}, {mean['missing']:,} missing"


def _minutes(seconds: float | None) -> str:
    return "Not known" if seconds is None else f"{seconds / 60:.1f} min"


def _hours(hours: float | None) -> str:
    return "Not known" if hours is None else f"{hours:,.1f} h"


def _dollars(amount: float | None) -> str:
    return "Not known" if amount is None else f"${amount:,.2f}"


def _percent(value: float | None) -> str:
    return "Not known" if value is None else f"{100 * value:.1f}%"


def _examples(examples: dict[str, list[dict[str, Any]]], actor: Actor) -> list[dict[str, Any]]:
    """Those that the actor may open; of the others only how many there are."""
    wanted = {one["conversation"] for kept in examples.values() for one in kept}
    visible = Conversation.objects.visible_to(actor).select_related("customer").in_bulk(wanted)
    titles = {"added": "Added", "removed": "Removed"}
    return [
        {
            "title": titles[kind],
            "rows": [
                {"conversation": visible[one["conversation"]], "place": one["place"]}
                for one in kept
                if one["conversation"] in visible
            ],
            "hidden": sum(one["conversation"] not in visible for one in kept),
        }
        for kind, kept in examples.items()
    ]


def _charts(found: dict[str, Any], names: dict[str, str], zone: str) -> dict[str, Any]:
    def datasets(rows: list[list[Any]]) -> list[dict[str, Any]]:
        return [
            {"label": names[name], "color": COLOURS[name], "data": [row[place] for row in rows]}
            for place, name in enumerate(found["series"], start=1)
        ]

    return {
        "days": {
            "type": "line",
            "labels": [f"{date.fromisoformat(row[0]):%b %-d}" for row in found["days"]],
            "x": f"Day ({zone})",
            "y": "Escalations a day",
            "datasets": datasets(found["days"]),
        },
        "hours": {
            "type": "bar",
            "labels": [f"{row[0]:02d}" for row in found["hours"]],
            "x": f"Hour of the day ({zone})",
            "y": "Escalations in the window",
            "datasets": datasets(found["hours"]),
        },
    }
