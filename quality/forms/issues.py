from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from quality.enums import IssueKind

MOST = 2000


class IssueForm(forms.Form):
    kind = forms.ChoiceField(choices=IssueKind, widget=forms.RadioSelect)
    note = forms.CharField(max_length=MOST, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class DoneForm(BaseDialogForm):
    answer = forms.CharField(
        label="What was done", max_length=MOST, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class RejectForm(BaseDialogForm):
    answer = forms.CharField(
        label="Why nothing is done", max_length=MOST, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
