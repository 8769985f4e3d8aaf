"""The vocabulary of quality: articles, rubrics and reviews, with their states."""

from django.db import models


class Audience(models.TextChoices):
    CUSTOMERS = "customers", "Customers"
    AGENTS = "agents", "Agents"
    BOTH = "both", "Customers and agents"


# Whose articles a reader of each kind may be shown.
FOR_CUSTOMERS = (Audience.CUSTOMERS, Audience.BOTH)


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class CriterionKind(models.TextChoices):
    SCORED = "scored", "Scored"
    BONUS = "bonus", "Bonus: adds its points to the total"
    AUTO_FAIL = "auto_fail", "Auto-fail: the whole score is 0"
    QUESTION = "question", "Question without a score"


class Measure(models.TextChoices):
    """What scores a criterion from the data; the reviewer may overrule it with a reason."""

    RESPONSE_TIME = "response_time", "First response time, in seconds"
    FIRST_CONTACT = "first_contact", "How it was resolved"
    SATISFACTION = "satisfaction", "The customer's rating, 1 to 5"


class Verdict(models.TextChoices):
    """Of an auto-fail criterion."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"


class ReviewKind(models.TextChoices):
    SCORED = "scored", "Review"
    CALIBRATION = "calibration", "Calibration"
    SECOND = "second", "Review of a review"


class ReviewState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    PUBLISHED = "published", "Published"
    VOIDED = "voided", "Voided"


# To which states a review may go from each.
REVIEW_STEPS = {
    ReviewState.DRAFT: {ReviewState.SUBMITTED, ReviewState.VOIDED},
    ReviewState.SUBMITTED: {ReviewState.DRAFT, ReviewState.PUBLISHED, ReviewState.VOIDED},
    ReviewState.PUBLISHED: {ReviewState.VOIDED},
    ReviewState.VOIDED: set(),
}


class ReviewChange(models.TextChoices):
    """Why a version of a review was kept."""

    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned to the reviewer"
    PUBLISHED = "published", "Published"
    CHANGED = "changed", "Changed after a dispute"
    VOIDED = "voided", "Voided"


class RemarkKind(models.TextChoices):
    WENT_WELL = "went_well", "Went well"
    TO_IMPROVE = "to_improve", "To improve"


class DisputeState(models.TextChoices):
    OPEN = "open", "Open"
    UPHELD = "upheld", "Upheld: the score stands"
    CHANGED = "changed", "Score changed"
    VOIDED = "voided", "Review voided"
