"""Every metric, once: the pages, the API and whatever reports come read label, definition and number from here."""

from datetime import UTC, datetime, timedelta

from analytics.metrics.filters import Filters
from analytics.metrics.frames import Frame
from analytics.metrics.registry import exchange, journey, resolution, satisfaction, service, team, volume
from analytics.metrics.registry.conditions import FIRST_CONTACT, OPENED_MEASURED, RATED_CSAT, REESCALATED
from analytics.metrics.registry.metric import Measured, Meter, Metric, measure
from analytics.metrics.rollups.shape import hold
from helpninja.common.windows import Window

__all__ = [
    "FIRST_CONTACT",
    "METRICS",
    "OPENED_MEASURED",
    "RATED_CSAT",
    "REESCALATED",
    "Measured",
    "Meter",
    "Metric",
    "measure",
]

# In this order wherever all are listed.
THEMES = (volume, resolution, satisfaction, exchange, service, team, journey)

METRICS = {metric.key: metric for theme in THEMES for metric in theme.METRICS}

# Rollups keep what is the same whenever it is asked.
FRAMES = [
    Frame(Window(now, now + timedelta(days=1), "UTC"), Filters(), now)
    for now in (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC))
]
hold(
    part
    for metric in METRICS.values()
    for part in metric.reading.parts(FRAMES[0])
    if part in metric.reading.parts(FRAMES[1])
)
