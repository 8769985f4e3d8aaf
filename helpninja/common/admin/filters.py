"""Filters that Unfold has not, or not so."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.utils import parse_datetime_str


class MomentRangeFilter(RangeDateTimeFilter):
    """In the present time zone, where Unfold's own compares with naive times; what is no time asks for nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        for end, lookup in (("from", "gte"), ("to", "lte")):
            given = [self.used_parameters.get(f"{self.parameter_name}_{end}_{part}") for part in (0, 1)]
            moment: Any = parse_datetime_str(" ".join(map(str, given))) if all(given) else None
            if moment is not None:
                queryset = queryset.filter(**{f"{self.parameter_name}__{lookup}": timezone.make_aware(moment)})
        return queryset


def moments_between(name: str, start: datetime, end: datetime) -> dict[str, str]:
    """What an address asks that filter of the field ``name``."""
    ends = {"from": timezone.localtime(start), "to": timezone.localtime(end)}
    return {
        f"{name}_{end}_{part}": text
        for end, moment in ends.items()
        for part, text in enumerate((f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"))
    }
