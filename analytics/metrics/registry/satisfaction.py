"""What customers and reviewers said of it."""

from django.db.models import Q

from analytics.metrics.readings import Mean, Rate, Rows
from analytics.metrics.registry.conditions import RATED_CSAT
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import RATED, REVIEWED, SURVEYED
from analytics.metrics.units import Unit
from helpninja.common.values import Good

METRICS = (
    Metric(
        "csat",
        "Satisfaction (CSAT)",
        Unit.SCORE,
        Good.UP,
        "Mean of ratings from 1 to 5. Answers without a rating are missing; see the response rate too.",
        "answer to the survey",
        Mean(Rows(RATED, RATED_CSAT), (Rows(RATED, Q(csat=None)),), "csat"),
    ),
    Metric(
        "csat_satisfied",
        "Satisfied customers",
        Unit.RATE,
        Good.UP,
        "Ratings of 4 and 5 / ratings from 1 to 5.",
        "answer to the survey",
        Rate(Rows(RATED, RATED_CSAT), (Rows(RATED, Q(csat=None)),), hit=Q(csat__gte=4)),
    ),
    Metric(
        "csat_perfect",
        "Perfect ratings",
        Unit.RATE,
        Good.UP,
        "Ratings of 5 / ratings from 1 to 5.",
        "answer to the survey",
        Rate(Rows(RATED, RATED_CSAT), (Rows(RATED, Q(csat=None)),), hit=Q(csat=5)),
    ),
    Metric(
        "survey_response_rate",
        "Survey response rate",
        Unit.RATE,
        Good.UP,
        "Surveys answered / surveys sent.",
        "sending of the survey",
        Rate(Rows(SURVEYED), hit=Q(rated_at__isnull=False)),
    ),
    Metric(
        "quality_score",
        "Quality score",
        Unit.POINTS,
        Good.UP,
        "Mean of the published reviews' totals, of 100; calibration and reviews of reviews are left out.",
        "publication of the review",
        Mean(Rows(REVIEWED), (), "total"),
    ),
)
