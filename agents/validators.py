"""What calendars may say; each check raises ValidationError, naming the field where there are several."""

import holidays
from django.core.exceptions import ValidationError
from django.utils import timezone

from agents.enums import Weekday

# Holidays that move, or were added lately, have their names in one of these years at the latest.
NAMED_WITHIN_YEARS = 5


def validate_weekdays(value: object) -> None:
    if (
        not isinstance(value, list)
        or not value
        or not all(type(day) is int and day in Weekday.values for day in value)
    ):
        raise ValidationError("Choose at least one weekday.")
    if len(set(value)) < len(value):
        raise ValidationError("Name each weekday once.")


def validate_holidays(country: str, region: str, worked: list[str]) -> None:
    """They must be known to the library, which would otherwise fail, or pass over them, at each deadline."""
    regions = holidays.list_supported_countries(include_aliases=False)
    if country and country not in regions:
        raise ValidationError({"holiday_country": f"The holidays of “{country}” aren't known."})
    if region and region not in regions.get(country, ()):
        known = ", ".join(regions.get(country, ())) or "none"
        raise ValidationError(
            {"holiday_region": f"“{region}” isn't a region of {country or 'no country'}: {known}."}
        )
    if worked:
        names = holiday_names(country, region)
        unknown = [name for name in worked if name not in names]
        if unknown:
            raise ValidationError(
                {"worked_holidays": f"No such holiday: {', '.join(unknown)}. There are {', '.join(names)}."}
            )


def holiday_names(country: str, region: str) -> list[str]:
    """The names of a country's holidays of these years, in the order of the calendar."""
    if not country:
        return []
    this_year = timezone.now().year
    years = range(this_year, this_year + NAMED_WITHIN_YEARS)
    found = holidays.country_holidays(country, subdiv=region or None, years=years, language="en_US")
    by_date = sorted(found.items(), key=lambda item: (item[0].month, item[0].day))
    return list(dict.fromkeys(name.removesuffix(" (observed)") for _, name in by_date))
