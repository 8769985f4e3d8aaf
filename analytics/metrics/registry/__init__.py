"""Every metric, once: the pages, the API and whatever reports come read label, definition and number from here."""

from analytics.metrics.registry import exchange, journey, resolution, satisfaction, service, team, volume
from analytics.metrics.registry.conditions import FIRST_CONTACT, OPENED_MEASURED, RATED_CSAT, REESCALATED
from analytics.metrics.registry.metric import Measured, Meter, Metric, measure

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
