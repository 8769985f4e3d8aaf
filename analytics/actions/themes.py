"""Changes of the themes of feedback. Each makes all comments be read anew."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from analytics.enums import Tone
from analytics.models import FeedbackTheme, ThemePhrase, ThemeRevision
from helpninja.common.actions import record
from helpninja.common.actors import Actor
from helpninja.common.versions import last_version, next_version


@transaction.atomic
def publish(*, theme: FeedbackTheme, by: Actor, now: datetime, why: str = "") -> FeedbackTheme:
    """Call it once the theme and its phrases are saved."""
    next_version(row=theme, by=by, now=now, why=why)
    _bump()
    record(by=by, action="feedback_theme.published", subject=theme, now=now, version=theme.version, why=why)
    return theme


@transaction.atomic
def retire(*, themes: Iterable[FeedbackTheme], by: Actor, now: datetime) -> None:
    """Deletes them, with what people said of comments and them."""
    for theme in themes:
        last_version(row=theme, by=by, now=now)
        record(by=by, action="feedback_theme.deleted", subject=theme, now=now, version=theme.version)
        theme.delete()
    _bump()


@transaction.atomic
def make_theme(*, name: str, tone: Tone, phrase: str, by: Actor, now: datetime) -> FeedbackTheme:
    """Of one phrase. Raises ValidationError, such as for a name that is taken."""
    theme = FeedbackTheme(name=name, tone=tone, version=0)
    theme.full_clean()
    theme.save()
    first = ThemePhrase(theme=theme, text=phrase)
    first.full_clean()
    first.save()
    return publish(theme=theme, by=by, now=now, why="From feedback")


def _bump() -> None:
    counted, created = ThemeRevision.objects.get_or_create(pk=1)
    if not created:
        ThemeRevision.objects.filter(pk=counted.pk).update(number=F("number") + 1)
