"""What a metric can be broken down by. Pages, the API, exports and the rows behind a number read it from here."""

from analytics.metrics.dimensions import customer, feedback, journey, patterns, time, work
from analytics.metrics.dimensions.dimension import Dimension, Label

__all__ = ["DIMENSIONS", "Dimension", "Label"]

# In this order wherever all are listed.
THEMES = (work, customer, journey, feedback, time, patterns)

DIMENSIONS = {dimension.key: dimension for theme in THEMES for dimension in theme.DIMENSIONS}
