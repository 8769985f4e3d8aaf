"""Comments and answers, many at once, in numbers that give the guide's shares; they are of ``rows``'s day."""

from analytics.enums import Tone
from analytics.models import CommentReading, CommentTheme, FeedbackTheme
from escalations.enums import Reason
from escalations.models import Conversation, Escalation, Rating
from tests import factories
from tests.analytics.rows import NOON

POSITIVE = {
    "Quick human response when needed": 361,
    "Agent understood my issue immediately": 297,
    "Didn't have to repeat my question": 202,
    "Got exactly the help I needed": 159,
    "Follow-up was helpful": 42,
}
CONSTRUCTIVE = {
    "Had to wait too long for response": 93,
    "Agent didn't understand my technical issue": 72,
    "Had to explain my problem again": 54,
    "Took multiple people to resolve": 45,
    "Never got a final resolution": 24,
    "AI should have been able to help": 12,
}
BEFORE = {
    "Quick human response when needed": 49,
    "Agent understood my issue immediately": 13,
    "Didn't have to repeat my question": 19,
    "Got exactly the help I needed": 15,
    "Follow-up was helpful": 4,
    "Had to wait too long for response": 54,
    "Agent didn't understand my technical issue": 12,
    "Had to explain my problem again": 18,
    "Took multiple people to resolve": 8,
    "Never got a final resolution": 4,
    "AI should have been able to help": 4,
}
# Of a hundred answers each: promoters, passives, detractors, and the net score that they give. The guide prints
# +58, +47, +28, +35 and +18 beside the same shares, which are not their differences.
ANSWERS = {
    Reason.BILLING_ACCOUNT: (71, 23, 6, "+65"),
    Reason.CUSTOMER_REQUEST: (64, 31, 5, "+59"),
    Reason.TECHNICAL_ISSUE: (51, 37, 12, "+39"),
    Reason.LOW_AI_CONFIDENCE: (56, 33, 11, "+45"),
    Reason.CONTENT_GAP: (42, 44, 14, "+28"),
}


def said(counts, at=NOON):
    """So many comments of each theme, as they stand once they are read."""
    themes = {theme.name: theme for theme in FeedbackTheme.objects.all()}
    carried = [themes[name] for name, count in counts.items() for _ in range(count)]
    ratings = commented("As read", len(carried), at)
    CommentReading.objects.bulk_create(
        CommentReading(
            rating=one,
            revision=1,
            praises=theme.tone == Tone.POSITIVE,
            criticises=theme.tone == Tone.CONSTRUCTIVE,
            read_at=at,
        )
        for one, theme in zip(ratings, carried, strict=True)
    )
    CommentTheme.objects.bulk_create(
        CommentTheme(rating=one, theme=theme) for one, theme in zip(ratings, carried, strict=True)
    )


def said_without_theme(text, number, at=NOON):
    """So many comments that no theme catches, as they stand once they are read."""
    CommentReading.objects.bulk_create(
        CommentReading(rating=one, revision=1, praises=False, criticises=True, read_at=at)
        for one in commented(text, number, at)
    )


def commented(text, number, at):
    talks = Conversation.objects.bulk_create(
        Conversation(source="test", external_id=f"{at:%d}-{text}-{n}", started_at=at, created_at=at)
        for n in range(number)
    )
    return Rating.objects.bulk_create(
        Rating(conversation=talk, rated_at=at, csat=3, comment=text) for talk in talks
    )


def answered(reason, scores):
    """One answer for each score, about escalations for that reason."""
    numbers = range(len(scores))
    talks = Conversation.objects.bulk_create(
        Conversation(source="test", external_id=f"{reason}-{n}", started_at=NOON, created_at=NOON) for n in numbers
    )
    about = {"reason": reason, "priority": 2, "opened_at": NOON, "team": factories.support()}
    cases = Escalation.objects.bulk_create(Escalation(conversation=talk, **about) for talk in talks)
    Rating.objects.bulk_create(
        Rating(conversation=case.conversation, escalation=case, rated_at=NOON, nps=score)
        for case, score in zip(cases, scores, strict=True)
    )


def answer_all():
    """A hundred answers for each reason."""
    for reason, (promoters, passives, detractors, _) in ANSWERS.items():
        answered(reason, [9] * promoters + [8] * passives + [3] * detractors)
