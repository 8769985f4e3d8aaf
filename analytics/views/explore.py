"""Any metric by any one or two dimensions."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse

from analytics.charts import breakdown_chart
from analytics.figures import figure
from analytics.forms import ExploreForm
from analytics.listing import Echo
from analytics.metrics.breakdown import Breakdown, Group, NotDivisible, breakdown
from analytics.metrics.tally import Frame
from analytics.metrics.targets import targets_for
from analytics.views.page import Asked, figures_page
from helpninja.common.spreadsheets import escape_cell
from helpninja.common.windows import window_text


@figures_page("analytics/explore.html", "Explore", ExploreForm)
def explore(asked: Asked) -> dict[str, Any] | HttpResponseBase:
    form: ExploreForm = asked.form
    try:
        found = breakdown(form.cleaned_data["metrics"], form.dimension_keys, asked.frame)
    except NotDivisible as error:
        form.add_error("metrics", str(error))
        return {}
    if form.cleaned_data["format"] == "csv":
        headers = {"Content-Disposition": 'attachment; filename="explore.csv"'}
        return StreamingHttpResponse(
            _csv(found, asked.frame), content_type="text/csv; charset=utf-8", headers=headers
        )
    aims = targets_for(found.total, asked.frame)
    return {
        "found": found,
        "rows": [(group.labels, _cells(group, found, asked)) for group in found.groups],
        "total": [figure(found.total[one.key], asked.query, aim=aims.get(one.key)) for one in found.metrics],
        "charts": {"explore": breakdown_chart(found)} if found.groups else {},
        "csv": f"?{asked.request.GET.urlencode()}&format=csv",
    }


def _cells(group: Group, found: Breakdown, asked: Asked) -> list[Any]:
    codes = {dimension.key: label.code for dimension, label in zip(found.dimensions, group.labels, strict=True)}
    return [figure(group.measured[metric.key], asked.query, codes) for metric in found.metrics]


def _csv(found: Breakdown, frame: Frame) -> Iterator[str]:
    """Each metric with its n and what is missing; the zone stands in the line of titles."""
    writer = csv.writer(Echo())
    titles = [dimension.label for dimension in found.dimensions]
    for metric in found.metrics:
        titles += [f"{metric.label} ({metric.unit.value})", f"{metric.label}: n", f"{metric.label}: missing"]
    yield writer.writerow([*titles, f"{window_text(frame.window)}, {frame.window.zone}"])
    for group in found.groups:
        cells: list[Any] = [escape_cell(label.text) for label in group.labels]
        for metric in found.metrics:
            value = group.measured[metric.key].now
            cells += [value.value, value.n, value.missing]
        yield writer.writerow(cells)
