"""The only writers of which comment carries which theme."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from analytics.decisions.phrases import Phrase
from analytics.decisions.themes import Carried, Theme, carried, speaks
from analytics.enums import Tone
from analytics.models import CommentReading, CommentTheme, FeedbackTheme, ThemeDecision, ThemeRevision
from escalations.models import Rating
from helpninja.common.actions import record
from helpninja.common.actors import Actor

AT_ONCE = 500


def read_comments(*, now: datetime) -> int:
    """Those that the newest phrases have not read, the latest first; how many there were.

    It may run at any time and twice: what is read already stays as it is.
    """
    total, below = 0, None
    while pks := _read_some(below, now):
        total, below = total + len(pks), min(pks)
    return total


@transaction.atomic
def _read_some(below: int | None, now: datetime) -> list[int]:
    """Those next below a key, so that none is looked at twice; their keys."""
    rows = unread() if below is None else unread().filter(pk__lt=below)
    ratings = list(lock(rows).order_by("-pk")[:AT_ONCE])
    read(ratings=ratings, now=now)
    return [rating.pk for rating in ratings]


@transaction.atomic
def read_comment_of(*, escalation_id: int, now: datetime) -> None:
    """Of the rating of an escalation, if it has one: at once, whatever read it before."""
    read(ratings=list(lock(commented().filter(escalation=escalation_id))), now=now)


@transaction.atomic
def decide(*, rating: Rating, theme: FeedbackTheme, belongs: bool, by: Actor, now: datetime) -> None:
    """What a person says of a comment: it stands whatever the phrases find, until somebody says otherwise."""
    ThemeDecision.objects.update_or_create(
        rating=rating, theme=theme, defaults={"belongs": belongs, "actor": by.label[:200], "at": now}
    )
    read(ratings=list(lock(commented().filter(pk=rating.pk))), now=now)
    verb = "added" if belongs else "removed"
    record(by=by, action=f"comment_theme.{verb}", subject=rating, now=now, theme=theme.name)


def commented() -> "QuerySet[Rating]":
    """Ratings that came with words."""
    return Rating.objects.exclude(comment="")


def unread() -> "QuerySet[Rating]":
    """Comments that the newest themes and phrases have not looked at."""
    number = revision()
    return commented().filter(Q(reading=None) | Q(reading__revision__lt=number))


def revision() -> int:
    """Of the themes: it grows with each change of them, so that all comments are read again."""
    return ThemeRevision.objects.get_or_create(pk=1)[0].number


def lock(ratings: "QuerySet[Rating]") -> "QuerySet[Rating]":
    """Two that read the same comment take turns."""
    return ratings.select_for_update(no_key=True, of=("self",))


def read(*, ratings: Sequence[Rating], now: datetime) -> None:
    """In the caller's transaction, with the ratings locked."""
    number = revision()  # before the themes: read by newer ones than it says, a comment is merely read again
    themes, decided = active_themes(), _decided(ratings)
    found = {one.pk: carried(one.comment, themes, decided.get(one.pk, {})) for one in ratings}
    _keep(found)
    CommentReading.objects.bulk_create(
        [_reading(pk, marks, number, now) for pk, marks in found.items()],
        update_conflicts=True,
        unique_fields=["rating"],
        update_fields=["revision", "praises", "criticises", "read_at"],
    )


def active_themes() -> list[Theme]:
    """Those that comments are read for, in the order of the page. Two queries."""
    return [
        Theme(theme.pk, theme.tone, [Phrase.of(phrase.text) for phrase in theme.phrases.all()])
        for theme in FeedbackTheme.objects.for_reading()
    ]


def _decided(ratings: Iterable[Rating]) -> dict[int, dict[int, bool]]:
    found: dict[int, dict[int, bool]] = {}
    for one in ThemeDecision.objects.filter(rating__in=[rating.pk for rating in ratings]):
        found.setdefault(one.rating_id, {})[one.theme_id] = one.belongs
    return found


def _keep(found: dict[int, list[Carried]]) -> None:
    """Only what differs is written: most comments say to new phrases what they said to the old ones."""
    wanted = {_key(mark): mark for pk, marks in found.items() for mark in _marks(pk, marks)}
    there = {_key(mark): mark for mark in CommentTheme.objects.filter(rating__in=found)}
    CommentTheme.objects.filter(pk__in=[mark.pk for key, mark in there.items() if key not in wanted]).delete()
    CommentTheme.objects.bulk_create([mark for key, mark in wanted.items() if key not in there])


def _marks(rating_id: int, found: list[Carried]) -> Iterator[CommentTheme]:
    for one in found:
        place = {"phrase": one.found.phrase, "start": one.found.start, "end": one.found.end} if one.found else {}
        yield CommentTheme(rating_id=rating_id, theme_id=one.theme.id, **place)


def _key(mark: CommentTheme) -> tuple[object, ...]:
    return mark.rating_id, mark.theme_id, mark.phrase, mark.start, mark.end


def _reading(rating_id: int, marks: list[Carried], number: int, now: datetime) -> CommentReading:
    return CommentReading(
        rating_id=rating_id,
        revision=number,
        praises=speaks(marks, Tone.POSITIVE),
        criticises=speaks(marks, Tone.CONSTRUCTIVE),
        read_at=now,
    )
