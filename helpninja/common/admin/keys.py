from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from helpninja.common.actions import issue_key, revoke_key
from helpninja.common.actors import Actor
from helpninja.common.admin.dialogs import dialog_done
from helpninja.common.admin.policy import ADMINS, PolicyAdmin
from helpninja.common.admin.secrets import SecretOnceMixin, secret_page
from helpninja.common.api.authentication import forget_keys
from helpninja.common.errors import Conflict
from helpninja.common.models import ApiKey
from helpninja.common.roles import Scope


class ApiKeyForm(forms.ModelForm):
    """Scopes are ticked, each with what it allows."""

    scopes = forms.MultipleChoiceField(
        choices=[(s.value, f"{s.value}: {s.label}") for s in Scope], widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "source")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if ApiKey.objects.usable().filter(name=name).exists():
            raise forms.ValidationError("A key of this name is in use.")
        return name


@admin.register(ApiKey)
class ApiKeyAdmin(SecretOnceMixin, PolicyAdmin):
    """Keys are made and revoked, never changed: what a program was given stays what it was."""

    adders = ADMINS
    audited_by_actions = True

    # List
    list_display = ("name", "shown_prefix", "shown_scopes", "source", "created_at", "state")
    search_fields = ("name", "prefix", "source")
    ordering = ("revoked_at", "name")

    # Form
    form = ApiKeyForm
    fieldsets = ((None, {"fields": ("name", "scopes", "source")}),)
    readonly_fields = ("shown_prefix", "shown_scopes", "created_at", "revoked_at")

    # Actions
    actions = None
    actions_detail = ("revoke",)

    @display(description="key", ordering="prefix")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"hn_{key.prefix}_…"

    @display(description="scopes")
    def shown_scopes(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @display(description="state", label={"in use": "success", "revoked": "danger"}, ordering="revoked_at")
    def state(self, key: ApiKey) -> str:
        return "revoked" if key.revoked_at else "in use"

    def get_fieldsets(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return self.fieldsets
        return (
            (None, {"fields": ("name", "shown_prefix", "shown_scopes", "source", "created_at", "revoked_at")}),
        )

    def save_form(self, request: HttpRequest, form: ApiKeyForm, change: bool) -> ApiKey:
        """The action makes the key; its text lives in the request until the answer."""
        form.save(commit=False)
        by, now = Actor.of_request(request), timezone.now()
        key, request.issued_key = issue_key(**form.cleaned_data, by=by, now=now)  # type: ignore[attr-defined]
        return key

    def save_model(self, request: HttpRequest, obj: ApiKey, form: ApiKeyForm, change: bool) -> None:
        """``save_form`` has saved it."""

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        return secret_page(
            self,
            request,
            title=f"The key “{obj.name}”",
            label="API key",
            secret=request.issued_key,  # type: ignore[attr-defined]
            usage="Send it as the header: Authorization: Bearer <key>",
        )

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if object_id is None or not self.has_add_permission(request):
            return False
        key = self.get_object(request, str(object_id))
        return key is not None and key.revoked_at is None

    @action(
        description="Revoke",
        icon="key_off",
        variant=ActionVariant.DANGER,
        permissions=["revoke"],
        dialog={
            "title": "Revoke this key?",
            "description": "Whatever uses it is refused within a second. This can't be taken back.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Revoke",
        },
    )
    def revoke(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        key = self.get_queryset(request).get(pk=object_id)
        try:
            revoke_key(key=key, by=Actor.of_request(request), now=timezone.now())
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            forget_keys()
            messages.success(request, f"The key “{key.name}” is revoked.")
        return dialog_done(reverse("admin:common_apikey_changelist"))
