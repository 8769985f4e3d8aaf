"""The installed themes find what they are named for."""

import pytest

from analytics.actions.comments import active_themes
from analytics.decisions.themes import carried
from analytics.models import FeedbackTheme

pytestmark = pytest.mark.django_db

SAID = [
    ("Really quick response once I asked for a person", {"Quick human response when needed"}),
    ("They replied within two minutes", {"Quick human response when needed"}),
    ("I didn't have to wait at all", {"Quick human response when needed"}),
    ("Sarah understood my issue right away", {"Agent understood my issue immediately"}),
    ("Knew exactly what was going on", {"Agent understood my issue immediately"}),
    ("Great that I never had to repeat myself", {"Didn't have to repeat my question"}),
    ("No need to explain everything again", {"Didn't have to repeat my question"}),
    ("Exactly the help I needed", {"Got exactly the help I needed"}),
    ("My problem was solved on the spot", {"Got exactly the help I needed"}),
    ("The follow-up the next day was helpful", {"Follow-up was helpful"}),
    ("I had to wait far too long", {"Had to wait too long for response"}),
    ("It took ages until somebody came", {"Had to wait too long for response"}),
    ("The agent did not understand webhooks", {"Agent didn't understand my technical issue"}),
    ("Had to explain the same thing twice", {"Had to explain my problem again"}),
    ("I was passed around between departments", {"Took multiple people to resolve"}),
    ("Still broken after two days", {"Never got a final resolution"}),
    ("It was never resolved", {"Never got a final resolution"}),
    ("Your AI should know this", {"AI should have been able to help"}),
    ("Thanks!", set()),
    ("The API documentation is hard to find", set()),
]


@pytest.mark.parametrize(("text", "names"), SAID)
def test_what_customers_say_is_found_by_its_theme_alone(text, names):
    by_id = dict(FeedbackTheme.objects.values_list("pk", "name"))

    assert {by_id[one.theme.id] for one in carried(text, active_themes(), {})} == names


def test_eleven_are_installed_with_their_advice():
    themes = list(FeedbackTheme.objects.all())

    assert [len([one for one in themes if one.tone == tone]) for tone in ("positive", "constructive")] == [5, 6]
    assert all(one.advice for one in themes if one.tone == "constructive")
