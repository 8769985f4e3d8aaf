"""The guide's custom queries, as installed views ask them: the same on the page, by the API and in the file."""

import csv

import pytest
import time_machine

from analytics.metrics.registry import METRICS
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from analytics.models import SavedView
from helpninja.common.values import Value
from tests.analytics.explored_rows import NOW, fill_regions, fill_seasons, fill_segments, fill_stages

pytestmark = pytest.mark.django_db
NEW, ESTABLISHED = "New customers (first 30 days)", "Established customers (30+ days)"
SEGMENTS = {
    (NEW, "Starter"): ["35.0%", "4.1/5"],
    (NEW, "Pro"): ["28.0%", "4.3/5"],
    (NEW, "Agency"): ["22.0%", "4.4/5"],
    (NEW, "Enterprise"): ["25.0%", "4.5/5"],
    (ESTABLISHED, "Starter"): ["15.0%", "4.2/5"],
    (ESTABLISHED, "Pro"): ["12.0%", "4.4/5"],
    (ESTABLISHED, "Agency"): ["8.0%", "4.5/5"],
    (ESTABLISHED, "Enterprise"): ["10.0%", "4.6/5"],
}
REGIONS = {
    ("North America",): ["18.2%", "4.4/5"],
    ("Europe",): ["19.8%", "4.3/5"],
    ("Asia-Pacific",): ["16.4%", "4.2/5"],
    ("Latin America",): ["21.3%", "4.1/5"],
}
SEASONS = {
    ("Q1 2025", "Billing"): ["12", "60.0%"],
    ("Q1 2025", "Technical support"): ["8", "40.0%"],
    ("Q2 2025", "Integrations"): ["11", "55.0%"],
    ("Q2 2025", "Technical support"): ["9", "45.0%"],
    ("Q3 2025", "Billing"): ["5", "25.0%"],
    ("Q3 2025", "Technical support"): ["15", "75.0%"],
    ("Q4 2025", "Account management"): ["13", "65.0%"],
    ("Q4 2025", "Technical support"): ["7", "35.0%"],
}
LIFECYCLE = {
    ("Days 1–7", "Widget setup"): ["45", "45.0%"],
    ("Days 1–7", "Billing"): ["55", "55.0%"],
    ("Days 8–30", "Integrations"): ["38", "38.0%"],
    ("Days 8–30", "Billing"): ["62", "62.0%"],
    ("Days 31–90", "Technical support"): ["25", "25.0%"],
    ("Days 31–90", "Billing"): ["75", "75.0%"],
    ("Days 91+", "Account management"): ["18", "18.0%"],
    ("Days 91+", "Billing"): ["82", "82.0%"],
}
QUERIES = [
    pytest.param(fill_segments, "Segments", SEGMENTS, id="segments"),
    pytest.param(fill_regions, "Geography", REGIONS, id="geography"),
    pytest.param(fill_seasons, "Seasons", SEASONS, id="seasons"),
    pytest.param(fill_stages, "Lifecycle", LIFECYCLE, id="lifecycle"),
]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(("fill", "name", "figures"), QUERIES)
def test_page_api_and_file_give_the_same(analyst, reader, fill, name, figures):
    fill()
    view = SavedView.objects.get(name__startswith=name)
    page = analyst.get(view.address)

    assert shown(page) == figures
    assert of_groups(reader.get(f"/api/v1/views/{view.pk}").json()["figures"]["groups"]) == figures
    assert of_groups(asked(reader, page)) == figures
    assert of_file(analyst.get(f"{view.address}&format=csv"), page.context["found"]) == figures


def test_each_share_is_named_and_counted(analyst, reader):
    fill_stages()
    view = SavedView.objects.get(name__startswith="Lifecycle")

    response = analyst.get(view.address)

    assert '<th scope="col">Share of customer lifecycle</th>' in response.content.decode()
    assert "<td>45.0% of 100</td>" in response.content.decode()
    first, *_ = reader.get(f"/api/v1/views/{view.pk}").json()["figures"]["groups"]
    share = first["shares"]["escalations"]
    assert (share["value"], share["hits"], share["n"], share["missing"]) == (0.55, 55, 100, 0)


def shown(page):
    """The table's texts by their group; each number opens as many rows as it is of."""
    assert page.status_code == 200
    found = {}
    for labels, cells in page.context["rows"]:
        notes = [figure.note.partition(" of ")[0] for figure in cells if figure.note]
        found[tuple(label.text for label in labels)] = [figure.text for figure in cells] + notes
    opened = page.client.get(cells[0].link).context["page_of_rows"].paginator.count
    assert opened == cells[0].n
    return found


def asked(reader, page):
    """The same question, put by itself."""
    found, window = page.context["found"], page.context["form"].window_at(NOW)
    question = {
        "start_date": window.start.isoformat(),
        "end_date": window.end.isoformat(),
        "timezone": window.zone,
        "metrics": [metric.key for metric in found.metrics],
        "group_by": [dimension.key for dimension in found.dimensions],
    }
    return reader.post("/api/v1/escalations/analytics", question).json()["groups"]


def of_groups(groups):
    found = {}
    for group in groups:
        texts = [
            value_text(Value(row["value"], row["n"]), METRICS[key].unit) for key, row in group["metrics"].items()
        ]
        texts += [percent(share["value"]) for share in group.get("shares", {}).values()]
        found[tuple(label["text"] for label in group["by"].values())] = texts
    return found


def of_file(response, found):
    """By the titles: each dimension, then of each metric its value, n, what is missing and maybe a share."""
    titles, *lines = csv.reader(b"".join(response.streaming_content).decode().splitlines())
    rows = [dict(zip(titles, line, strict=False)) for line in lines]
    return {
        tuple(row[dimension.label] for dimension in found.dimensions): [
            *(written(row, metric) for metric in found.metrics),
            *(percent(float(cell)) for title, cell in row.items() if ": share of " in title),
        ]
        for row in rows
    }


def written(row, metric):
    assert row[f"{metric.label}: missing"] == "0"
    value = float(row[f"{metric.label} ({metric.unit.value})"])
    return value_text(Value(value, int(row[f"{metric.label}: n"])), metric.unit)


def percent(share):
    return value_text(Value(share, 1), Unit.RATE)
