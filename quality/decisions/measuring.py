"""What the data says of a criterion: the band it falls into, with the evidence that a reviewer sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from escalations.enums import ResolutionQuality
from quality.decisions.rubrics import Band, Criterion
from quality.enums import Measure


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one escalation; None or empty where it is not known."""

    response_seconds: int | None = None
    resolution_quality: str = ""
    csat: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """``band`` is None where the data says nothing, or nothing that a band is for."""

    band: Band | None
    text: str

    @property
    def points(self) -> Decimal | None:
        return self.band.points if self.band else None


def measure(criterion: Criterion, facts: Facts) -> Measured | None:
    """None for a criterion that is the reviewer's alone."""
    if not criterion.measure:
        return None
    value, text = _SAID[criterion.measure](facts)
    band = None if value in (None, "") else next((one for one in criterion.bands if one.holds(value)), None)
    return Measured(band, text)


def _response(facts: Facts) -> tuple[Any, str]:
    seconds = facts.response_seconds
    if seconds is None:
        return None, "No first response is known."
    return seconds, f"The first reply came after {spoken_seconds(seconds)}."


def _first_contact(facts: Facts) -> tuple[Any, str]:
    quality = facts.resolution_quality
    if not quality:
        return None, "How it was resolved was not recorded."
    return quality, f"Recorded at the resolution: {ResolutionQuality(quality).label.lower()}."


def _satisfaction(facts: Facts) -> tuple[Any, str]:
    if facts.csat is None:
        return None, "The customer has not rated it."
    return facts.csat, f"The customer gave {facts.csat} of 5."


_SAID: Mapping[str, Any] = {
    Measure.RESPONSE_TIME: _response,
    Measure.FIRST_CONTACT: _first_contact,
    Measure.SATISFACTION: _satisfaction,
}


def spoken_seconds(seconds: int) -> str:
    """``1 min 40 s``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{value} {unit}" for value, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if value]
    return " ".join(parts) or "0 s"
