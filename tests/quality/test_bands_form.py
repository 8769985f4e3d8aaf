"""Scales as people write them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.forms.bands import read, written
from quality.models import Rubric
from tests import factories

INSTALLED = {
    "response_time": "25 Under 2 minutes [below 120]\n20 2 to 5 minutes [up to 300]\n"
    "15 5 to 10 minutes [up to 600]\n5 Over 10 minutes",
    "satisfaction": "25 5 stars [5]\n20 4 stars [4]\n15 3 stars [3]\n10 2 stars [2]\n5 1 star [1]",
    "technical_accuracy": "25 Complete and accurate\n20 Minor inaccuracies\n15 Some missing information\n"
    "10 Significant issues",
}


@pytest.mark.django_db
@pytest.mark.parametrize("key", INSTALLED)
def test_installed_scales_are_written_so_and_read_back(key):
    bands = Rubric.objects.get().criteria.get(key=key).bands

    assert (written(bands), read(INSTALLED[key])) == (INSTALLED[key], bands)


names = st.text("ab19 ,])(.:", min_size=2, max_size=12).map(str.strip).filter(bool)
points = st.one_of(st.integers(0, 1000), st.integers(1, 3999).map(lambda n: n / 4).filter(lambda n: n % 1))
values = st.lists(st.one_of(st.integers(0, 9), st.sampled_from(["immediate", "minor_follow_up"])), min_size=1)
bands = st.fixed_dictionaries(
    {"name": names, "points": points},
    optional={"below": st.integers(0, 9000), "up_to": st.integers(0, 9000), "values": values},
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(bands, unique_by=lambda band: band["name"], max_size=6))
def test_any_scale_is_read_back_as_it_was_written(scale):
    assert read(written(scale)) == scale


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Good", "Line 1: write points, name"),
        ("10 Fair\nmany Good", "Line 2: write points, name"),
        ("25 Fast [below soon]", "Line 1: “below soon” needs a number"),
        ("25 Good\n20 Good", "Two bands have the same name"),
        ("2000 Good", "points go from 0 to 1,000"),
    ],
)
def test_what_can_not_be_read_is_named(text, message):
    with pytest.raises(ValidationError, match=message):
        read(text)


@pytest.mark.django_db
class TestForm:
    @pytest.fixture
    def form(self, client, supervisor):
        client.force_login(supervisor.user)
        rubric = Rubric.objects.get()
        address = f"/admin/quality/rubric/{rubric.pk}/change/"
        page = client.get(address)
        data = posted(page)

        def post(**changes):
            return client.post(address, {**data, **changes})

        return rubric, post

    def test_saved_unchanged_it_makes_no_version(self, form):
        rubric, post = form

        assert post().status_code == 302
        rubric.refresh_from_db()
        assert rubric.version == 1

    def test_another_scale_makes_a_version_and_old_reviews_keep_theirs(self, form):
        rubric, post = form
        review = factories.make_review()
        scale = INSTALLED["technical_accuracy"] + "\n0 Wrong"

        assert post(**{"criteria-3-bands": scale}).status_code == 302

        rubric.refresh_from_db()
        assert (rubric.version, review.rubric_version.number) == (2, 1)
        assert factories.make_review().rubric_version.definition["criteria"][3]["bands"][-1]["name"] == "Wrong"

    def test_a_criterion_in_no_category_is_refused_in_the_form(self, form):
        rubric, post = form

        answer = post(**{"criteria-0-category": "Charm"})

        assert answer.status_code == 200
        assert "In no category of the rubric" in answer.content.decode()
        rubric.refresh_from_db()
        assert rubric.version == 1


def posted(page):
    """What a browser would send of the form as it stands."""
    context = page.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = form[field.name].value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data
