"""Exports and imports: the list's own scope and filters, by leaders and admins, each one in the audit.

A resource says which columns there are. It knows its actor: the file holds what the screen shows.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from import_export import resources
from import_export.admin import ImportMixin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from helpninja.common.actions import record_many
from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS
from helpninja.common.parsing import Refused, check_text
from helpninja.common.spreadsheets import escape_cell, unescape_cell

# Above it the file would be built in the memory of a web process for too long.
MAX_EXPORT_ROWS = 50_000
MAX_IMPORT_BYTES = 5 * 1024 * 1024


class ActorResource(resources.ModelResource):
    """Imports and exports as one actor, of what that one may see."""

    def __init__(self, *, actor: Actor, visible: Any, **kwargs: Any) -> None:
        """``visible``: the rows that the actor may know of."""
        super().__init__(**kwargs)
        self.actor, self.visible = actor, visible

    def get_queryset(self) -> Any:
        """Whom an import may change."""
        return self.visible

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        return escape_cell(super().export_field(field, instance, **kwargs))

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        for name, text in row.items():
            if isinstance(text, str):
                try:
                    check_text(text, name)
                except Refused as refused:
                    raise ValueError(f"{name}: {refused}") from refused
                row[name] = unescape_cell(text)


class AuditedExportMixin:
    """Who exported what is kept in the audit, with the number of rows."""

    # From the admin's classes that come after it.
    opts: Any
    model: Any
    get_queryset: Callable[..., Any]
    has_view_permission: Callable[..., bool]
    has_change_permission: Callable[..., bool]

    export_form_class = ExportForm
    export_formats = (CSV, XLSX)

    def has_export_permission(self, request: Any) -> bool:
        return Actor.of_request(request).is_any(*LEADERS) and self.has_view_permission(request)

    def get_resource_kwargs(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"actor": Actor.of_request(request), "visible": self.get_queryset(request)}

    def get_export_data(self, file_format: Any, request: Any, queryset: Any, **kwargs: Any) -> Any:
        count = queryset.count()
        if count > MAX_EXPORT_ROWS:
            raise ValueError(f"{count:,} rows are too many for one file of {MAX_EXPORT_ROWS:,}: filter the list.")
        data = super().get_export_data(file_format, request, queryset, **kwargs)  # type: ignore[misc]  # likewise
        self._audit(
            request, "exported", rows=count, format=file_format.get_title(), filters=request.GET.urlencode()
        )
        return data

    def _audit(self, request: Any, verb: str, **details: Any) -> None:
        by, action = Actor.of_request(request), f"{self.opts.model_name}.{verb}"
        record_many(by=by, action=action, model=self.model, now=timezone.now(), **details)


class CsvImportForm(ImportForm):
    """With a limit of size, since the file is read whole."""

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MAX_IMPORT_BYTES:
            self.add_error("import_file", f"The file is larger than {MAX_IMPORT_BYTES // 1024**2} MiB.")
        return file


class AuditedImportMixin(AuditedExportMixin, ImportMixin):
    """CSV only, all rows or none. There is no second step, so no upload waits on the server's disk for one."""

    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    import_form_class = CsvImportForm
    import_formats = (CSV,)
    skip_import_confirm = True
    skip_admin_log = True

    def has_import_permission(self, request: Any) -> bool:
        return Actor.of_request(request).is_any(*LEADERS) and self.has_change_permission(request)

    def process_import(self, request: Any, **kwargs: Any) -> Any:
        raise Http404

    def process_result(self, result: Any, request: Any) -> Any:
        totals = {name: result.totals[name] for name in ("new", "update", "skip")}
        self._audit(request, "imported", **totals)
        return super().process_result(result, request)
