from quality.models.article import Article
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
    "Dispute",
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
]
