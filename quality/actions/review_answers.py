"""What a review says: the answers and remarks that a draft gives, as rows, and what they score."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from escalations.models import Escalation, Message, Rating
from quality.decisions.measuring import Facts, Measured, measure
from quality.decisions.rubrics import Criterion, Definition
from quality.decisions.scoring import Given, Scored, score
from quality.enums import CriterionKind, RemarkKind
from quality.models import Answer, Remark, Review, RootCause


@dataclass(frozen=True)
class Said:
    """What a reviewer says of one criterion; a band without points stands for its own points."""

    band: str = ""
    points: Decimal | None = None
    na: bool = False
    verdict: str = ""
    text: str = ""
    note: str = ""
    overruled: str = ""


@dataclass(frozen=True)
class Noted:
    """``message`` is the public id of one of the conversation's; empty for a remark on the whole."""

    kind: RemarkKind
    text: str
    message: str = ""
    key: str = ""


@dataclass(frozen=True)
class Draft:
    """All that a reviewer has said so far: it replaces what was said before."""

    answers: Mapping[str, Said]
    remarks: tuple[Noted, ...] = ()
    summary: str = ""
    root_causes: frozenset[int] = field(default_factory=frozenset)


def content_of(review: Review) -> dict[str, Any]:
    """All that it says, as JSON: what a version keeps and shows."""
    return {
        "total": None if review.total is None else float(review.total),
        "auto_failed": review.auto_failed,
        "summary": review.summary,
        "root_causes": [cause.name for cause in review.root_causes.all()],
        "answers": [
            {
                "key": one.key,
                "name": one.name,
                "band": one.band,
                "points": None if one.points is None else float(one.points),
                "of_points": float(one.of_points),
                "na": one.na,
                "verdict": one.verdict,
                "text": one.text,
                "note": one.note,
                "overruled": one.overruled,
            }
            for one in review.answers.all()
        ],
        "remarks": [
            {
                "kind": one.kind,
                "text": one.text,
                "key": one.key,
                "message": one.message.public_id if one.message else "",
            }
            for one in review.remarks.select_related("message")
        ],
    }


def definition_of(review: Review) -> Definition:
    return Definition.from_json(review.rubric_version.definition)


def facts_of(escalation: Escalation) -> Facts:
    csat = Rating.objects.filter(escalation=escalation).values_list("csat", flat=True).first()
    return Facts(
        response_seconds=escalation.first_response_seconds, resolution_quality=escalation.quality, csat=csat
    )


def measured_answers(definition: Definition, facts: Facts) -> dict[str, Said]:
    """What the data says; a criterion of which it says nothing, and which may be N/A, is N/A."""
    found = {one: measured for one in definition.criteria if (measured := measure(one, facts))}
    return {
        one.key: Said(band=measured.band.name) if measured.band else Said(na=True, note=measured.text)
        for one, measured in found.items()
        if measured.band or one.na_allowed
    }


def scored_of(review: Review) -> Scored:
    """From the stored answers."""
    return _scored(definition_of(review), review.answers.all())


def rescore(*, review: Review) -> None:
    """Sets the total, and what each answer gave to it, by what the stored answers say."""
    answers = list(review.answers.all())
    _take_scores(review, definition_of(review), answers)
    Answer.objects.bulk_update(answers, ["score", "possible"])


def _scored(definition: Definition, answers: Iterable[Answer]) -> Scored:
    given = {one.key: Given(points=one.points, na=one.na, verdict=one.verdict, text=one.text) for one in answers}
    return score(definition, given)


def _take_scores(review: Review, definition: Definition, answers: list[Answer]) -> None:
    """To the review and the answers, neither of them saved."""
    scored = _scored(definition, answers)
    review.total, review.auto_failed = scored.total, scored.auto_failed
    for answer in answers:
        part = scored.parts.get(answer.key)
        answer.score, answer.possible = (part.score, part.possible) if part else (None, None)


def write_draft(review: Review, definition: Definition, draft: Draft) -> None:
    """Answers, remarks and the rest instead of what there was; the caller saves the review's own row."""
    facts = facts_of(review.escalation)
    unknown = sorted(set(draft.answers) - set(definition.by_key))
    if unknown:
        raise ValidationError({"answers": f"The rubric has no {', '.join(unknown)}."})
    answers = _answers(review, definition, draft, facts)
    _take_scores(review, definition, answers)
    review.answers.all().delete()
    Answer.objects.bulk_create(answers)
    _remark(review, definition, draft.remarks)
    review.summary = draft.summary
    causes = RootCause.objects.filter(pk__in=draft.root_causes)
    if len(causes) < len(draft.root_causes):
        raise ValidationError({"root_causes": "One of the root causes is unknown."})
    review.root_causes.set(causes)


def _answers(review: Review, definition: Definition, draft: Draft, facts: Facts) -> list[Answer]:
    """Not saved. Raises one ValidationError with all that is wrong, each by its criterion."""
    answers: list[Answer] = []
    wrong: dict[str, list[str]] = {}
    for order, one in enumerate(definition.criteria, start=1):
        try:
            answers.append(answer_of(review, order, one, draft.answers.get(one.key, Said()), measure(one, facts)))
        except ValidationError as error:
            wrong |= error.message_dict
    if wrong:
        raise ValidationError(wrong)
    return answers


def answer_of(review: Review, order: int, criterion: Criterion, said: Said, measured: Measured | None) -> Answer:
    """The row, not saved. Raises ValidationError naming ``answers.<key>``."""
    points, band = _points(criterion, said)
    expected = measured.points if measured else None
    if expected is not None and (points != expected) and not said.overruled.strip():
        raise _wrong(criterion, f"{criterion.name}: say why the data is overruled.")
    if said.na and not criterion.na_allowed:
        raise _wrong(criterion, f"{criterion.name} can't be N/A.")
    return Answer(
        review=review,
        key=criterion.key,
        category=criterion.category,
        name=criterion.name,
        kind=criterion.kind,
        order=order,
        band=band,
        points=points,
        of_points=criterion.of_points,
        na=said.na,
        verdict=said.verdict if criterion.kind == CriterionKind.AUTO_FAIL and not said.na else "",
        text=said.text,
        note=said.note,
        measured_points=expected,
        evidence=measured.text if measured else "",
        overruled=said.overruled if expected is not None and points != expected else "",
    )


def _points(criterion: Criterion, said: Said) -> tuple[Decimal | None, str]:
    """The points with the band that they reach; of an unscored criterion the chosen band alone."""
    if said.na:
        return None, ""
    chosen = criterion.band_named(said.band) if said.band else None
    if said.band and chosen is None:
        raise _wrong(criterion, f"{criterion.name} has no band “{said.band}”.")
    if criterion.kind not in (CriterionKind.SCORED, CriterionKind.BONUS):
        return None, said.band
    points = said.points if said.points is not None else chosen.points if chosen else None
    if points is None:
        return None, ""
    if not 0 <= points <= criterion.of_points:
        raise _wrong(criterion, f"{criterion.name}: 0 to {criterion.of_points:g} points.")
    reached = criterion.band_at(points)
    return points, reached.name if reached else ""


def _wrong(criterion: Criterion, message: str) -> ValidationError:
    return ValidationError({f"answers.{criterion.key}": message})


def _remark(review: Review, definition: Definition, remarks: tuple[Noted, ...]) -> None:
    if unknown := {one.key for one in remarks if one.key} - set(definition.by_key):
        raise ValidationError({"remarks": f"The rubric has no {', '.join(sorted(unknown))}."})
    named = {one.message for one in remarks if one.message}
    messages = dict(
        Message.objects.filter(conversation=review.escalation.conversation_id, public_id__in=named).values_list(
            "public_id", "pk"
        )
    )
    if len(messages) < len(named):
        raise ValidationError({"remarks": "A remark is at a message that the conversation doesn't have."})
    review.remarks.all().delete()
    Remark.objects.bulk_create(
        Remark(review=review, kind=one.kind, text=one.text, key=one.key, message_id=messages.get(one.message))
        for one in remarks
    )
