"""Pages that show a secret once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin


class SecretOnceMixin:
    """For what has a secret: saving a new one must end on the page that shows it, with no other way out."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        ways_out = {} if object_id else {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(  # type: ignore[misc]
            request, object_id, form_url, {**ways_out, **(extra_context or {})}
        )


def secret_page(
    model_admin: ModelAdmin, request: HttpRequest, *, title: str, label: str, secret: str, usage: str
) -> HttpResponse:
    """The only answer that ever holds the secret; it is kept by no browser cache."""
    opts = model_admin.opts
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": opts,
        "label": label,
        "secret": secret,
        "usage": usage,
        "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
    return TemplateResponse(request, "admin/secret.html", context, headers={"Cache-Control": "no-store"})
