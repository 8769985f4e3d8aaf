"""The rubric's form, and its criteria as people write them."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from escalations.enums import Tier
from quality.enums import CriterionKind
from quality.forms.bands import BandsField
from quality.models import Criterion, Rubric

SCALE_HELP = "One band a line: points, name and, where the data scores it, when in brackets."


class ListedField(forms.CharField):
    """A list of texts, typed with commas between them."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [one.strip() for one in (super().to_python(value) or "").split(",") if one.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class RubricForm(forms.ModelForm):  # type: ignore[type-arg]
    tiers = forms.MultipleChoiceField(
        choices=Tier.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen: all.",
    )
    channels = ListedField(required=False, help_text="Such as web, e-mail, with commas between them. Empty: all.")

    class Meta:
        model = Rubric
        fields = ("name", "active", "order", "tiers", "channels", "dispute_days")


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    bands = BandsField(
        label="scale",
        required=False,
        max_length=10_000,
        help_text=SCALE_HELP,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )

    class Meta:
        model = Criterion
        fields = ("key", "name", "help", "category", "kind", "weight", "measure", "na_allowed", "order", "bands")


class CriteriaFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Refuses criteria that the rubric could not be scored by, beside the form instead of at its publication."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        scored = [data for data in kept if data.get("kind") == CriterionKind.SCORED]
        if not scored:
            raise forms.ValidationError("A rubric needs at least one scored criterion.")
        known = self._categories()
        lost = [data["name"] for data in scored if data["category"] not in known]
        if lost:
            names = ", ".join(sorted(known)) or "none"
            raise forms.ValidationError(f"In no category of the rubric ({names}): {', '.join(lost)}.")

    def _categories(self) -> set[str]:
        """Of the same form, which are saved only after all of it is valid."""
        posted, prefix = self.data, "categories"
        count = posted.get(f"{prefix}-TOTAL_FORMS", "0")
        numbers = range(int(count) if count.isdecimal() and len(count) < 5 else 0)
        return {
            posted.get(f"{prefix}-{n}-name", "").strip() for n in numbers if not posted.get(f"{prefix}-{n}-DELETE")
        } - {""}
