"""What customers wrote with their ratings, as conditions on ratings and as the texts themselves."""

from datetime import datetime

from django.db.models import Q, Subquery

from agents.policy import Sight
from analytics.metrics.filters import Filters
from analytics.models import ThemeRevision
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
