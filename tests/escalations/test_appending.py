from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest
from django.db import DataError, connection, connections, transaction

from escalations.actions import appending
from escalations.actions.appending import Plain, find_standing
from escalations.actions.intake import post_message
from escalations.decisions.triggers import Signals
from escalations.models import Conversation, Message
from helpninja.common.actors import SYSTEM
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the short way is PostgreSQL's"),
]

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def conversations(count):
    return [factories.make_conversation(started_at=NOW) for _ in range(count)]


def plain(conversation, text="Hello", **fields):
    message = Message(
        conversation_id=conversation.pk, author="customer", text=text, sent_at=NOW, received_at=NOW, **fields
    )
    standing = find_standing(conversation.public_id, conversation.source)
    return Plain(conversation.public_id, conversation.source, standing, message, Signals(customer_messages=1))


def say(conversation, text, seconds=0):
    now = NOW + timedelta(seconds=seconds)
    data = {"author": "customer", "text": text, "sent_at": now}
    return post_message(
        conversation=conversation.public_id, source=conversation.source, data=data, by=SYSTEM, now=now
    )


def in_threads(works):
    """All at the same time, each with a connection of its own."""
    barrier = Barrier(len(works))

    def run(work):
        try:
            barrier.wait(10)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(run, work) for work in works]]


def texts(conversation):
    return list(conversation.messages.order_by("id").values_list("text", flat=True))


def signals(conversation):
    return Conversation.objects.get(pk=conversation.pk).signals


def test_messages_of_several_conversations_are_stored_together_and_go_on_from_there():
    told = [plain(conversation, f"Hello {number}") for number, conversation in enumerate(conversations(3))]

    assert appending._append(told) == [True, True, True]

    stored = Message.objects.order_by("id").values_list("pk", "conversation_id", "text", "public_id")
    assert sorted(stored) == sorted((t.message.pk, t.left.pk, t.message.text, t.message.public_id) for t in told)
    assert all(
        signals_of == {"customer_messages": 1}
        for signals_of in Conversation.objects.values_list("signals", flat=True)
    )
    assert [appending._append([plain(one)]) for one in Conversation.objects.all()] == [[True]] * 3


def test_second_of_one_conversation_looks_again():
    conversation, other = conversations(2)
    told = [plain(conversation, "First"), plain(conversation, "Second"), plain(other, "Third")]

    assert appending._append(told) == [True, False, True]
    assert texts(conversation) == ["First"]
    assert find_standing(conversation.public_id, conversation.source).signals.customer_messages == 1


def test_conversation_that_went_on_elsewhere_is_left_out_and_read_anew():
    conversation, other = conversations(2)
    told = [plain(conversation), plain(other)]
    Conversation.objects.filter(pk=conversation.pk).update(signals={"customer_messages": 7})

    assert appending._append(told) == [False, True]
    assert find_standing(conversation.public_id, conversation.source).signals.customer_messages == 7


def test_however_many_conversations_there_are_none_is_looked_for_among_all():
    (conversation,) = conversations(1)
    Conversation.objects.bulk_create(
        Conversation(source="web", external_id=f"other {number}") for number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE escalations_conversation")

    plan = appending._rows(f"EXPLAIN {appending.APPEND}", [appending.as_json([plain(conversation).row])])

    assert [step for (step,) in plan if "Seq Scan" in step] == []


@pytest.mark.django_db(transaction=True)
def test_conversation_that_somebody_holds_keeps_no_other_waiting():
    held, free = conversations(2)
    told, is_held, is_done = [plain(held), plain(free)], Event(), Event()

    def hold():
        with transaction.atomic():
            Conversation.objects.select_for_update().get(pk=held.pk)
            is_held.set()
            assert is_done.wait(10)

    def append():
        assert is_held.wait(10)
        try:
            return appending._append(told)
        finally:
            is_done.set()

    assert in_threads([hold, append])[1] == [False, True]
    assert (texts(held), texts(free)) == ([], ["Hello"])


@pytest.mark.django_db(transaction=True)
def test_one_that_the_database_refuses_takes_none_of_the_others_with_it(monkeypatch):
    good, bad = conversations(2)
    refused = plain(bad, intent="much too long" * 20)
    monkeypatch.setattr(appending._together, "write", lambda one: appending._append([one, refused])[0])

    with pytest.raises(DataError):
        appending._append([refused])
    posted = say(good, "Hello")

    assert (posted.created, texts(good), texts(bad)) == (True, ["Hello"], [])


@pytest.mark.django_db(transaction=True)
def test_threads_with_conversations_of_their_own_store_each_message_once_and_in_order():
    told = conversations(8)

    def talk(conversation):
        return [say(conversation, f"Message {number}", number).created for number in range(15)]

    created = in_threads([lambda conversation=conversation: talk(conversation) for conversation in told])

    assert created == [[True] * 15] * 8
    assert all(texts(conversation) == [f"Message {number}" for number in range(15)] for conversation in told)
    assert all(signals(conversation)["customer_messages"] == 15 for conversation in told)


@pytest.mark.django_db(transaction=True)
def test_threads_with_one_conversation_lose_nothing_and_count_each_message_once():
    (conversation,) = conversations(1)

    in_threads(
        [lambda thread=thread: [say(conversation, f"{thread} {n}") for n in range(10)] for thread in range(6)]
    )

    assert sorted(texts(conversation)) == sorted(f"{thread} {n}" for thread in range(6) for n in range(10))
    assert signals(conversation)["customer_messages"] == 60
