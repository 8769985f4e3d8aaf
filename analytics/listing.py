"""Rows of any source as a table: the same columns on the page and in files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from agents.models import Agent
from analytics.exporters import tables
from analytics.exporters.tables import Head, Table
from analytics.metrics.tally import Frame
from billing.models import Customer
from escalations.models import Conversation, Escalation, HandlingInterval, Message, Rating
from quality.models import Review

# Rows fetched at once while a file is written.
CHUNK = 2000
TEXT_AT_MOST = 120


@dataclass(frozen=True)
class Column:
    """``of`` gives the row's value: text, number, moment, or None where it is not known.

    A ``private`` one says who the customer is, or what somebody wrote: it is for those who may read the work.
    """

    title: str
    of: Callable[[Any], Any]
    private: bool = False
    is_moment: bool = False

    @property
    def head(self) -> Head:
        return Head(slugify(self.title).replace("-", "_"), self.title, self.is_moment)


@dataclass(frozen=True)
class Cell:
    """``link`` opens what the text names, empty where the reader may not."""

    text: str
    link: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Listing:
    """``about`` gives the row whose page opens with it, None for readers who may not open it."""

    name: str
    rows: QuerySet[Any]
    columns: tuple[Column, ...]
    about: Callable[[Any], Model] | None

    def cells(self, row: Any, frame: Frame) -> list[Cell]:
        zone = frame.window.tzinfo
        first, *others = (_cell(column.of(row), zone) for column in self.columns)
        if self.about is None:
            return [first, *others]
        about = self.about(row)
        address = reverse(f"admin:{about._meta.app_label}_{about._meta.model_name}_change", args=[about.pk])
        return [Cell(first.text, address), *others]

    @property
    def heads(self) -> list[Head]:
        return [column.head for column in self.columns]

    def values(self, row: Any, frame: Frame) -> list[tables.Cell]:
        """As files have them."""
        return [_plain(column.of(row), frame.window.tzinfo) for column in self.columns]


def listed(rows: QuerySet[Any], *, reads_work: bool) -> Listing:
    """The newest first; ``reads_work``: the reader may open what the rows are about."""
    related, columns, about = LISTINGS[rows.model]
    return Listing(
        name=str(rows.model._meta.verbose_name_plural),
        rows=rows.select_related(*related).order_by("-pk"),
        columns=tuple(column for column in columns if reads_work or not column.private),
        about=about if reads_work else None,
    )


def table_of(listing: Listing, name: str, frame: Frame) -> Table:
    """All rows, read from the database some at a time."""
    rows = (listing.values(row, frame) for row in listing.rows.iterator(chunk_size=CHUNK))
    return Table(name, listing.heads, rows, frame.window.zone)


def _plain(value: Any, zone: ZoneInfo) -> tables.Cell:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return value if value is None or isinstance(value, int | float) else str(value)


def _cell(value: Any, zone: ZoneInfo) -> Cell:
    if value is None or value == "":
        return Cell("–")
    if isinstance(value, datetime):
        return Cell(f"{value.astimezone(zone):%b %-d, %Y, %H:%M}")
    if isinstance(value, int | float):
        return Cell(f"{value:,}", is_number=True)
    text = str(value)
    return Cell(text if len(text) <= TEXT_AT_MOST else f"{text[:TEXT_AT_MOST]}…")


def _of_escalation(path: Callable[[Any], Any] = lambda row: row.escalation) -> tuple[Column, ...]:
    return (
        Column("Escalation", lambda row: getattr(path(row), "public_id", None)),
        Column("Subject", lambda row: getattr(path(row), "subject", None), private=True),
    )


ESCALATION = (
    *_of_escalation(lambda row: row),
    Column("Customer", lambda row: row.customer, private=True),
    Column("Reason", lambda row: row.get_reason_display()),
    Column("Topic", lambda row: row.topic),
    Column("Team", lambda row: row.team),
    Column("Priority", lambda row: row.get_priority_display()),
    Column("State", lambda row: row.get_state_display()),
    Column("Opened", lambda row: row.opened_at, is_moment=True),
    Column("First response after (s)", lambda row: row.first_response_seconds),
    Column("Resolved after (s)", lambda row: row.resolution_seconds),
    Column("Resolved by", lambda row: row.resolved_by),
)
CONVERSATION = (
    Column("Conversation", lambda row: row.public_id),
    Column("Subject", lambda row: row.subject, private=True),
    Column("Customer", lambda row: row.customer, private=True),
    Column("Topic", lambda row: row.topic),
    Column("Plan", lambda row: row.plan),
    Column("Channel", lambda row: row.channel),
    Column("Region", lambda row: row.region),
    Column("Started", lambda row: row.started_at, is_moment=True),
    Column("Closed", lambda row: row.closed_at, is_moment=True),
)
RATING = (
    Column("Conversation", lambda row: row.conversation.public_id),
    *_of_escalation(),
    Column("Agent", lambda row: row.handler),
    Column("Survey sent", lambda row: row.survey_sent_at, is_moment=True),
    Column("Answered", lambda row: row.rated_at, is_moment=True),
    Column("CSAT", lambda row: row.csat),
    Column("NPS", lambda row: row.nps),
    Column("Comment", lambda row: row.comment, private=True),
)
HANDLING = (
    *_of_escalation(),
    Column("Agent", lambda row: row.agent),
    Column("From", lambda row: row.started_at, is_moment=True),
    Column("To", lambda row: row.ended_at, is_moment=True),
    Column("Seconds", lambda row: row.seconds),
)
MESSAGE = (
    Column("Conversation", lambda row: row.conversation.public_id),
    Column("Author", lambda row: row.agent or row.get_author_display()),
    Column("Sent", lambda row: row.sent_at, is_moment=True),
    Column("Text", lambda row: row.text, private=True),
)
REVIEW = (
    Column("Review", lambda row: row.public_id),
    *_of_escalation(),
    Column("Agent", lambda row: row.agent),
    Column("Reviewer", lambda row: row.reviewer.get_full_name() or row.reviewer.get_username()),
    Column("Published", lambda row: row.published_at, is_moment=True),
    Column("Total", lambda row: row.total),
)
CUSTOMER = (
    Column("Customer", lambda row: row.public_id),
    Column("Name", lambda row: row.name, private=True),
    Column("Plan", lambda row: row.plan),
    Column("Region", lambda row: row.region),
    Column("Signed up", lambda row: row.signed_up_on and row.signed_up_on.isoformat()),
)
AGENT = (
    Column("Agent", lambda row: row.name),
    Column("Level", lambda row: row.get_level_display()),
)

LISTINGS: dict[type[Model], tuple[tuple[str, ...], tuple[Column, ...], Callable[[Any], Model]]] = {
    Escalation: (("customer", "topic", "team", "resolved_by"), ESCALATION, lambda row: row),
    Conversation: (("customer", "topic", "plan"), CONVERSATION, lambda row: row),
    Rating: (("conversation", "escalation", "handler"), RATING, lambda row: row.escalation or row.conversation),
    HandlingInterval: (("escalation", "agent"), HANDLING, lambda row: row.escalation),
    Message: (("conversation", "agent"), MESSAGE, lambda row: row.conversation),
    Review: (("escalation", "agent", "reviewer"), REVIEW, lambda row: row),
    Agent: ((), AGENT, lambda row: row),
    Customer: (("plan",), CUSTOMER, lambda row: row),
}
