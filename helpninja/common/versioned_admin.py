"""The admin of what is published in versions: rules, policies, calendars.

Whatever makes a new version (the form, the list, an import, going back to an earlier one) ends in ``publish``, and
whatever deletes in ``retire``: the app's own actions.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from import_export import fields
from import_export.admin import ExportMixin

from helpninja.common.actors import Actor
from helpninja.common.admin import PolicyAdmin
from helpninja.common.exchange import ActorResource, AuditedImportMixin
from helpninja.common.parsing import parse_json
from helpninja.common.versions import changes, first_version, part_fields, parts_of, replace_parts, restore

VERSIONS_A_PAGE = 20


class VersionedAdmin(AuditedImportMixin, ExportMixin, PolicyAdmin):
    """Name a VersionedResource in ``resource_classes``, and write ``publish`` and ``retire``."""

    audited_by_actions = True

    # Actions
    def publish(self, row: Any, *, by: Actor, now: datetime, why: str = "") -> None:
        """Calls the action by which what is saved takes effect as the next version; ``why`` goes with it."""
        raise NotImplementedError

    def retire(self, rows: Iterable[Any], *, by: Actor, now: datetime) -> None:
        """Calls the action that deletes them."""
        raise NotImplementedError

    def get_resource_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        given = super().get_resource_kwargs(request, *args, **kwargs)
        return {**given, "publish": self.publish, "may_add": self.has_add_permission(request)}

    # Form
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new row starts at version 0: publishing, once its parts are saved, makes it 1."""
        if change:
            first_version(row=obj, now=timezone.now())
        else:
            obj.version = 0
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change or form.has_changed() or any(formset.has_changed() for formset in formsets):
            self.publish(form.instance, by=Actor.of_request(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.retire([obj], by=Actor.of_request(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        self.retire(queryset, by=Actor.of_request(request), now=timezone.now())

    # History
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its versions; with ``?to=`` what going back to one would change, and by POST the going back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if request.method == "POST":
            return self._go_back(request, row)
        records = row.history.order_by("-history_id")
        page = Paginator(records, VERSIONS_A_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Versions of “{row}”",
            "opts": self.opts,
            "original": row,
            "object": row,
            "page": page,
            "versions": _with_changes(records, page),
            "chosen": _chosen(row, request.GET.get("to"), records.first()),
            "may_go_back": self.has_change_permission(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/versions.html", context)

    def _go_back(self, request: HttpRequest, row: Any) -> HttpResponse:
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        record = _record(row, request.POST.get("to"))
        try:
            with transaction.atomic():
                if record is None:
                    raise ValidationError("This version is unknown.")
                restore(row=row, record=record)
                by, now = Actor.of_request(request), timezone.now()
                self.publish(row, by=by, now=now, why=f"As in version {record.version}")
        except ValidationError as error:
            messages.error(request, f"Nothing was changed. {' '.join(error.messages)}")
            return HttpResponseRedirect(request.path)
        messages.success(request, f"“{row}” says again what it said in version {record.version}.")
        opts = self.opts
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk]))


def _record(row: Any, history_id: str | None) -> Any:
    return row.history.filter(pk=history_id).first() if history_id and history_id.isdecimal() else None


def _chosen(row: Any, history_id: str | None, latest: Any) -> dict[str, Any] | None:
    record = _record(row, history_id)
    return {"record": record, "changes": changes(latest, record)} if record else None


def _with_changes(records: Any, page: Any) -> list[dict[str, Any]]:
    """Each record of the page with how it differs from the one before it, which may be on the next page."""
    start = page.start_index() - 1 if page.object_list else 0
    listed = list(records[start : start + VERSIONS_A_PAGE + 1])
    pairs = list(zip_longest(listed, listed[1:]))[:VERSIONS_A_PAGE]
    return [
        {"record": record, "changes": changes(before, record) if before else [], "is_latest": start + index == 0}
        for index, (record, before) in enumerate(pairs)
    ]


class PartsField(fields.Field):
    """A column with the rows that belong to a line's row, as JSON: [{"group": 1, "field": "intent", ...}]."""

    def __init__(self, name: str) -> None:
        super().__init__(attribute=name, column_name=name)

    def get_value(self, instance: Any, **kwargs: Any) -> str:
        given = getattr(instance, "given_parts", {})
        values = given[self.column_name] if self.column_name in given else parts_of(instance, self.column_name)
        return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)

    def export(self, instance: Any, **kwargs: Any) -> str:
        return self.get_value(instance)

    def save(self, instance: Any, row: Any, *args: Any, **kwargs: Any) -> None:
        """Kept on the row until that is saved."""
        known = {field.attname for field in part_fields(instance, self.column_name)}
        values = parse_json((row.get(self.column_name) or "[]").encode())
        if not isinstance(values, list) or not all(
            isinstance(one, dict) and known >= one.keys() for one in values
        ):
            raise ValueError(f"{self.column_name}: give a JSON list of objects with {', '.join(sorted(known))}.")
        instance.given_parts = {**getattr(instance, "given_parts", {}), self.column_name: values}


class VersionedResource(ActorResource):
    """A line is a row with its parts, each kind in a PartsField. What a line leaves as it is makes no version."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False

    def __init__(self, *, publish: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.publish, self.may_add = publish, may_add

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        if new and not self.may_add:
            raise ValueError("You may change what there is, not add to it.")
        if new:
            instance.version = 0

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if instance.pk:
            first_version(row=instance, now=timezone.now())

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        replace_parts(row=instance, parts=getattr(instance, "given_parts", {}))
        self.publish(instance, by=self.actor, now=timezone.now(), why="Imported")
