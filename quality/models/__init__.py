from quality.models.article import Article
from quality.models.improvement import CycleTask, CycleTemplate, ImprovementCycle, TemplateTask
from quality.models.initiative import Initiative, InitiativeStep
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

__all__ = [
    "Answer",
    "Article",
    "Criterion",
    "CycleTask",
    "CycleTemplate",
    "Dispute",
    "ImprovementCycle",
    "Initiative",
    "InitiativeStep",
    "Remark",
    "Review",
    "ReviewQuerySet",
    "ReviewVersion",
    "RootCause",
    "Rubric",
    "RubricCategory",
    "RubricTopic",
    "RubricVersion",
    "ScoreBand",
    "TemplateTask",
]
