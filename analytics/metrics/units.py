"""What a metric's number is of."""

from enum import Enum


class Unit(Enum):
    """What a number is a number of. The values are part of the API."""

    COUNT = "count"
    RATE = "rate"  # 0 to 1, read as percent
    SECONDS = "seconds"
    MONEY = "usd"
    SCORE = "score_1_to_5"
    CONFIDENCE = "confidence_0_to_1"
    PER_ESCALATION = "messages_per_escalation"
    HOUR = "hour_of_day"
    POINTS = "points_of_100"
    NET = "net_score_-100_to_100"
    CHANGE = "relative_change"  # 0.12 is 12 percent more
    RATIO = "ratio"  # so many times as much
    SCORE_STEP = "score_per_step"  # of a rating, for each 1 of something else
