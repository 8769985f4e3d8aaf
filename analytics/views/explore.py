"""Any metric by any one or two dimensions."""

from typing import Any

from django.http import HttpResponseBase

from agents.policy import seen_agents
from analytics.charts import breakdown_chart
from analytics.enums import TableFormat
from analytics.exporters.tables import Cell, Head, Table
from analytics.figures import figure
from analytics.forms import ExploreForm
from analytics.metrics.breakdown import Breakdown, Group, NotDivisible, breakdown
from analytics.metrics.tally import Frame
from analytics.metrics.targets import targets_for
from analytics.metrics.units import Unit
from analytics.metrics.wording import value_text
from analytics.views.page import Asked, figures_page
from helpninja.common.values import Value
from helpninja.common.windows import window_text


@figures_page("analytics/explore.html", "Explore", ExploreForm)
def explore(asked: Asked) -> dict[str, Any] | HttpResponseBase:
    """The table as page or file. What is unknown, and a metric without such groups, are errors of the form."""
    form: ExploreForm = asked.form
    who = form.picked(seen_agents(asked.sight).order_by("name", "pk"))
    if form.errors:
        return {}
    asked = asked.of_person(who) if who else asked
    aims = targets_for(form.cleaned_data["metrics"], asked.frame)
    try:
        found = breakdown(form.cleaned_data["metrics"], form.dimension_keys, asked.frame)
    except NotDivisible as error:
        form.add_error("metrics", str(error))
        return {}
    if form.cleaned_data["format"] in TableFormat.values:
        return asked.as_file(_table(found, asked.frame))
    return {
        "found": found,
        "rows": [(group.labels, _cells(group, found, asked)) for group in found.groups],
        "total": [figure(found.total[one.key], asked.query, aim=aims.get(one.key)) for one in found.metrics],
        "charts": {"explore": breakdown_chart(found)} if found.groups else {},
        "files": asked.files,
    }


def _cells(group: Group, found: Breakdown, asked: Asked) -> list[Any]:
    """Figures; the note of a count by two dimensions is its share of the first one's group."""
    codes = {dimension.key: label.code for dimension, label in zip(found.dimensions, group.labels, strict=True)}
    notes = {key: _share_text(share) for key, share in found.shares(group).items()}
    return [
        figure(group.measured[metric.key], asked.query, codes, note=notes.get(metric.key, ""))
        for metric in found.metrics
    ]


def _share_text(share: Value) -> str:
    text = value_text(share, Unit.RATE)
    return f"{text} of {share.n:,}" if share.n else text


def _table(found: Breakdown, frame: Frame) -> Table:
    """Each metric with its n and what is missing, counts by two dimensions with their share besides."""
    heads = [Head(dimension.key, dimension.label) for dimension in found.dimensions]
    for metric in found.metrics:
        heads += [
            Head(metric.key, f"{metric.label} ({metric.unit.value})"),
            Head(f"{metric.key}_n", f"{metric.label}: n"),
            Head(f"{metric.key}_missing", f"{metric.label}: missing"),
        ]
        if metric in found.shared:
            heads.append(
                Head(f"{metric.key}_share", f"{metric.label}: share of {found.dimensions[0].label.lower()}")
            )
    zone, rows = frame.window.zone, (_values(group, found) for group in found.groups)
    return Table("explore", heads, rows, zone, f"{window_text(frame.window)}, {zone}")


def _values(group: Group, found: Breakdown) -> list[Cell]:
    cells: list[Cell] = [label.text for label in group.labels]
    shares = found.shares(group)
    for metric in found.metrics:
        value = group.measured[metric.key].now
        cells += [value.value, value.n, value.missing]
        cells += [shares[metric.key].value] if metric.key in shares else []
    return cells
