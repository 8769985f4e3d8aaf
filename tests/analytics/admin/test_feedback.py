import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from analytics.models import FeedbackTheme
from helpninja.common.models import AuditEntry
from helpninja.common.roles import Role
from tests import factories
from tests.analytics.rows import NOON, escalation, rating

pytestmark = pytest.mark.django_db
TRY = "/admin/analytics/feedbacktheme/try/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def phrases(*texts, **more):
    return {f"phrases-{number}-text": text for number, text in enumerate(texts)} | more


class TestTrial:
    def test_an_example_is_shown_with_what_was_found(self, analyst):
        context = analyst.post(TRY, phrases("wait … long", example="Oh, I waited so long!")).context

        tried = context["tried"]
        assert (tried.phrase, tried.before, tried.match, tried.after) == (
            "wait … long",
            "Oh, I ",
            "waited so long",
            "!",
        )

    def test_comments_of_the_last_90_days_are_counted(self, analyst):
        for comment in ("I waited so long", "A long wait", "Thanks, x@example.com. I wait long", ""):
            rating(3, NOON, comment=comment)
        rating(3, NOON.replace(month=1, year=2025), comment="I waited so long")

        preview = analyst.post(TRY, phrases("wait … long", "long wait")).context["preview"]

        assert (preview.comments, preview.matched) == (3, 3)
        assert [(one.text, one.count) for one in preview.phrases] == [("wait … long", 2), ("long wait", 1)]
        assert "x@example.com" not in str(preview)

    def test_lines_to_be_deleted_are_left_out_and_bad_ones_named(self, analyst):
        deleted = {"phrases-0-DELETE": "on"}

        assert analyst.post(TRY, phrases("wait", **deleted)).context["preview"].phrases == []
        assert analyst.post(TRY, phrases("wait …")).context["problems"] == [
            "“wait …”: A phrase ends with a word, not with a gap."
        ]

    def test_a_supervisor_counts_what_their_teams_heard(self, client):
        rating(3, NOON, comment="I waited so long")
        rating(3, NOON, comment="I waited so long", of=escalation(team=factories.make_team("Elsewhere")))
        client.force_login(factories.make_agent(role=Role.SUPERVISOR).user)

        assert client.post(TRY, phrases("wait … long")).context["preview"].comments == 1


def test_saving_publishes_a_version_with_its_phrases(analyst):
    theme = FeedbackTheme.objects.first()
    url = reverse("admin:analytics_feedbacktheme_change", args=[theme.pk])
    data = {
        "name": theme.name, "tone": theme.tone, "advice": "", "order": 10, "active": "on",
        "phrases-TOTAL_FORMS": 1, "phrases-INITIAL_FORMS": 0, "phrases-0-text": "as fast as light",
    }  # fmt: skip

    response = analyst.post(url, data)

    assert response.status_code == 302
    theme.refresh_from_db()
    assert (theme.version, theme.history.count()) == (2, 2)
    assert theme.history.first().parts["phrases"][-1] == {"text": "as fast as light"}
    assert AuditEntry.objects.get().action == "feedback_theme.published"


def test_a_phrase_that_looks_for_nothing_is_refused(analyst):
    theme = FeedbackTheme.objects.first()
    data = {
        "name": theme.name, "tone": theme.tone, "advice": "", "order": 10, "active": "on",
        "phrases-TOTAL_FORMS": 1, "phrases-INITIAL_FORMS": 0, "phrases-0-text": "wait …",
    }  # fmt: skip

    response = analyst.post(reverse("admin:analytics_feedbacktheme_change", args=[theme.pk]), data)

    assert "A phrase ends with a word, not with a gap." in response.content.decode()


class TestExchange:
    EXPORT, IMPORT = "/admin/analytics/feedbacktheme/export/", "/admin/analytics/feedbacktheme/import/"

    @pytest.fixture
    def admin(self, client):
        client.force_login(factories.make_user(Role.ADMIN))
        return client

    def export(self, client):
        columns = ("name", "tone", "advice", "active", "order", "phrases")
        data = {"format": "0", "resource": "", **{f"feedbackthemeresource_{name}": "on" for name in columns}}
        return client.post(self.EXPORT, data).content.decode()

    def take_in(self, client, text):
        return client.post(
            self.IMPORT, {"format": "0", "import_file": SimpleUploadedFile("themes.csv", text.encode())}
        )

    def test_their_own_export_changes_nothing(self, admin):
        exported = self.export(admin)

        self.take_in(admin, exported)

        assert set(FeedbackTheme.objects.values_list("version", flat=True)) == {1}
        assert self.export(admin) == exported

    def test_a_changed_phrase_is_a_new_version(self, admin):
        exported = self.export(admin)

        self.take_in(admin, exported.replace("kept … waiting", "on hold"))

        theme = FeedbackTheme.objects.get(name="Had to wait too long for response")
        assert theme.version == 2
        assert theme.phrases.filter(text="on hold").exists()

    def test_a_phrase_that_looks_for_nothing_is_refused(self, admin):
        response = self.take_in(admin, self.export(admin).replace("kept … waiting", "kept …"))

        assert "A phrase ends with a word, not with a gap." in response.content.decode()
        assert set(FeedbackTheme.objects.values_list("version", flat=True)) == {1}
