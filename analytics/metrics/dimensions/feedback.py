"""What customers said of it."""

from analytics.metrics.dimensions.dimension import Dimension, Stored, column
from analytics.metrics.sources import RATED
from analytics.models import FeedbackTheme

DIMENSIONS = (
    Dimension(
        "theme",
        "Feedback theme",
        {RATED: column("carried__theme")},
        Stored(FeedbackTheme, "name", "order", "id"),
        "A rating whose comment carries several themes counts in each of them.",
        partitions=False,
    ),
)
