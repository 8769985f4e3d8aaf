from datetime import timedelta

import pytest

from analytics.actions.comments import decide, read_comment_of, read_comments
from analytics.actions.themes import make_theme, publish, retire
from analytics.enums import Tone
from analytics.models import CommentReading, CommentTheme, FeedbackTheme
from escalations.actions.intake import rate_conversation
from helpninja.common.actors import SYSTEM
from helpninja.common.models import AuditEntry
from tests.analytics.rows import NOON, escalation, rating

pytestmark = pytest.mark.django_db

WAIT = "Had to wait too long for response"


def carried(of=None):
    found = CommentTheme.objects.filter(rating=of) if of else CommentTheme.objects.all()
    return sorted((mark.theme.name, mark.phrase, mark.start, mark.end) for mark in found.select_related("theme"))


def theme(name=WAIT):
    return FeedbackTheme.objects.get(name=name)


class TestReading:
    def test_themes_are_kept_with_the_phrase_and_its_place(self):
        rating(2, comment="Sorry, I waited so long.")

        assert read_comments(now=NOON) == 1

        assert carried() == [(WAIT, "wait … long/hour/ages/forever", 9, 23)]
        reading = CommentReading.objects.get()
        assert (reading.praises, reading.criticises, reading.read_at) == (False, True, NOON)

    def test_what_is_read_is_not_read_again(self):
        rating(2, comment="I waited so long.")
        rating(5)
        read_comments(now=NOON)
        kept = list(CommentTheme.objects.values_list("pk", flat=True))

        assert read_comments(now=NOON) == 0
        assert list(CommentTheme.objects.values_list("pk", flat=True)) == kept

    def test_only_the_newest_phrases_count(self):
        rating(2, comment="I waited so long.")
        rating(2, comment="Nobody picked up the phone.")
        read_comments(now=NOON)
        changed = theme()
        changed.phrases.all().delete()
        changed.phrases.create(text="nobody … phone")

        publish(theme=changed, by=SYSTEM, now=NOON)

        assert read_comments(now=NOON) == 2
        assert carried() == [(WAIT, "nobody … phone", 0, 26)]

    def test_an_inactive_theme_is_not_looked_for(self):
        rating(2, comment="I waited so long.")
        read_comments(now=NOON)
        FeedbackTheme.objects.filter(name=WAIT).update(active=False)
        publish(theme=theme(), by=SYSTEM, now=NOON)

        read_comments(now=NOON)

        assert carried() == []
        assert not CommentReading.objects.get().criticises

    def test_a_deleted_theme_is_carried_by_nothing(self):
        rating(2, comment="I waited so long.")
        read_comments(now=NOON)

        retire(themes=[theme()], by=SYSTEM, now=NOON)

        assert read_comments(now=NOON) == 1
        assert carried() == []

    def test_more_than_one_batch_is_read(self, monkeypatch):
        monkeypatch.setattr("analytics.actions.comments.AT_ONCE", 2)
        for _ in range(5):
            rating(2, comment="I waited so long.")

        assert read_comments(now=NOON) == 5
        assert CommentTheme.objects.count() == 5

    def test_an_answer_to_an_escalation_is_read_once_it_is_committed(
        self, django_capture_on_commit_callbacks, monkeypatch
    ):
        monkeypatch.setattr("analytics.receivers.enqueue", lambda task, *args: task(*args))
        case = escalation()
        data = {"csat": 2, "comment": "I waited so long."}

        with django_capture_on_commit_callbacks(execute=True):
            rate_conversation(conversation=case.conversation, data=data, by=SYSTEM, now=NOON)

        assert CommentTheme.objects.count() == 1

    def test_an_escalation_without_a_comment_has_nothing_to_read(self):
        read_comment_of(escalation_id=rating(2).escalation_id, now=NOON)

        assert not CommentReading.objects.exists()


class TestByHand:
    def test_a_removed_theme_stays_away_and_an_added_one_stays(self):
        said = rating(2, comment="I waited so long.")
        read_comments(now=NOON)

        decide(rating=said, theme=theme(), belongs=False, by=SYSTEM, now=NOON)
        decide(rating=said, theme=theme("Follow-up was helpful"), belongs=True, by=SYSTEM, now=NOON)
        publish(theme=theme(), by=SYSTEM, now=NOON)
        read_comments(now=NOON + timedelta(minutes=1))

        assert carried() == [("Follow-up was helpful", "", None, None)]
        reading = CommentReading.objects.get()
        assert (reading.praises, reading.criticises) == (True, False)

    def test_what_was_said_last_holds(self):
        said = rating(2, comment="I waited so long.")

        decide(rating=said, theme=theme(), belongs=False, by=SYSTEM, now=NOON)
        decide(rating=said, theme=theme(), belongs=True, by=SYSTEM, now=NOON)

        assert [mark[0] for mark in carried()] == [WAIT]

    def test_it_is_in_the_audit(self):
        said = rating(2, comment="I waited so long.")

        decide(rating=said, theme=theme(), belongs=False, by=SYSTEM, now=NOON)

        entry = AuditEntry.objects.get()
        assert (entry.action, entry.object_id, entry.details) == (
            "comment_theme.removed",
            str(said.pk),
            {"theme": WAIT},
        )


def test_a_theme_is_made_of_a_phrase():
    rating(4, comment="The API documentation is hard to find.")

    made = make_theme(name="API docs", tone=Tone.CONSTRUCTIVE, phrase="API documentation", by=SYSTEM, now=NOON)
    read_comments(now=NOON)

    assert (made.version, made.history.count()) == (1, 1)
    assert carried() == [("API docs", "API documentation", 4, 21)]
