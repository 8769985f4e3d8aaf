"""What changed beyond chance, in sentences with their evidence."""

from analytics.metrics.insights.finding import compared, insights_for
from analytics.metrics.insights.insight import Insight

__all__ = ["Insight", "compared", "insights_for"]
