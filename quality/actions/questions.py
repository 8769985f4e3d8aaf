"""Gathers the questions that the knowledge base had no answer to, each conversation's or escalation's once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from escalations.enums import Author, Reason, Timing
from escalations.models import Escalation, Message
from quality.decisions.wording import content_words
from quality.enums import MISSING_CONTENT, QuestionSource
from quality.models import ArticleSearch, GapQuestion
from quality.models.gap import MAX_QUESTION

# Questions asked earlier are not grouped any more, unless people put them where they are.
KEPT_FOR = timedelta(days=180)
# Below it an answer of the AI shows that it lacked one; as the installed trigger rules have it.
UNSURE_BELOW = 0.4
# Messages with smaller numbers may still have been on their way when the last one was read.
READ_AGAIN = 1_000
AT_ONCE = 500


def gather(*, read_up_to: int, now: datetime) -> int:
    """Stores what is new, changes what agents have noted since, and gives how far messages have been read.

    ``read_up_to``: the last message of an earlier call. May be called twice: nothing is stored twice.
    """
    since = now - KEPT_FOR
    for part in _parts(_unanswered_escalations(since)):
        _store_escalations(list(Escalation.objects.filter(pk__in=part).select_related("gap_question")))
    last = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    for part in _parts(_unsure_answers(read_up_to - READ_AGAIN, last, since)):
        answers = Message.objects.filter(pk__in=part).select_related("conversation")
        _store_unsure(list(answers.order_by("sent_at", "pk")))
    _tie_to_escalations(since)
    for part in _parts(_missed_searches(since)):
        _store_searches(list(ArticleSearch.objects.filter(pk__in=part).select_related("conversation")))
    GapQuestion.objects.filter(gap=None, at__lt=since).delete()
    return max(read_up_to, last)


def _parts(ids: QuerySet[Any, int]) -> Iterator[list[int]]:
    """All are read at once, since what is stored of them may change which they are."""
    whole = list(ids)
    return (whole[at : at + AT_ONCE] for at in range(0, len(whole), AT_ONCE))


def _unanswered_escalations(since: datetime) -> QuerySet[Escalation, int]:
    """For missing content by the rule or the agent, and not known yet, or known with another note."""
    missing = Q(reason=Reason.CONTENT_GAP) | ~Q(missing_content="")
    known = Q(gap_question__source__in=MISSING_CONTENT, gap_question__note=F("missing_content"))
    rows = Escalation.objects.filter(missing, opened_at__gte=since, timing=Timing.MEASURED).exclude(known)
    return rows.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _store_escalations(escalations: list[Escalation]) -> None:
    texts = _questions_of(escalations)
    asked_alone = {
        one.conversation_id: one
        for one in GapQuestion.objects.filter(
            conversation__in={one.conversation_id for one in escalations}, escalation=None, search=None
        )
    }
    fresh = []
    for escalation in escalations:
        known = getattr(escalation, "gap_question", None) or asked_alone.pop(escalation.conversation_id, None)
        question = known or GapQuestion(conversation_id=escalation.conversation_id, at=escalation.opened_at)
        question.escalation_id = escalation.pk
        question.source = QuestionSource.NOTED if escalation.missing_content else QuestionSource.CONTENT_GAP
        question.note, question.topic_id = escalation.missing_content, escalation.topic_id
        question.text = texts.get(escalation.pk, "") or escalation.subject
        fresh.append(question)
    _save(fresh)


def _questions_of(escalations: list[Escalation]) -> dict[int, str]:
    """The customer's first message up to the opening that says something; else the longest of them."""
    said: dict[int, list[tuple[datetime | None, str]]] = defaultdict(list)
    rows = Message.objects.filter(
        conversation__in={one.conversation_id for one in escalations}, author=Author.CUSTOMER
    )
    for conversation, at, text in rows.in_order().values_list("conversation", "sent_at", "text"):
        said[conversation].append((at, text))
    return {one.pk: _telling(one, said[one.conversation_id]) for one in escalations}


def _telling(escalation: Escalation, said: list[tuple[datetime | None, str]]) -> str:
    before = [text for at, text in said if at is None or at <= escalation.opened_at]
    telling = (text for text in before if says_something(text))
    return (next(telling, None) or max(before, key=len, default="")).strip()[:MAX_QUESTION]


def says_something(text: str) -> bool:
    """Unlike "Hello" and "Are you there?"."""
    return bool(content_words(text[:MAX_QUESTION]))


def _unsure_answers(after: int, last: int, since: datetime) -> QuerySet[Message, int]:
    unsure = Q(ai_confidence__lt=UNSURE_BELOW) | Q(ai_failed=True)
    told = Q(author=Author.AI, sent_at__gte=since, conversation__timing=Timing.MEASURED)
    rows = Message.objects.filter(unsure, told, pk__gt=after, pk__lte=last)
    return rows.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _store_unsure(answers: list[Message]) -> None:
    """The question before the first such answer of each conversation that has none yet."""
    conversations = {one.conversation_id for one in answers}
    known = set(
        GapQuestion.objects.filter(conversation__in=conversations, search=None).values_list(
            "conversation", flat=True
        )
    )
    asked: dict[int, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(conversation__in=conversations - known, author=Author.CUSTOMER):
        asked[message.conversation_id].append(message)
    fresh = []
    for answer in answers:
        if answer.conversation_id not in known and (question := _before(answer, asked[answer.conversation_id])):
            known.add(answer.conversation_id)
            fresh.append(question)
    _save(fresh)


def _before(answer: Message, asked: list[Message]) -> GapQuestion | None:
    """The last question before it, of those that say something; nothing where no time is known."""
    timed = [(one.sent_at, one.pk, one.text) for one in asked if one.sent_at and says_something(one.text)]
    at, _, text = max((one for one in timed if answer.sent_at and one[0] <= answer.sent_at), default=(None, 0, ""))
    if at is None:
        return None
    return GapQuestion(
        source=QuestionSource.UNSURE,
        conversation_id=answer.conversation_id,
        topic_id=answer.conversation.topic_id,
        text=text.strip()[:MAX_QUESTION],
        at=at,
    )


def _missed_searches(since: datetime) -> QuerySet[ArticleSearch, int]:
    rows = ArticleSearch.objects.filter(hits=0, at__gte=since, gap_question=None)
    return rows.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _store_searches(searches: list[ArticleSearch]) -> None:
    fresh = [
        GapQuestion(
            source=QuestionSource.SEARCH,
            search=search,
            conversation=search.conversation,
            topic_id=search.conversation.topic_id if search.conversation else None,
            text=search.text,
            at=search.at,
        )
        for search in searches
        if says_something(search.text)
    ]
    _save(fresh)


def _save(questions: list[GapQuestion]) -> None:
    """What another run has stored in the meantime stays as it is."""
    GapQuestion.objects.bulk_create([one for one in questions if one.pk is None], ignore_conflicts=True)
    changed = ["escalation", "source", "note", "topic", "text"]
    GapQuestion.objects.bulk_update([one for one in questions if one.pk is not None], changed, batch_size=AT_ONCE)


def _tie_to_escalations(since: datetime) -> None:
    """What the AI was unsure of often came to people afterwards: that escalation is the question's, too."""
    alone: QuerySet[GapQuestion] = GapQuestion.objects.filter(
        escalation=None, search=None, at__gte=since, conversation__escalations__gap_question=None
    )
    pairs = alone.filter(conversation__escalations__isnull=False).order_by("conversation__escalations__opened_at")
    first: dict[int, int] = {}
    for question, escalation in pairs.values_list("pk", "conversation__escalations"):
        first.setdefault(question, escalation)
    GapQuestion.objects.bulk_update(
        [GapQuestion(pk=question, escalation_id=escalation) for question, escalation in first.items()],
        ["escalation"],
        batch_size=AT_ONCE,
    )
