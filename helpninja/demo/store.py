"""Tens of thousands of rows in a second or two: ids are given here, values go straight to the driver.

``bulk_create`` would take several times as long, and a person waits for the first page.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

Row = dict[str, Any]


class Store:
    """Collects rows by model, each with its id, until ``save`` writes them in the order of first use."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[Row]] = {}
        self._first_ids: dict[type[models.Model], int] = {}

    def add(self, model: type[models.Model], **values: Any) -> Row:
        """The row, by column names such as ``customer_id``; it may be changed until it is saved."""
        rows = self.rows.get(model)
        if rows is None:
            rows = self.rows[model] = []
            self._first_ids[model] = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        values["id"] = self._first_ids[model] + len(rows)
        rows.append(values)
        return values

    def save(self) -> None:
        """Inside the caller's transaction. Foreign keys are checked when it ends."""
        for model, rows in self.rows.items():
            _insert(model, rows)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.rows)):
                cursor.execute(statement)


def _insert(model: type[models.Model], rows: list[Row]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(_parameters(fields, rows)))


def _parameters(fields: Sequence[Any], rows: list[Row]) -> Iterator[tuple[Any, ...]]:
    """Each row's values as the database takes them; what a row lacks gets the field's default."""
    adapters = {field.attname: adapt for field in fields if (adapt := _adapter(field))}
    computed = {field.attname: field.get_default for field in fields if _is_computed(field)}
    constants = {field.attname: _constant(field) for field in fields if field.attname not in computed}
    in_order = itemgetter(*(field.attname for field in fields))
    for row in rows:
        given = row | {name: default() for name, default in computed.items() if name not in row}
        values = constants | given
        for name, adapt in adapters.items():
            if given.get(name) is not None:
                values[name] = adapt(given[name])
        yield in_order(values)


def _is_computed(field: Any) -> bool:
    """Anew for each row, such as a public id."""
    return field.has_default() and callable(field.default) and field.default not in (dict, list)


def _constant(field: Any) -> Any:
    value, adapt = field.get_default(), _adapter(field)
    return value if adapt is None or value is None else adapt(value)


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    """How this database takes what the driver alone would not."""
    ops = connection.ops
    match field:
        case models.DateTimeField():
            return None if connection.features.supports_timezones else _in_utc
        case models.DateField():
            return ops.adapt_datefield_value
        case models.DecimalField():
            return lambda value: ops.adapt_decimalfield_value(value, field.max_digits, field.decimal_places)
        case models.JSONField():
            return lambda value: ops.adapt_json_value(value, field.encoder)
    return None


def _in_utc(moment: datetime) -> str:
    """As Django writes it where the database knows no time zones, in a fifth of the time."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))
