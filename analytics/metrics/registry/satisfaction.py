"""What customers and reviewers said of it."""

from django.db.models import Q

from analytics.metrics.comments import (
    CONSTRUCTIVE,
    DETRACTOR,
    PASSIVE,
    POSITIVE,
    PROMOTER,
    READ,
    TONED,
    TONELESS,
    UNREAD,
)
from analytics.metrics.readings import Counted, Mean, NetScore, Rate, Rows
from analytics.metrics.registry.conditions import RATED_CSAT
from analytics.metrics.registry.metric import Metric
from analytics.metrics.sources import RATED, REVIEWED, SURVEYED
from analytics.metrics.units import Unit
from helpninja.common.values import Good

RECOMMENDED, NOT_ASKED = Rows(RATED, Q(nps__isnull=False)), Rows(RATED, Q(nps=None))
TONED_ROWS = Rows(RATED, TONED)
TONE_UNKNOWN = (Rows(RATED, TONELESS), Rows(RATED, UNREAD))
TONE_IS = (
    "A comment has the tone of its themes, both tones where it has themes of both. Without a theme its rating has "
    "it: CSAT 4 and 5 are positive, 1 to 3 constructive; without CSAT, NPS 9 and 10 are positive, 0 to 6 "
    "constructive. Those of no tone and those not read yet are missing."
)

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
        "nps",
        "NPS",
        Unit.NET,
        Good.UP,
        "% of the answers of 9 and 10 - % of those from 0 to 6. Ratings without this answer are missing.",
        "answer to the survey",
        NetScore(RECOMMENDED, (NOT_ASKED,), PROMOTER, DETRACTOR),
    ),
    Metric(
        "promoters",
        "Promoters",
        Unit.RATE,
        Good.UP,
        "Answers of 9 and 10 / answers from 0 to 10.",
        "answer to the survey",
        Rate(RECOMMENDED, (NOT_ASKED,), hit=PROMOTER),
    ),
    Metric(
        "passives",
        "Passives",
        Unit.RATE,
        Good.NEITHER,
        "Answers of 7 and 8 / answers from 0 to 10.",
        "answer to the survey",
        Rate(RECOMMENDED, (NOT_ASKED,), hit=PASSIVE),
    ),
    Metric(
        "detractors",
        "Detractors",
        Unit.RATE,
        Good.DOWN,
        "Answers from 0 to 6 / answers from 0 to 10.",
        "answer to the survey",
        Rate(RECOMMENDED, (NOT_ASKED,), hit=DETRACTOR),
    ),
    Metric(
        "comments",
        "Comments",
        Unit.COUNT,
        Good.NEITHER,
        "Ratings with a comment that the newest themes have read; those not read yet are missing. By theme, a "
        "comment counts in each of its themes.",
        "answer to the survey",
        Counted(Rows(RATED, READ), (Rows(RATED, UNREAD),)),
    ),
    Metric(
        "positive_feedback",
        "Positive feedback",
        Unit.RATE,
        Good.UP,
        f"Positive comments / comments with a tone. {TONE_IS}",
        "answer to the survey",
        Rate(TONED_ROWS, TONE_UNKNOWN, hit=POSITIVE),
    ),
    Metric(
        "constructive_feedback",
        "Constructive feedback",
        Unit.RATE,
        Good.DOWN,
        f"Constructive comments / comments with a tone. {TONE_IS}",
        "answer to the survey",
        Rate(TONED_ROWS, TONE_UNKNOWN, hit=CONSTRUCTIVE),
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
