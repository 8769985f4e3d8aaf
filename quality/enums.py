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


ARTICLE_MOVES: dict[str, tuple[ArticleStatus, ...]] = {
    ArticleStatus.DRAFT: (ArticleStatus.IN_REVIEW, ArticleStatus.PUBLISHED),
    ArticleStatus.IN_REVIEW: (ArticleStatus.PUBLISHED, ArticleStatus.DRAFT),
    ArticleStatus.PUBLISHED: (ArticleStatus.DRAFT, ArticleStatus.RETIRED),
    ArticleStatus.RETIRED: (ArticleStatus.PUBLISHED, ArticleStatus.DRAFT),
}


class IssueKind(models.TextChoices):
    OUTDATED = "outdated", "Outdated"
    INACCURATE = "inaccurate", "Inaccurate"
    UNCLEAR = "unclear", "Unclear"
    MISSING_EXAMPLE = "missing_example", "Missing example"
    FORMATTING = "formatting", "Formatting"


# As a list of work says it, of one article and of more: "12 articles need updates".
ISSUE_NEEDS = {
    IssueKind.OUTDATED: {"one": "needs an update", "many": "need updates"},
    IssueKind.INACCURATE: {"one": "has errors", "many": "have errors"},
    IssueKind.UNCLEAR: {"one": "needs simplification", "many": "need simplification"},
    IssueKind.MISSING_EXAMPLE: {"one": "needs examples", "many": "need examples"},
    IssueKind.FORMATTING: {"one": "needs restructuring", "many": "need restructuring"},
}


class IssueState(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    REJECTED = "rejected", "Rejected"


class Seeker(models.TextChoices):
    """Who searches, or is shown an article."""

    AGENT = "agent", "Agent"
    CUSTOMER = "customer", "Customer"
    BOT = "bot", "Bot"


class UseKind(models.TextChoices):
    SHOWN = "shown", "Shown to the customer"
    VIEWED = "viewed", "Viewed"
    USED = "used", "Used in a reply"
    HELPED = "helped", "Helped"


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


class Phase(models.IntegerChoices):
    """The parts of the monthly improvement process."""

    WEEK_1 = 1, "Week 1: Data Collection & Analysis"
    WEEK_2 = 2, "Week 2: Root Cause Analysis"
    WEEK_3 = 3, "Week 3: Solution Development"
    WEEK_4 = 4, "Week 4: Implementation & Training"
    CONTINUOUS = 5, "Continuous Monitoring"


class Repeats(models.TextChoices):
    """How often a task of the continuous monitoring comes again."""

    NOT = "", "Does not come again"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"


class CycleState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class InitiativeStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    ABANDONED = "abandoned", "Abandoned"


# To which statuses an initiative may go from each. What has begun has its state at the start and keeps it.
INITIATIVE_STEPS = {
    InitiativeStatus.PLANNED: (InitiativeStatus.RUNNING, InitiativeStatus.ABANDONED),
    InitiativeStatus.RUNNING: (InitiativeStatus.DONE, InitiativeStatus.ABANDONED),
    InitiativeStatus.DONE: (),
    InitiativeStatus.ABANDONED: (),
}
ENDED = (InitiativeStatus.DONE, InitiativeStatus.ABANDONED)


class TargetKind(models.TextChoices):
    """In what an initiative says how far it wants to come."""

    SHARE = "share", "Percent of all escalations, at most"
    COUNT = "count", "Escalations in 30 days, at most"
    REDUCTION = "reduction", "Percent fewer for each 1,000 conversations"


class Standing(models.TextChoices):
    """Of an initiative's measured effect against the expected one."""

    ON_TRACK = "on_track", "On track"
    BELOW = "below", "Below what was expected"
    NOT_YET = "not_yet", "Not yet measurable"


class TaskPage(models.TextChoices):
    """Where a task of a cycle is worked on."""

    REVIEWS = "reviews", "Reviews"
    GAPS = "gaps", "Knowledge gaps"
    ROOT_CAUSES = "root_causes", "Root causes"
    COACHING = "coaching", "Coaching"
    INITIATIVES = "initiatives", "Initiatives"
    FIGURES = "figures", "Figures"


class GapStatus(models.TextChoices):
    OPEN = "open", "Open"
    PLANNED = "planned", "Planned"
    DISMISSED = "dismissed", "Dismissed"
    MERGED = "merged", "Merged into another"


# What questions still come to; those of a dismissed one no longer count.
LIVE_GAPS = (GapStatus.OPEN, GapStatus.PLANNED)


class Lane(models.TextChoices):
    """When a planned gap is to be closed."""

    PRIORITY_1 = "priority_1", "Priority 1 (this month)"
    PRIORITY_2 = "priority_2", "Priority 2 (next month)"
    ONGOING = "ongoing", "Ongoing"


class QuestionSource(models.TextChoices):
    """How it is known that an answer was missing."""

    CONTENT_GAP = "content_gap", "Content gap"
    NOTED = "noted", "Agent noted what is missing"
    UNSURE = "unsure", "AI was unsure or failed"
    SEARCH = "search", "Search without a hit"


# Escalations that an article would have prevented, as whoever handled them or the rule says.
MISSING_CONTENT = (QuestionSource.CONTENT_GAP, QuestionSource.NOTED)


class ReviewCycleState(models.TextChoices):
    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    CLOSED = "closed", "Closed"


class Recurrence(models.TextChoices):
    ONCE = "once", "Once"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class SamplingMethod(models.TextChoices):
    RANDOM = "random", "At random"
    STRATIFIED = "stratified", "By topic and tier, each as its share"
    RISK = "risk", "By risk, the risky more likely"


class AssignmentState(models.TextChoices):
    OPEN = "open", "Open"
    STARTED = "started", "In progress"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Skipped"


class Hint(models.TextChoices):
    """What the automatic hints look at in a transcript."""

    ACKNOWLEDGED = "acknowledged", "The first reply acknowledges the request"
    NOT_REPEATED = "not_repeated", "The customer need not say again what was said"
    SUMMARY_USED = "summary_used", "The handoff's summary is used"
    EMPATHY = "empathy", "Empathy after frustration"
    CONFIRMED = "confirmed", "Confirmation before closing"
    FOLLOW_UP = "follow_up", "A follow-up is promised"
    ANSWERED = "answered", "No question is left unanswered"
    TONE = "tone", "Tone"


class HintVerdict(models.TextChoices):
    OK = "ok", "OK"
    NOT_OK = "not_ok", "Look here"
    NOT_APPLICABLE = "n/a", "Not applicable"


class PlanState(models.TextChoices):
    """Of a coaching plan."""

    PROPOSED = "proposed", "Proposed"
    ACTIVE = "active", "Active"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


OPEN_PLAN_STATES = (PlanState.PROPOSED, PlanState.ACTIVE)
# To which states a plan may go from each.
PLAN_STEPS = {
    PlanState.PROPOSED: {PlanState.ACTIVE, PlanState.DROPPED},
    PlanState.ACTIVE: {PlanState.DONE, PlanState.DROPPED},
    PlanState.DONE: set(),
    PlanState.DROPPED: set(),
}


class CoachingKind(models.TextChoices):
    TRAINING = "training", "Training"
    SHADOWING = "shadowing", "Shadowing"
    PRACTICE = "practice", "Practice"
    WORKSHOP = "workshop", "Workshop"
    MENTORING = "mentoring", "Mentoring pair"
    REVIEW = "review", "Review and planning"


class GoalMetric(models.TextChoices):
    """What a goal of a coaching plan may be measured by; each is of the agent's last 30 days."""

    QUALITY = "quality", "Quality score"
    CRITERION = "criterion", "One criterion, of 100"
    CSAT = "csat", "Satisfaction (CSAT)"
    RESPONSE_TIME = "response_time", "First response time"
    FIRST_CONTACT = "first_contact", "First contact resolution"
    LASTING = "lasting", "Resolved for good"
