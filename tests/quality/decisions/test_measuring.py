"""The guide's scale, band by band, by the rubric that is installed."""

import pytest

from quality.decisions.measuring import Facts, measure, spoken_seconds
from quality.decisions.rubrics import Definition
from quality.models import RubricVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed():
    return Definition.from_json(RubricVersion.objects.get().definition).by_key


@pytest.mark.parametrize(
    ("seconds", "band", "points"),
    [
        (0, "Under 2 minutes", 25),
        (119, "Under 2 minutes", 25),
        (120, "2 to 5 minutes", 20),
        (300, "2 to 5 minutes", 20),
        (301, "5 to 10 minutes", 15),
        (600, "5 to 10 minutes", 15),
        (601, "Over 10 minutes", 5),
        (90_000, "Over 10 minutes", 5),
    ],
)
def test_response_time(installed, seconds, band, points):
    measured = measure(installed["response_time"], Facts(response_seconds=seconds))

    assert (measured.band.name, measured.points) == (band, points)


@pytest.mark.parametrize(
    ("quality", "band", "points"),
    [
        ("immediate", "Resolved immediately", 25),
        ("minor_follow_up", "Minor follow-up needed", 20),
        ("additional_research", "Additional research required", 15),
        ("multiple_interactions", "Multiple interactions", 10),
    ],
)
def test_first_contact_resolution(installed, quality, band, points):
    measured = measure(installed["first_contact_resolution"], Facts(resolution_quality=quality))

    assert (measured.band.name, measured.points) == (band, points)


@pytest.mark.parametrize(
    ("csat", "band", "points"),
    [(5, "5 stars", 25), (4, "4 stars", 20), (3, "3 stars", 15), (2, "2 stars", 10), (1, "1 star", 5)],
)
def test_satisfaction(installed, csat, band, points):
    measured = measure(installed["satisfaction"], Facts(csat=csat))

    assert (measured.band.name, measured.points) == (band, points)
    assert measured.text == f"The customer gave {csat} of 5."


@pytest.mark.parametrize("key", ["response_time", "first_contact_resolution", "satisfaction"])
def test_what_is_not_known_has_no_band(installed, key):
    measured = measure(installed[key], Facts())

    assert (measured.band, measured.points) == (None, None)


def test_technical_accuracy_is_the_reviewers_and_has_the_guides_bands(installed):
    accuracy = installed["technical_accuracy"]

    assert measure(accuracy, Facts(60, "immediate", 5)) is None
    assert [(band.name, band.points) for band in accuracy.bands] == [
        ("Complete and accurate", 25),
        ("Minor inaccuracies", 20),
        ("Some missing information", 15),
        ("Significant issues", 10),
    ]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (45, "45 s"), (100, "1 min 40 s"), (3600, "1 h"), (3725, "1 h 2 min 5 s")]
)
def test_times_as_people_read_them(seconds, text):
    assert spoken_seconds(seconds) == text
