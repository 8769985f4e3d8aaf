"""What people decide about a gap, each in a dialog on the gap's own page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from helpninja.common.actors import Actor
from helpninja.common.admin import MachineWrittenAdmin, dialog_done
from helpninja.common.errors import Conflict
from quality.actions import gaps
from quality.enums import LIVE_GAPS, GapStatus
from quality.forms.gaps import DismissForm, MergeForm, PlanForm, RenameForm, SplitForm


def _decision(
    name: str,
    icon: str,
    decide: Callable[..., Any],
    *,
    title: str,
    said: str,
    form: type = BaseDialogForm,
    description: str = "",
    of: str = "live",
    variant: ActionVariant = ActionVariant.DEFAULT,
) -> Any:
    """``decide`` gets what the form gives; ``said`` tells that it is done; ``of``: which gaps it is for."""
    dialog = {"title": title, "form_class": form, "form_submit_text": name}
    if description:
        dialog["description"] = description

    def step(self: Any, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        given = getattr(form, "given", {})
        return self.decide(request, object_id, said, decide, **given)

    step.__name__ = name.lower()
    return action(description=name, icon=icon, permissions=[of], variant=variant, dialog=dialog)(step)


class GapDecisions(MachineWrittenAdmin):
    """The steps of the gap's admin."""

    actions_detail = ("rename", "plan", "merge", "split", "dismiss", "reopen")

    rename = _decision(
        "Rename", "edit", gaps.rename_gap, title="What it is called", said="It is renamed.", form=RenameForm
    )
    plan = _decision(
        "Plan",
        "event",
        gaps.plan_gap,
        title="When is it to be closed?",
        description="It then stands on the pipeline board.",
        said="It is planned so.",
        form=PlanForm,
    )
    merge = _decision(
        "Merge",
        "merge",
        gaps.merge_gaps,
        title="Take in other gaps",
        description="Their questions become this gap's, and so do those that would have come to them.",
        said="They are merged.",
        form=MergeForm,
    )
    split = _decision(
        "Split",
        "call_split",
        gaps.split_gap,
        title="Make another gap of some questions",
        description="What is asked later goes to whichever of the two it resembles more.",
        said="This is the new gap.",
        form=SplitForm,
    )
    dismiss = _decision(
        "Dismiss",
        "block",
        gaps.dismiss_gap,
        title="Dismiss this gap?",
        description="What is asked later comes to it too, so it does not come back under another name.",
        said="It is dismissed.",
        form=DismissForm,
        variant=ActionVariant.DANGER,
    )
    reopen = _decision(
        "Reopen", "undo", gaps.reopen_gap, title="Reopen this gap?", said="It is open again.", of="dismissed"
    )

    def has_live_permission(self, request, object_id=None):
        return self._is(request, object_id, LIVE_GAPS)

    def has_dismissed_permission(self, request, object_id=None):
        return self._is(request, object_id, (GapStatus.DISMISSED,))

    def _is(self, request, object_id, statuses):
        if object_id is None or not self.has_view_permission(request):
            return False
        gap = self.get_object(request, str(object_id))
        return gap is not None and gap.status in statuses

    def decide(self, request, object_id, said, decide, **given):
        """Goes to the gap that the action gives, or back to this one with the reason why not."""
        gap = self.get_object(request, str(object_id))
        if gap is None:
            raise Http404
        try:
            gap = decide(gap=gap, **given, by=Actor.of_request(request), now=timezone.now())
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            messages.success(request, said)
        return dialog_done(reverse("admin:quality_knowledgegap_change", args=[gap.pk]))
