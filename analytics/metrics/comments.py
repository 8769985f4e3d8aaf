"""What customers wrote with their ratings, as conditions on ratings and as the texts themselves."""

from datetime import datetime

from django.db.models import F, Q, Subquery, Window
from django.db.models.functions import RowNumber

from agents.policy import Sight
from analytics.metrics.filters import Filters
from analytics.metrics.sources import RATED
from analytics.metrics.tally import Frame
from analytics.models import CommentTheme, ThemeRevision
from escalations.models import Rating

PROMOTER, DETRACTOR = Q(nps__gte=9), Q(nps__lte=6)
PASSIVE = Q(nps__range=(7, 8))

COMMENTED = ~Q(comment="")
# Read by the newest phrases; what they have not read yet is missing.
READ = COMMENTED & Q(reading__revision__gte=Subquery(ThemeRevision.objects.values("number")[:1]))
UNREAD = COMMENTED & ~READ
# In which tones a comment speaks: those of its themes, both where it has themes of both. Without a theme its
# rating says it, the CSAT first; one that neither says has no tone.
_PRAISES, _CRITICISES = Q(reading__praises=True), Q(reading__criticises=True)
_WITHOUT_THEME = Q(reading__praises=False, reading__criticises=False)
_CONTENT = Q(csat__gte=4) | (Q(csat=None) & PROMOTER)
_DISCONTENT = Q(csat__lte=3) | (Q(csat=None) & DETRACTOR)
POSITIVE = _PRAISES | (_WITHOUT_THEME & _CONTENT)
CONSTRUCTIVE = _CRITICISES | (_WITHOUT_THEME & _DISCONTENT)
TONED = READ & (POSITIVE | CONSTRUCTIVE)
TONELESS = READ & _WITHOUT_THEME & ~(_CONTENT | _DISCONTENT)


def latest_comments(sight: Sight, since: datetime, most: int) -> list[str]:
    """The texts of what the sight covers, the latest first."""
    rows = Rating.objects.filter(COMMENTED, Filters(teams=sight.teams, agent=sight.agent).of_ratings())
    return list(rows.filter(rated_at__gte=since).order_by("-rated_at").values_list("comment", flat=True)[:most])


def examples(frame: Frame, each: int) -> dict[int, list[CommentTheme]]:
    """By theme, the latest comments that carry it, so many of each."""
    nth = Window(RowNumber(), partition_by=F("theme"), order_by=F("rating_id").desc())
    rows = RATED.within(frame.window, frame.filters, frame.now).filter(READ)
    marks = CommentTheme.objects.filter(rating__in=rows.values("pk")).annotate(nth=nth).filter(nth__lte=each)
    found: dict[int, list[CommentTheme]] = {}
    for mark in marks.select_related("rating").order_by("theme_id", "-rating_id"):
        found.setdefault(mark.theme_id, []).append(mark)
    return found
