"""What people fill in to decide about a gap; each parses, the actions decide."""

from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from agents.models import Agent
from helpninja.common.actors import Actor
from quality.enums import Lane
from quality.models import GapQuestion, KnowledgeGap
from quality.models.gap import MAX_NAME

# Beyond so many a list to tick is of no use.
OFFERED_AT_MOST = 100


class GapDialogForm(BaseDialogForm):
    """``gap`` is the one that the dialog is of, as far as the actor sees it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = Actor.of_request(self.request)
        self.gap = KnowledgeGap.objects.visible_to(self.actor).filter(pk=self.object_id).first()
        self.prepare()

    def prepare(self):
        """Fills in what the fields offer."""

    @property
    def given(self):
        """As the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "_form_submitted"}


class RenameForm(GapDialogForm):
    name = forms.CharField(max_length=MAX_NAME, widget=UnfoldAdminTextInputWidget)

    def prepare(self):
        self.fields["name"].initial = self.gap and self.gap.name


class MergeForm(GapDialogForm):
    others = forms.ModelMultipleChoiceField(
        KnowledgeGap.objects.none(), label="Gaps to take in", widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    def prepare(self):
        """Those of its own topic first."""
        others = KnowledgeGap.objects.visible_to(self.actor).live().exclude(pk=self.object_id)
        if self.gap and self.gap.topic_id:
            same = others.filter(topic=self.gap.topic_id)
            rest = others.exclude(topic=self.gap.topic_id)
            ids = [*same.values_list("pk", flat=True), *rest.values_list("pk", flat=True)]
        else:
            ids = list(others.values_list("pk", flat=True))
        self.fields["others"].queryset = others.filter(pk__in=ids[:OFFERED_AT_MOST])


class SplitForm(GapDialogForm):
    name = forms.CharField(label="Name of the new gap", max_length=MAX_NAME, widget=UnfoldAdminTextInputWidget)
    questions = forms.ModelMultipleChoiceField(
        GapQuestion.objects.none(), label="Its questions", widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    def prepare(self):
        """The least typical first: they are the likeliest to belong elsewhere."""
        asked = GapQuestion.objects.visible_to(self.actor).filter(gap=self.object_id).order_by("fit", "id")
        ids = list(asked.values_list("pk", flat=True)[:OFFERED_AT_MOST])
        self.fields["questions"].queryset = GapQuestion.objects.filter(pk__in=ids).order_by("fit", "id")


class DismissForm(GapDialogForm):
    because = forms.CharField(label="Why", max_length=300, widget=UnfoldAdminTextInputWidget)


class PlanForm(GapDialogForm):
    lane = forms.ChoiceField(
        label="When",
        choices=[("", "Not on the board"), *Lane.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    owner = forms.ModelChoiceField(Agent.objects.none(), required=False, widget=UnfoldAdminSelectWidget)
    due = forms.DateField(required=False, widget=UnfoldAdminSingleDateWidget)

    def prepare(self):
        self.fields["owner"].queryset = Agent.objects.active().order_by("name")
        if self.gap:
            self.initial = {"lane": self.gap.lane, "owner": self.gap.owner_id, "due": self.gap.due}


class BoardForm(forms.Form):
    """Where a gap stands on the board; what is left out stays as it is."""

    lane = forms.ChoiceField(label="When", choices=[("", "Off the board"), *Lane.choices], required=False)


class AddForm(forms.Form):
    """Something to write that no question has asked for."""

    name = forms.CharField(label="What is to be written", max_length=MAX_NAME)
    lane = forms.ChoiceField(label="When", choices=Lane.choices)
    owner = forms.ModelChoiceField(Agent.objects.none(), required=False, empty_label="Nobody yet")
    due = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Agent.objects.active().order_by("name")
