"""What came before and after an escalation, for its customer, and what moves the satisfaction with it."""

from analytics.metrics.journey import EARLY, HORIZONS, LATE, ChurnRisk, Retention, ValueChange
from analytics.metrics.readings import Rate, Rows
from analytics.metrics.registry.conditions import ESCALATED, RATED_CSAT
from analytics.metrics.registry.metric import Metric
from analytics.metrics.satisfaction import MINUTE, touches
from analytics.metrics.segments import SEGMENTS, Segment
from analytics.metrics.slopes import Slope, SlopeOverSteps
from analytics.metrics.sources import CONVERSATIONS, RATED
from analytics.metrics.units import Unit
from helpninja.common.values import Good

OPENING = "opening of the escalation"
KNOWN_CUSTOMERS = (
    "Missing are escalations whose days are not over yet, of customers who told no events, and of who was no "
    "customer at the time."
)


def _retention(days: int) -> Metric:
    return Metric(
        f"retained_{days}",
        f"Still a customer after {days} days",
        Unit.RATE,
        Good.UP,
        f"Escalations whose customer had not cancelled {days} days after the opening, or had come back by then, / "
        f"escalations of customers. {KNOWN_CUSTOMERS}",
        OPENING,
        Retention(days),
    )


def _escalation_rate(segment: Segment) -> Metric:
    return Metric(
        f"escalation_rate_{segment.key}",
        f"Escalation rate: {segment.label.lower()}",
        Unit.RATE,
        Good.DOWN,
        f"With at least one escalation / all. {segment.definition} A customer may belong to several such kinds.",
        "start of the conversation",
        Rate(Rows(CONVERSATIONS, segment.where), (Rows(CONVERSATIONS, segment.unknown),), hit=ESCALATED),
        of_one_person=False,
    )


METRICS = (
    Metric(
        "csat_per_minute",
        "Satisfaction for each minute of waiting",
        Unit.SCORE_STEP,
        Good.UP,
        "By how much the rating changes with each minute to the first response: least squares, with a 95 % "
        "interval by Student's t. Ratings without a response time are missing.",
        "answer to the survey",
        Slope(
            RATED,
            "csat",
            "escalation__first_response_seconds",
            MINUTE,
            RATED_CSAT,
        ),
    ),
    Metric(
        "csat_per_touch",
        "Satisfaction for each further touch",
        Unit.SCORE_STEP,
        Good.UP,
        "By how much the rating changes with each time that an agent took the escalation, or the one it follows, "
        "up: least squares, with a 95 % interval by Student's t. Ratings of what nobody took up are missing.",
        "answer to the survey",
        SlopeOverSteps(RATED, "csat", touches("escalation__"), "touches", RATED_CSAT),
    ),
    *(_retention(days) for days in HORIZONS),
    Metric(
        "value_change",
        "Change of the monthly value",
        Unit.CHANGE,
        Good.UP,
        f"(Sum of the customers' monthly values {LATE} days after the opening - sum at the opening) / sum at the "
        f"opening, by their events. Missing are escalations whose {LATE} days are not over yet, and of customers "
        "who paid nothing then or whose value is not known.",
        OPENING,
        ValueChange(),
    ),
    Metric(
        "early_churn_risk",
        "Early churn risk after a poor experience",
        Unit.RATIO,
        Good.DOWN,
        f"Share of customers who left within {EARLY} days of an escalation that they rated 1 or 2 / share of "
        f"those who rated it 3 to 5, with a 95 % interval. Unrated ones are missing. {KNOWN_CUSTOMERS}",
        OPENING,
        ChurnRisk(),
    ),
    *(_escalation_rate(segment) for segment in SEGMENTS),
)
