"""Versions of what people configure: what each one said, who published it, and the way back to it.

A rule, a policy or a calendar is published as a whole, with the rows that belong to it (its *parts*, such as a
rule's conditions). Each version is one record, written by the action that publishes; records outlive the row.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from helpninja.common.actors import SYSTEM, Actor


class VersionRecord(models.Model):
    """Beside the row's own fields. ``parts``: by relation, the values of each row that belongs to it."""

    parts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True


class Versions(HistoricalRecords):
    """``history = Versions("conditions")`` on a model with a ``version``; the names are those of its parts.

    ``without``: fields that say how the row fares, not what it says. Nothing is recorded by saving alone: that
    would miss the parts, which are saved after the row.
    """

    def __init__(self, *parts: str, without: Sequence[str] = ()) -> None:
        super().__init__(
            bases=(VersionRecord,),
            excluded_fields=list(without),
            history_user_id_field=models.CharField(max_length=200),
            history_user_getter=lambda record: record.history_user_id,
        )
        self.parts = parts

    def contribute_to_class(self, cls: Any, name: str) -> None:
        super().contribute_to_class(cls, name)
        cls.version_parts = self.parts

    def post_save(self, *args: Any, **kwargs: Any) -> None:
        """Left to ``next_version``."""

    def post_delete(self, *args: Any, **kwargs: Any) -> None:
        """Left to ``last_version``."""

    def pre_delete(self, *args: Any, **kwargs: Any) -> None:
        """Left to ``last_version``."""


@dataclass(frozen=True, slots=True)
class Change:
    """Of one field or one kind of part, as people read it."""

    name: str
    before: str
    after: str


def next_version(*, row: Any, by: Actor, now: datetime, why: str = "") -> None:
    """Counts the row's version up and keeps what it says now. In the publishing action, once all is saved."""
    model = type(row)
    model._base_manager.filter(pk=row.pk).update(version=models.F("version") + 1)
    row.refresh_from_db(fields=["version"])
    _keep(row, "+" if row.version == 1 else "~", by, now, why)


def last_version(*, row: Any, by: Actor, now: datetime) -> None:
    """Keeps what the row said, before an action deletes it."""
    _keep(row, "-", by, now, "Deleted")


def first_version(*, row: Any, now: datetime) -> None:
    """Before the first change of a row that was installed: otherwise there would be no way back to it."""
    if not row.history.exists():
        _keep(row, "+", SYSTEM, now, "Installed")


def _keep(row: Any, kind: str, by: Actor, now: datetime, why: str) -> None:
    stored = type(row)._base_manager.get(pk=row.pk)
    history = row.history.model
    history._base_manager.create(
        history_type=kind,
        history_date=now,
        history_user_id=by.label[:200],
        history_change_reason=why[:100],
        parts={name: parts_of(stored, name) for name in row.version_parts},
        **{field.attname: getattr(stored, field.attname) for field in history.tracked_fields},
    )


def parts_of(row: Any, name: str) -> list[dict[str, Any]]:
    """The stored values of the parts of one kind, in their order, without keys."""
    rows = getattr(row, name).all() if row.pk else ()
    return [{field.attname: getattr(part, field.attname) for field in part_fields(row, name)} for part in rows]


def part_fields(row: Any, name: str) -> list[Any]:
    """Those of a version that say something: neither its key nor what it belongs to."""
    relation = row._meta.get_field(name)
    fields = relation.related_model._meta.concrete_fields
    return [field for field in fields if not field.primary_key and field != relation.field]


@transaction.atomic
def restore(*, row: Any, record: Any) -> None:
    """Saves what the record says as the row and its parts; the caller publishes that in the same transaction.

    Raises ValidationError where it can't be said any more, such as a rule for a topic that was deleted.
    """
    for field in record.tracked_fields:
        if not field.primary_key and field.name != "version":
            setattr(row, field.attname, getattr(record, field.attname))
    row.full_clean()
    row.save()
    replace_parts(row=row, parts={name: record.parts.get(name, ()) for name in row.version_parts})


def replace_parts(*, row: Any, parts: dict[str, Iterable[dict[str, Any]]]) -> None:
    """Instead of those that there are, in the caller's transaction. Raises ValidationError.

    A model's ``clean_parts``, where it has one, says whether its parts go together.
    """
    for name, values in parts.items():
        _replace(row, name, values)
    if hasattr(row, "clean_parts"):
        row.clean_parts()


def _replace(row: Any, name: str, values: Iterable[dict[str, Any]]) -> None:
    relation = row._meta.get_field(name)
    getattr(row, name).all().delete()
    for part in _built(row, name, values):
        setattr(part, relation.field.name, row)
        part.full_clean()
        part.save(force_insert=True)


def _built(row: Any, name: str, values: Iterable[dict[str, Any]]) -> list[Any]:
    """Unsaved parts from what was kept of them; a field that came later has its default."""
    model, fields = row._meta.get_field(name).related_model, part_fields(row, name)
    return [
        model(**{field.attname: field.to_python(kept[field.attname]) for field in fields if field.attname in kept})
        for kept in values
    ]


def changes(before: Any, after: Any) -> list[Change]:
    """What differs between two records of one row, field by field and part by part."""
    found = []
    for field in after.tracked_fields:
        if field.name != "version" and getattr(before, field.attname) != getattr(after, field.attname):
            name = str(field.verbose_name).capitalize()
            found.append(Change(name, _said(before, field), _said(after, field)))
    for name in after.instance_type.version_parts:
        old, new = (_parts_said(record, name) for record in (before, after))
        if old != new:
            gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
            found.append(Change(name.replace("_", " ").capitalize(), _listed(gone), _listed(come)))
    return found


def _said(record: Any, field: Any) -> str:
    value = getattr(record, field.attname)
    if value in (None, "", [], {}):
        return ""
    if field.is_relation:
        try:
            return str(getattr(record, field.name))
        except ObjectDoesNotExist:
            return f"{field.verbose_name} {value}, deleted since"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {inner}" for key, inner in value.items())
    return str(dict(field.flatchoices).get(value, value))


def _parts_said(record: Any, name: str) -> list[str]:
    row = record.instance_type()
    return [_part_said(part) for part in _built(row, name, record.parts.get(name, ()))]


def _part_said(part: Any) -> str:
    try:
        return str(part)
    except ObjectDoesNotExist:
        return f"a {part._meta.verbose_name} with something that was deleted since"


def _listed(texts: Counter[str]) -> str:
    return "; ".join(texts.elements())
