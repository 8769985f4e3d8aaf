"""Checks shared by models, forms, imports and the API; each message can be read by a person."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator

from quality.enums import CriterionKind, Measure

MAX_BODY = 100_000

validate_language = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "Give a BCP 47 tag, such as en or pt-BR.", code="language"
)
validate_body = MaxLengthValidator(MAX_BODY, "An article has at most %(limit_value)d characters.")
validate_web_address = URLValidator(schemes=["http", "https"], message="Give an address with http or https.")

BAND_NAMES = {"name", "points", "below", "up_to", "values"}


def validate_bands(bands: Any) -> None:
    """``[{"name": "Complete and accurate", "points": 25}, ...]``, each name once, points from 0 to 1,000.

    Of a measured criterion a band also says what it holds for: ``below`` or ``up_to`` a number (the first such
    band in order counts; one without either holds for the rest), or ``values``, a list.
    """
    if not isinstance(bands, list) or not all(isinstance(band, dict) for band in bands):
        raise ValidationError("Give a list of bands, each with a name and points.")
    names = [band.get("name") for band in bands]
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise ValidationError("Each band needs a name.")
    if len(set(names)) < len(names):
        raise ValidationError("Two bands have the same name.")
    for band in bands:
        _validate_band(band)


def _validate_band(band: dict[str, Any]) -> None:
    unknown = sorted(set(band) - BAND_NAMES)
    if unknown:
        raise ValidationError(f"Band “{band['name']}”: unknown {', '.join(unknown)}.")
    for name in ("points", "below", "up_to"):
        if name in band and as_number(band[name]) is None:
            raise ValidationError(f"Band “{band['name']}”: {name} must be a number from 0 to 100,000.")
    if not 0 <= (as_number(band.get("points", 0)) or 0) <= 1000:
        raise ValidationError(f"Band “{band['name']}”: points go from 0 to 1,000.")
    if "values" in band and not (isinstance(band["values"], list) and band["values"]):
        raise ValidationError(f"Band “{band['name']}”: values must be a list with something in it.")


def validate_criterion(kind: str, measure: str, bands: list[dict[str, Any]]) -> None:
    """Whether they go together. Raises ValidationError naming ``bands`` or ``measure``."""
    validate_bands(bands)
    points = [as_number(band.get("points", 0)) or 0 for band in bands]
    if kind in (CriterionKind.SCORED, CriterionKind.BONUS) and not any(points):
        raise ValidationError({"bands": "A criterion with a score needs a band with more than 0 points."})
    if kind == CriterionKind.AUTO_FAIL and bands:
        raise ValidationError({"bands": "An auto-fail criterion has no bands: it passes or fails."})
    if measure and kind != CriterionKind.SCORED:
        raise ValidationError({"measure": "Only a scored criterion can be scored from the data."})
    held = "values" if measure in (Measure.FIRST_CONTACT, Measure.SATISFACTION) else "below or up_to"
    if measure and not any({"values", "below", "up_to"} & set(band) for band in bands):
        raise ValidationError({"bands": f"To be scored from the data, the bands need {held}."})


def as_number(value: Any) -> Decimal | None:
    """None where it is none, or out of every range."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= 100_000 else None
