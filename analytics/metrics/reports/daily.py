"""The daily operations report."""

from collections.abc import Mapping

from django.db.models import F

from analytics.metrics.registry import METRICS
from analytics.metrics.reports.ahead import known_of, tomorrow
from analytics.metrics.reports.asked import Asked
from analytics.metrics.reports.document import Cell, Chart, Section, Series, Table
from analytics.metrics.reports.items import items_of
from analytics.metrics.reports.notable import notable_events, noted_of
from analytics.metrics.reports.staffing import active, presence
from analytics.metrics.reports.wording import figure, several
from analytics.metrics.wording import value_text
from escalations.enums import Reason
from helpninja.common.values import Value

PERFORMANCE = ("escalations", "first_response_time", "resolution_rate", "csat")
BREACHES, PERFECT = "sla_breaches", "csat_perfect"
ACTIVE_DEFINITION = "Agents who were available or in conversation at any time of the day / active agents."


def sections(asked: Asked) -> tuple[Section, ...]:
    """Of the day so far, and of the next one."""
    found = asked.measured((*PERFORMANCE, BREACHES, PERFECT))
    reasons = asked.by(lambda source: F("reason"), ["escalations"])
    seen, noted, known = presence(asked), noted_of(asked), known_of(asked)
    aims, _, items = asked.aims, asked.agents, items_of(asked)
    figures = [figure(found[key], aims.get(key), before=_before(asked)) for key in (*PERFORMANCE, BREACHES)]
    staff = active(asked, seen).figure("agents_active", "Agents active", ACTIVE_DEFINITION)
    return (
        Section("performance", "Today's performance", figures=(*figures[:-1], staff, figures[-1])),
        _breakdown(reasons),
        Section(
            "notable",
            "Notable events",
            sentences=notable_events(asked, noted, found[PERFECT]) or ("Nothing stood out.",),
        ),
        tomorrow(asked, known, items),
    )


def _before(asked: Asked) -> str:
    return "yesterday by then" if asked.period.is_running else "yesterday"


def _breakdown(found: Mapping[str, Mapping[str, Value]]) -> Section:
    """The most frequent reasons first, with their share of all."""
    cases = sorted(
        ((found[reason]["escalations"].n, reason) for reason in found), key=lambda one: (-one[0], one[1])
    )
    total = sum(count for count, _ in cases)
    unit = METRICS["escalation_rate"].unit
    rows = []
    for count, reason in cases:
        share = Value.of_rate(count, total)
        rows.append(
            (
                Reason(reason).label,
                Cell(several(count, "case"), float(count)),
                Cell(value_text(share, unit), share.value),
            )
        )
    labels = tuple(Reason(reason).label for _, reason in cases)
    chart = Chart(
        "reasons",
        "Escalations by reason",
        "bar",
        labels,
        "Escalations",
        "",
        (Series("Escalations", "primary", tuple(float(count) for count, _ in cases)),),
        horizontal=True,
    )
    return Section(
        "breakdown",
        "Escalation breakdown",
        tables=(Table.of("By reason", ("Reason", "Cases", "Share"), rows),) if rows else (),
        charts=(chart,) if rows else (),
        note="" if rows else "No escalations were opened.",
    )
