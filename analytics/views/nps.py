"""NPS by reason, with what drives it."""

from typing import Any

from analytics.feedback import comments_link
from analytics.figures import figure
from analytics.metrics.dimensions.dimension import NONE
from analytics.metrics.nps import KEYS, Driver, Nps, OfReason
from analytics.metrics.nps import nps as nps_of
from analytics.metrics.targets import targets_for
from analytics.metrics.units import Unit
from analytics.metrics.wording import p_text, signed, value_text
from analytics.views.page import Asked, figures_page
from helpninja.common.values import ENOUGH, Value

COLOURS = {"promoters": "primary", "passives": "base", "detractors": "orange"}


@figures_page("analytics/nps.html", "NPS")
def nps(asked: Asked) -> dict[str, Any]:
    """Of all answers and by reason, with what drives it."""
    found = nps_of(asked.frame)
    net = found.overall["nps"].now
    aims = targets_for(KEYS, asked.frame)
    return {
        "overall": [
            figure(found.overall[key], asked.query, aim=aims.get(key), note=_note(key, net)) for key in KEYS
        ],
        "net": net,
        "standing": _standing(found),
        "benchmark": found.benchmark,
        "benchmark_text": signed(found.benchmark.value) if found.benchmark else "",
        "low": signed(found.low),
        "enough": ENOUGH,
        "rows": [_row(one, asked) for one in found.reasons],
        "charts": {"nps": _chart(found)} if found.reasons else {},
    }


def _note(key: str, net: Value) -> str:
    return interval_text(net) if key == "nps" else ""


def interval_text(net: Value) -> str:
    """95%, in whole points; empty without answers."""
    if net.interval is None:
        return ""
    low, high = map(signed, net.interval)
    return f"95% interval {low} to {high}"


def _standing(found: Nps) -> str:
    """Against the industry: told only where the whole interval is on one side of it."""
    interval = found.overall["nps"].now.interval
    if found.benchmark is None or interval is None or found.overall["nps"].now.n < ENOUGH:
        return ""
    if interval[0] > found.benchmark.value:
        return "above the industry beyond chance"
    return "below the industry beyond chance" if interval[1] < found.benchmark.value else "like the industry"


def _row(one: OfReason, asked: Asked) -> dict[str, Any]:
    codes = {"reason": one.label.code}
    net = one.measured["nps"].now
    return {
        "label": _name(one),
        "is_enough": one.is_enough,
        "n": net.n,
        "interval": interval_text(net),
        "figures": [figure(one.measured[key], asked.query, codes) for key in KEYS],
        "driver": _driver(one.driver, asked) if one.driver else None,
    }


def _driver(driver: Driver, asked: Asked) -> dict[str, Any]:
    return {
        "name": driver.theme.name,
        "who": "promoters" if driver.of_promoters else "detractors",
        "share": value_text(driver.share, Unit.RATE),
        "n": driver.share.n,
        "others": value_text(driver.others, Unit.RATE),
        "others_n": driver.others.n,
        "is_beyond_chance": driver.is_beyond_chance,
        "p": p_text(driver.p),
        "link": comments_link(asked.query, theme=driver.theme.name),
    }


def _chart(found: Nps) -> dict[str, Any]:
    shown = [one for one in found.reasons if one.is_enough]
    nets = [one.measured["nps"].now for one in shown]
    return {
        "type": "bar",
        "horizontal": True,
        "percent": True,
        "labels": [_name(one) for one in shown],
        "x": "Share of the answers",
        "y": "",
        "notes": [f"NPS {value_text(net, Unit.NET)}, n = {net.n}" for net in nets],
        "datasets": [
            {
                "label": found.overall[key].metric.label,
                "color": colour,
                "data": [one.measured[key].now.value for one in shown],
            }
            for key, colour in COLOURS.items()
        ],
    }


def _name(one: OfReason) -> str:
    return "AI alone" if one.label.code == NONE else one.label.text
