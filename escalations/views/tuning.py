"""At which confidence to hand over: history, swept. Inside the admin's frame."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from escalations.actions.tuning import Gathered, draft_below, gather
from escalations.decisions.tuning import ENOUGH, Calibration, OfIntent, Point, by_intent, calibrate, sweep
from escalations.forms.trials import DraftForm, WindowForm
from escalations.policy import RULE_LEADERS
from escalations.views.findings import share
from escalations.views.rules import actor_for, teams_of
from helpninja.common.actors import Actor

# Of the intents, the most frequent.
INTENTS_SHOWN = 30
DEFAULT_THRESHOLD = 0.4


@require_http_methods(["GET", "POST"])
def tune(request: HttpRequest) -> HttpResponse:
    """A POST makes a draft rule from the point of the curve that it names."""
    actor = actor_for(request, RULE_LEADERS)
    if request.method == "POST":
        return _drafted(request, actor)
    form = WindowForm(request.GET)
    context = {
        **admin.site.each_context(request),
        "title": "Threshold tuning",
        "form": form,
    }
    if form.is_valid():
        context |= _curves(form, actor, _threshold(request.GET.get("at")), timezone.now())
    status = 400 if form.errors else 200
    return TemplateResponse(request, "escalations/rules/tuning.html", context, status=status)


def _drafted(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = DraftForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a point of the curve: a threshold above 0, and at most 1.")
        return HttpResponseRedirect(reverse("rules:tuning"))
    rule = draft_below(threshold=form.cleaned_data["threshold"], by=actor, now=timezone.now())
    messages.success(
        request, "This draft is not active yet: try it, back-test it, and switch it on when it is right."
    )
    return HttpResponseRedirect(reverse("admin:escalations_triggerrule_change", args=[rule.pk]))


def _threshold(text: str | None) -> float:
    form = DraftForm({"threshold": text})
    return form.cleaned_data["threshold"] if form.is_valid() else DEFAULT_THRESHOLD


def _curves(form: WindowForm, actor: Actor, threshold: float, now: datetime) -> dict[str, Any]:
    start, end = form.window_at(now)
    teams = frozenset(teams_of(actor).values_list("pk", flat=True))
    gathered = gather(start=start, end=end, teams=teams, now=now)
    points, calibration = sweep(gathered.pasts), calibrate(gathered.pasts)
    intents = by_intent(gathered.pasts, (threshold,))
    return {
        "n": f"{len(gathered.pasts):,}",
        "counts": _counts(gathered),
        "threshold": f"{threshold:g}",
        "points": [_point(point) for point in points],
        "calibration": _calibration(calibration),
        "intents": [_intent(one) for one in intents[:INTENTS_SHOWN]],
        "more_intents": max(0, len(intents) - INTENTS_SHOWN),
        "enough": ENOUGH,
        "charts": {"sweep": _sweep_chart(points), "calibration": _calibration_chart(calibration)},
    }


def _counts(gathered: Gathered) -> list[dict[str, str]]:
    needed = sum(past.needed is True for past in gathered.pasts)
    unneeded = sum(past.needed is False for past in gathered.pasts)
    unknown = len(gathered.pasts) - needed - unneeded
    return [
        {"label": label, "value": f"{value:,}", "note": note}
        for label, value, note in (
            ("Conversations", len(gathered.pasts), f"{gathered.without:,} more without a confidence, left out"),
            (
                "A person was needed",
                needed,
                "Judged so by an agent; or reopened, or rated 1 or 2, with the AI alone",
            ),
            (
                "No person was needed",
                unneeded,
                "Judged so by an agent; or closed by the AI 7 days ago and not reopened",
            ),
            ("Not known", unknown, "Counted in the escalation rate, left out of precision and recall"),
        )
    ]


def _point(point: Point) -> dict[str, Any]:
    return {
        "threshold": f"{point.threshold:g}",
        "rate": share(point.over, point.n),
        "rate_n": f"{point.over:,} of {point.n:,}",
        "precision": share(point.right, point.right + point.wrong),
        "precision_n": f"{point.right:,} of {point.right + point.wrong:,}",
        "recall": share(point.right, point.right + point.missed),
        "recall_n": f"{point.right:,} of {point.right + point.missed:,}",
    }


def _calibration(calibration: Calibration) -> dict[str, Any]:
    return {
        "ece": None if calibration.ece is None else f"{calibration.ece:.3f}",
        "n": f"{calibration.n:,}",
        "missing": f"{calibration.missing:,}",
        "bins": [
            {
                "range": f"{one.low:.1f} – {one.high:.1f}",
                "n": f"{one.n:,}",
                "confidence": "–" if one.confidence is None else f"{one.confidence:.3f}",
                "accuracy": "–" if one.accuracy is None else f"{100 * one.accuracy:.1f}%",
            }
            for one in calibration.bins
        ],
    }


def _intent(of_intent: OfIntent) -> dict[str, Any]:
    shown = {
        "intent": of_intent.intent or "No intent given",
        "n": f"{of_intent.n:,}",
        "judged": f"{of_intent.judged:,}",
        "point": _point(of_intent.points[0]) if of_intent.points else None,
    }
    if of_intent.calibration is not None and of_intent.calibration.ece is not None:
        shown["ece"] = f"{of_intent.calibration.ece:.3f}"
    return shown


def _sweep_chart(points: list[Point]) -> dict[str, Any]:
    return {
        "type": "line",
        "percent": True,
        "labels": [f"{point.threshold:g}" for point in points],
        "x": "Threshold: hand over when the AI's confidence is below",
        "y": "Share (%)",
        "datasets": [
            {"label": "Escalation rate", "color": "base", "data": [point.rate for point in points]},
            {"label": "Precision", "color": "primary", "data": [point.precision for point in points]},
            {"label": "Recall", "color": "orange", "data": [point.recall for point in points]},
        ],
        "notes": [f"n = {point.n:,}; judged {point.right + point.wrong:,} handed over" for point in points],
    }


def _calibration_chart(calibration: Calibration) -> dict[str, Any]:
    return {
        "type": "bar",
        "percent": True,
        "labels": [f"{one.low:.1f}–{one.high:.1f}" for one in calibration.bins],
        "x": "The AI's confidence in its last answer (bins of 0.1)",
        "y": "No person needed (%)",
        "datasets": [
            {"label": "In fact", "color": "primary", "data": [one.accuracy for one in calibration.bins]},
            {
                "label": "If it were calibrated",
                "color": "orange",
                "type": "line",
                "dashed": True,
                "data": [
                    (one.low + one.high) / 2 if one.confidence is None else one.confidence
                    for one in calibration.bins
                ],
            },
        ],
        "notes": [f"n = {one.n:,}" for one in calibration.bins],
    }
