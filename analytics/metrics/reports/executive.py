"""The executive overview of a quarter."""

from collections.abc import Mapping
from datetime import date
from operator import attrgetter

from analytics.metrics.registry import METRICS, Measured
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Cell, Section, Table
from analytics.metrics.reports.impact import business_impact, cost_avoided, impact, told_of
from analytics.metrics.reports.items import action_items, items_of
from analytics.metrics.reports.progress import initiatives, initiatives_progress, overdue
from analytics.metrics.reports.wording import cell, figure, several
from analytics.metrics.wording import TOO_FEW, number_text
from analytics.models import Benchmark
from helpninja.common.values import ENOUGH, Good, Value
from quality.actions.initiative_counts import effects

KPIS = (
    "csat",
    "cost_per_resolution",
    "first_contact_resolution",
    "first_response_time",
    "escalation_rate",
    "utilization",
)


def sections(asked: Asked) -> tuple[Section, ...]:
    """Of the quarter: what counts, against the industry, and what initiatives changed."""
    ran, positions = initiatives(asked), asked.together.put_objects(Benchmark.objects.all())
    benchmarks = [row for row in sorted(positions, key=attrgetter("pk")) if row.metric in METRICS]
    found = asked.measured(dict.fromkeys((*KPIS, *(row.metric for row in benchmarks))))
    events, late = told_of(asked), overdue(ran, asked)
    aims, added = asked.aims, items_of(asked)
    changed = effects(ran, asked.now, asked.together)
    before = f"in {quarter_name(asked.period.before.days()[0])}{' by then' if asked.period.is_running else ''}"
    items = action_items(added, asked.now)
    return (
        Section(
            "kpis",
            "Strategic KPIs",
            figures=tuple(figure(found[key], aims.get(key), before=before) for key in KPIS),
        ),
        business_impact(impact(events), cost_avoided(changed.values(), found["cost_per_resolution"].now)),
        initiatives_progress(ran, changed, dict(late)),
        _positioning(benchmarks, found),
        Section(
            "actions",
            "Action items",
            tables=(items,) if items else (),
            note="" if items else "No action items have been added.",
        ),
    )


def quarter_name(day: date) -> str:
    """Q3 2026, of the calendar year."""
    return f"Q{(day.month + 2) // 3} {day.year}"


def _positioning(benchmarks: list[Benchmark], found: Mapping[str, Measured]) -> Section:
    """Each of the industry's values beside ours."""
    rows, better, judged = [], 0, 0
    for row in benchmarks:
        metric, ours = METRICS[row.metric], found[row.metric].now
        verdict = _verdict(ours, row.value, metric.good)
        better += verdict == "better"
        judged += verdict != TOO_FEW
        industry = Cell(number_text(row.value, metric.unit), row.value)
        rows.append((metric.label, industry, cell(row.metric, ours), verdict, row.source))
    columns = ("Metric", "Industry average", "Ours", "Ours is", "Source")
    return Section(
        "positioning",
        "Competitive positioning",
        sentences=(f"Better than the industry in {better} of {several(judged, 'metric')}",) if judged else (),
        tables=(Table.of("Against the industry", columns, rows),) if rows else (),
        note="" if rows else "No benchmarks are set.",
    )


def _verdict(ours: Value, industry: float, good: Good) -> str:
    if ours.value is None or ours.n < ENOUGH:
        return TOO_FEW
    if ours.value == industry or good is Good.NEITHER:
        return "the same" if ours.value == industry else "different"
    return "better" if (ours.value > industry) == (good is Good.UP) else "worse"
