"""What the steps of a review take in."""

from typing import Any

from rest_framework import serializers

from helpninja.common.api.serializers import StrictSerializer
from quality.actions.review_answers import Draft, Noted, Said
from quality.enums import DisputeState, RemarkKind, Verdict

MAX_TEXT = 5000


class AnswerInput(StrictSerializer):
    band = serializers.CharField(max_length=80, allow_blank=True, default="")
    points = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True, default=None)
    na = serializers.BooleanField(default=False)
    verdict = serializers.ChoiceField(choices=Verdict.choices, allow_blank=True, default="")
    text = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, default="")
    note = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, default="")
    overruled = serializers.CharField(max_length=300, allow_blank=True, default="")


class RemarkInput(StrictSerializer):
    kind = serializers.ChoiceField(choices=RemarkKind.choices)
    text = serializers.CharField(max_length=1000)
    message = serializers.CharField(max_length=30, allow_blank=True, default="")
    key = serializers.CharField(max_length=60, allow_blank=True, default="")


class ReviewDraftInput(StrictSerializer):
    """Everything, as it replaces what was said before; ``version`` is the one that it goes on from."""

    version = serializers.IntegerField(min_value=1)
    answers = serializers.DictField(child=AnswerInput())
    remarks = serializers.ListField(child=RemarkInput(), max_length=200, default=list)
    summary = serializers.CharField(max_length=MAX_TEXT, allow_blank=True, default="")
    root_causes = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=50, default=list)


class WhyInput(StrictSerializer):
    why = serializers.CharField(max_length=300)


class DisputeInput(StrictSerializer):
    key = serializers.CharField(max_length=60, allow_blank=True, default="")
    text = serializers.CharField(max_length=MAX_TEXT)


class DecisionInput(StrictSerializer):
    """``answers`` replace the reviewer's, where the score is changed."""

    outcome = serializers.ChoiceField(choices=[one for one in DisputeState.choices if one[0] != DisputeState.OPEN])
    decision = serializers.CharField(max_length=MAX_TEXT)
    answers = serializers.DictField(child=AnswerInput(), default=dict)


def said(answers: dict[str, dict[str, Any]]) -> dict[str, Said]:
    return {key: Said(**answer) for key, answer in answers.items()}


def draft_of(data: dict[str, Any]) -> Draft:
    remarks = tuple(Noted(**{**one, "kind": RemarkKind(one["kind"])}) for one in data["remarks"])
    return Draft(said(data["answers"]), remarks, data["summary"], frozenset(data["root_causes"]))
