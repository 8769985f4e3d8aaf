"""What a dimension is, and the usual kinds of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from analytics.metrics.sources import (
    CONVERSATIONS,
    COSTED,
    ESCALATED_MESSAGES,
    HANDLED,
    HANDLED_ONCE,
    JUDGED,
    OPENED,
    RATED,
    RESOLVED,
    RESOLVED_ONCE,
    RESPONDED,
    REVIEWED,
    SURVEYED,
    WAITING,
    Source,
)
from analytics.metrics.tally import Frame

NONE = "none"
ABOUT_ESCALATIONS = (HANDLED, HANDLED_ONCE, COSTED, REVIEWED, RATED, SURVEYED)
OF_ESCALATIONS = (OPENED, RESPONDED, RESOLVED_ONCE, RESOLVED, JUDGED, WAITING, ESCALATED_MESSAGES)

# The expression of a source's rows that says to which group each belongs.
Grouping = Callable[[Frame], Any]


@dataclass(frozen=True)
class Label:
    """How a group stands in addresses (``code``), on pages (``text``), and where in a list (``place``)."""

    code: str
    text: str
    place: tuple[Any, ...] = ()


class Labels(ABC):
    """The labels of a dimension's values, and the way back from a code to the value."""

    @abstractmethod
    def of(self, values: Collection[Any]) -> dict[Any, Label]:
        """At most one query. Values that are nothing, None or empty, come last."""

    @abstractmethod
    def value(self, code: str) -> Any:
        """At most one query; ValueError where no value has the code."""


class OneByOne(Labels):
    """Each value's label follows from the value alone."""

    def of(self, values: Collection[Any]) -> dict[Any, Label]:
        return {value: self.one(value) if value not in (None, "") else nothing() for value in values}

    @abstractmethod
    def one(self, value: Any) -> Label: ...


@dataclass(frozen=True)
class Dimension:
    """``on`` says of which sources the rows can be grouped by it: a metric of others can't be broken down by it.

    Where the groups do not ``partition``, a row may be in several, so that they don't add up. Where it ``is_time``
    they are stretches of the window, which have no counterpart in the window before.
    """

    key: str
    label: str
    on: Mapping[Source, Grouping]
    labels: Labels
    definition: str = ""
    partitions: bool = True
    is_time: bool = False

    def having(self, source: Source, code: str, frame: Frame) -> tuple[dict[str, Any], Q]:
        """An annotation and a condition that leave the source's rows of one group. ValueError: no such code."""
        name = f"in_{self.key}"
        value = None if code == NONE else self.labels.value(code)
        return {name: self.on[source](frame)}, Q(**{name: value}) if value is not None else _is_nothing(name, self)


def _is_nothing(name: str, dimension: Dimension) -> Q:
    return Q(**{name: ""}) if isinstance(dimension.labels, Texts) else Q(**{f"{name}__isnull": True})


def nothing() -> Label:
    """Of rows that have no such thing: the last of all."""
    return Label(NONE, "None", (True,))


class Chosen(OneByOne):
    """The members of an enum of choices, in its order; numbers go by the member's name."""

    def __init__(self, choices: Any) -> None:
        self._labels = {
            one.value: Label(_code_of(one), str(one.label), (False, n)) for n, one in enumerate(choices)
        }

    def one(self, value: Any) -> Label:
        return self._labels[value]

    def value(self, code: str) -> Any:
        for value, label in self._labels.items():
            if label.code == code:
                return value
        raise ValueError(code)


class Named(Chosen):
    """Values that the code alone knows, with their texts, in this order."""

    def __init__(self, texts: Mapping[Any, str], codes: Mapping[Any, str] | None = None) -> None:
        codes = codes or {value: str(value) for value in texts}
        self._labels = {
            value: Label(codes[value], text, (False, n)) for n, (value, text) in enumerate(texts.items())
        }


class Stored(Labels):
    """Rows, whose primary keys the values are, by the field that is their ``code``."""

    def __init__(self, model: Any, code: str, *order: str) -> None:
        self._rows: Callable[[], QuerySet[Any]] = model.objects.order_by
        self._code, self._order = code, order or ("name",)

    def of(self, values: Collection[Any]) -> dict[Any, Label]:
        ids = [value for value in values if value is not None]
        rows = self._rows(*self._order).filter(pk__in=ids).values_list("pk", self._code, "name") if ids else []
        found = {pk: Label(code, name, (False, n)) for n, (pk, code, name) in enumerate(rows)}
        return {value: found.get(value, nothing()) for value in values}

    def value(self, code: str) -> Any:
        pk = self._rows().filter(**{self._code: code}).values_list("pk", flat=True).first()
        if pk is None:
            raise ValueError(code)
        return pk


class Texts(OneByOne):
    """Free texts, which are their own labels."""

    def one(self, value: Any) -> Label:
        return Label(value, value, (False, value.lower(), value))

    def value(self, code: str) -> Any:
        return code


class Dates(OneByOne):
    """First days of stretches of time."""

    def __init__(self, text: Callable[[date], str]) -> None:
        self._text = text

    def one(self, value: date) -> Label:
        return Label(value.isoformat(), self._text(value), (False, value))

    def value(self, code: str) -> date:
        return date.fromisoformat(code)


def _code_of(choice: Any) -> str:
    return choice.value if isinstance(choice.value, str) else str(choice.name).lower()


def column(*path: str) -> Grouping:
    """The rows' own column, or that of what they lead to."""
    return lambda frame: F("__".join(path))


def of_escalations(field: str) -> dict[Source, Grouping]:
    """By a field of the escalation that a row is, or belongs to."""
    return {
        **{source: column(field) for source in OF_ESCALATIONS},
        **{
            source: column("escalation", field)
            for source in (HANDLED, HANDLED_ONCE, COSTED, REVIEWED, RATED, SURVEYED)
        },
    }


def of_work(field: str) -> dict[Source, Grouping]:
    """By a field that conversations have too; a rating without an escalation goes by its conversation."""

    def rated(frame: Frame) -> Any:
        return rated_by(field, F(f"conversation__{field}"))

    return {**of_escalations(field), RATED: rated, SURVEYED: rated, CONVERSATIONS: column(field)}


def rated_by(field: str, otherwise: Any) -> Case:
    """A rating's group: the escalation's, or ``otherwise`` where none was rated."""
    return Case(When(escalation__isnull=False, then=F(f"escalation__{field}")), default=otherwise)
