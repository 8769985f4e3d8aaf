from quality.models.article import Article, ArticleQuerySet
from quality.models.article_issue import ArticleIssue
from quality.models.article_use import ArticleSearch, ArticleSearchQuerySet, ArticleUse
from quality.models.calibration import CalibrationSeat, CalibrationSession
from quality.models.coaching import (
    COACHES,
    CoachingAction,
    CoachingAnswer,
    CoachingGoal,
    CoachingPlan,
    CoachingReason,
    CoachingSession,
)
from quality.models.cycle import CycleReviewer, ReviewAssignment, ReviewCycle
from quality.models.gap import GapQuestion, GroupingRun, KnowledgeGap
from quality.models.improvement import CycleTask, CycleTemplate, ImprovementCycle, TemplateTask
from quality.models.initiative import Initiative, InitiativeStep
from quality.models.likeness import NearDuplicate
from quality.models.prescore import PreScore
from quality.models.review import (
    Answer,
    Dispute,
    Remark,
    Review,
    ReviewQuerySet,
    ReviewVersion,
    RootCause,
)
from quality.models.rubric import Criterion, Rubric, RubricCategory, RubricTopic, RubricVersion, ScoreBand
from quality.models.search_index import Posting, Term, TermForm

__all__ = [
    "COACHES",
    "Answer",
    "Article",
    "ArticleIssue",
    "ArticleQuerySet",
    "ArticleSearch",
    "ArticleSearchQuerySet",
    "ArticleUse",
    "CalibrationSeat",
    "CalibrationSession",
    "CoachingAction",
    "CoachingAnswer",
    "CoachingGoal",
    "CoachingPlan",
    "CoachingReason",
    "CoachingSession",
    "Criterion",
    "CycleReviewer",
    "CycleTask",
    "CycleTemplate",
    "Dispute",
    "GapQuestion",
    "GroupingRun",
    "ImprovementCycle",
    "Initiative",
    "InitiativeStep",
    "KnowledgeGap",
    "NearDuplicate",
    "Posting",
    "PreScore",
    "Remark",
    "Review",
    "ReviewAssignment",
    "ReviewCycle",
    "ReviewQuerySet",
    "ReviewVersion",
    "RootCause",
    "Rubric",
    "RubricCategory",
    "RubricTopic",
    "RubricVersion",
    "ScoreBand",
    "TemplateTask",
    "Term",
    "TermForm",
]
