"""The rows behind a number: exactly those that it counted."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseBase

from analytics.enums import TableFormat
from analytics.figures import Figure, figure
from analytics.forms import RowsForm
from analytics.listing import listed, table_of
from analytics.metrics.breakdown import NotDivisible, counted
from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.registry import METRICS, Metric, measure
from analytics.metrics.tally import Frame
from analytics.metrics.targets import targets_for
from analytics.policy import exports_of, reads_work
from analytics.views.page import Asked, figures_page, known_person
from helpninja.common.actions import record_many
from helpninja.common.actors import Actor

PER_PAGE = 50


@figures_page("analytics/rows.html", "Rows behind a number", RowsForm)
def rows(asked: Asked) -> dict[str, Any] | HttpResponseBase:
    """As page, or as a file for those who may take rows away, which is kept in the audit."""
    form: RowsForm = asked.form
    if form.cleaned_data["agent"]:
        asked = asked.of_person(known_person(asked.sight, form.cleaned_data["agent"]))
    metric = METRICS[form.cleaned_data["metric"]]
    try:
        found = counted(metric, asked.frame, form.codes)
    except NotDivisible as error:
        form.add_error("metric", str(error))
        return {}
    except ValueError as error:
        form.add_error(None, f"There is no group “{error}”.")
        return {}
    actor = Actor.of_request(asked.request)
    listing = listed(found, reads_work=reads_work(actor, asked.sight))
    if form.cleaned_data["format"] in TableFormat.values:
        if exports_of(actor) is None:
            raise PermissionDenied("Your role does not include exports of single rows.")
        record_many(by=actor, action="figures.exported", model=found.model, now=asked.frame.now, **asked.query)
        return asked.as_file(table_of(listing, metric.key, asked.frame))
    page = Paginator(listing.rows, PER_PAGE).get_page(form.cleaned_data["page"] or 1)
    return {
        "metric": metric,
        "files": asked.files if exports_of(actor) else [],
        "listing": listing,
        "page_of_rows": page,
        "rows": [listing.cells(row, asked.frame) for row in page],
        "groups": [(DIMENSIONS[key].label, code) for key, code in form.codes.items()],
        "figure": None if form.codes else _figure(metric, asked.frame),
    }


def _figure(metric: Metric, frame: Frame) -> Figure:
    aims = targets_for([metric.key], frame)
    return figure(measure([metric], frame)[metric.key], {}, aim=aims.get(metric.key))
