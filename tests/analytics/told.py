"""One metric by its dimensions, as programs are told it and as the file of Explore has it."""

import csv

from django.test import Client
from rest_framework.test import APIClient

from analytics.metrics.registry import METRICS
from analytics.metrics.wording import value_text
from helpninja.common.roles import Role, Scope
from helpninja.common.spreadsheets import unescape_cell
from helpninja.common.values import Value
from helpninja.common.windows import Window
from tests import factories
from tests.analytics.rows import END, START

WINDOW = Window(START, END, "UTC")
NOT_KNOWN = "None"


def told(metric, *by, window=WINDOW, **filters):
    """By the names of the known groups the text that people read; API and file have the same value and n."""
    found = by_api(metric, *by, window=window, **filters)
    assert in_file(metric, *by, window=window, **filters) == found
    return {names: value_text(value, METRICS[metric].unit) for names, value in found.items()}


def total_by_api(*metrics, window=WINDOW, **filters):
    """The texts by the metrics' keys; a named group of metrics stands for its own."""
    answer = asked_of_api(metrics, window=window, **filters)["metrics"]
    rows = (row for group in answer.values() for row in group.values())
    return {row["key"]: value_text(Value(row["value"], row["n"]), METRICS[row["key"]].unit) for row in rows}


def by_api(metric, *by, window=WINDOW, **filters):
    answer = asked_of_api([metric], window=window, group_by=by, **filters)
    rows = (([group["by"][key]["text"] for key in by], group["metrics"][metric]) for group in answer["groups"])
    return _known((names, Value(row["value"], row["n"], row["missing"])) for names, row in rows)


def in_file(metric, *by, window=WINDOW, **filters):
    dimensions = dict(zip(("by", "and_by"), by, strict=False))
    query = {"metrics": metric, **dimensions, **of_page(window), **filters, "format": "csv"}
    response = _analyst().get("/analytics/explore/", query)
    _, *rows = csv.reader(b"".join(response.streaming_content).decode().splitlines())
    return _known((map(unescape_cell, row[: len(by)]), _value(*row[len(by) : len(by) + 3])) for row in rows)


def asked_of_api(metrics, *, window=WINDOW, group_by=(), **filters):
    """The whole answer."""
    client = APIClient(headers={"authorization": f"Bearer {factories.make_key(Scope.ANALYTICS_READ)}"})
    days = {"start_date": f"{window.first_day}", "end_date": f"{window.last_day}", "timezone": window.zone}
    asked = {"metrics": metrics, "group_by": group_by, "filters": filters, **days}
    response = client.post("/api/v1/escalations/analytics", asked, format="json")
    assert response.status_code == 200, response.content
    return response.json()


def of_page(window):
    """The window as it stands in an address."""
    return {"window": "custom", "start": f"{window.first_day}", "end": f"{window.last_day}", "tz": window.zone}


def _analyst():
    client = Client()
    client.force_login(factories.make_user(Role.ANALYST))
    return client


def _value(number, n, missing):
    return Value(float(number) if number else None, int(n), int(missing))


def _known(groups):
    """One name alone stands for itself."""
    named = {tuple(names): value for names, value in groups}
    return {
        names[0] if len(names) == 1 else names: value for names, value in named.items() if NOT_KNOWN not in names
    }
