"""A back-test of one draft rule on 100,000 conversations of eight messages, beside 20 active rules.

Run: ``DATABASE_URL=postgres://... python -m tests.benchmarks.backtest [conversations]`` (SQLite without
it). It makes a database of its own and removes it: a thousand conversations as the chat would have posted them, of
which every seventh was handed over and handled, and then copies of them by the database itself.
"""

import itertools
import random
import sys
import time
from datetime import timedelta

from tests.benchmarks.scratch import scratch_database

CONVERSATIONS = 100_000
TEMPLATES = 1_000
MESSAGES = 8
RULES = 20
DAYS = 90
AIM_SECONDS = 60
ASKED = (
    "Hello, I can't find the setting for the widget's colour. Where is it?",
    "My export has been running for two hours now and nothing has come. Is something wrong with it?",
    "That did not help, I had tried it before I wrote to you. It still says that access is denied.",
    "Why was I charged twice this month? I want to see my invoices and have the second one refunded.",
    "Thanks, I'll try that and come back if it does not work.",
)
ANSWERED = (
    "You find it under Settings, Appearance. Choose a colour there and save; the widget follows within a minute.",
    "Exports of large accounts take longer than usual at present. You get an e-mail once yours is ready.",
    "I'm sorry that it still fails. Could you tell me which browser you use, and when it happened last?",
)
INTENTS = ("setup_question", "export_question", "billing_question", "")


def add_rules() -> None:
    """The installed ones, and more of the kinds that people make, until there are 20; none of them fires often."""
    from escalations.models import TriggerCondition, TriggerRule

    kinds = (
        ("customer_text", "contains_phrase", [f"phrase {n} of the rule" for n in range(5)]),
        ("ai_confidence", "below", 0.05),
        ("failed_attempts", "at_least", 6),
        ("intent", "one_of", ["rare_intent", "rarer_intent"]),
    )
    for number in range(RULES - TriggerRule.objects.filter(active=True).count()):
        rule = TriggerRule.objects.create(name=f"Rule {number}", order=200 + number, reason="content_gap")
        field, operator, value = kinds[number % len(kinds)]
        TriggerCondition.objects.create(rule=rule, field=field, operator=operator, value=value)


def add_draft():
    from escalations.models import TriggerCondition, TriggerRule

    draft = TriggerRule.objects.create(name="Draft", order=999, reason="billing_account", active=False)
    conditions = (
        ("customer_text", "contains_phrase", ["charged twice", "refunded"]),
        ("failed_attempts", "at_least", 1),
    )
    for group, (field, operator, value) in enumerate(conditions, start=1):
        TriggerCondition.objects.create(rule=draft, group=group, field=field, operator=operator, value=value)
    return draft


def add_templates(now) -> None:
    from escalations.models import Conversation, Escalation, HandlingInterval, Message
    from tests import factories

    chance = random.Random(7)
    topic, agent, team = factories.make_topic(), factories.make_agent(), factories.support()
    starts = [now - timedelta(seconds=chance.uniform(1, DAYS * 86400)) for _ in range(TEMPLATES)]
    conversations = Conversation.objects.bulk_create(
        Conversation(source="chat", external_id=f"c{n}", started_at=start, topic=topic if n % 2 else None)
        for n, start in enumerate(starts)
    )
    messages = Message.objects.bulk_create(
        itertools.chain.from_iterable(exchange(conversation, chance) for conversation in conversations)
    )
    handed = conversations[::7]
    last = {message.conversation_id: message for message in messages}
    escalations = Escalation.objects.bulk_create(
        Escalation(
            conversation=one,
            team=team,
            reason="billing_account",
            priority=2,
            state="resolved",
            necessity="needed",
            trigger_message=last[one.pk],
            opened_at=last[one.pk].sent_at,
            resolved_at=last[one.pk].sent_at,
            last_resolved_at=last[one.pk].sent_at,
            first_response_due_at=one.started_at + timedelta(minutes=9),
        )
        for one in handed
    )
    HandlingInterval.objects.bulk_create(
        HandlingInterval(
            escalation=one,
            agent=agent,
            started_at=one.opened_at,
            ended_at=one.opened_at + timedelta(minutes=9),
            seconds=540,
            hourly_cost=36,
        )
        for one in escalations
    )


def exchange(conversation, chance: random.Random):
    """Customer and AI in turns, with all that a chat platform usually says."""
    from escalations.models import Message

    for place in range(MESSAGES):
        said = {"conversation": conversation, "sent_at": conversation.started_at + timedelta(seconds=40 * place)}
        if place % 2:
            confidence = round(chance.uniform(0.45, 1), 2)
            yield Message(
                **said, author="ai", text=chance.choice(ANSWERED), ai_confidence=confidence, response_ms=900
            )
        else:
            yield Message(**said, author="customer", text=chance.choice(ASKED), intent=chance.choice(INTENTS))


def multiply(times: int) -> None:
    """Copies each row by the database itself; ids are shifted by the same step, so that copies belong together."""
    from django.db import connection

    from escalations.models import Conversation, Escalation, HandlingInterval, Message

    step = 10_000_000
    shifted = (Conversation, Message, Escalation, HandlingInterval)
    for model in shifted:
        fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
        columns = [field.column for field in fields]
        values = [_shifted(field, step, shifted) for field in fields]
        numbers = (
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times - 1})"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
                f"{numbers} SELECT {', '.join(values)} FROM {model._meta.db_table}, numbers"
            )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _shifted(field, step: int, shifted) -> str:
    if field.primary_key or field.related_model in shifted:
        return f"{field.column} + n * {step}"
    return {"public_id": "'b' || id || '-' || n", "external_id": "external_id || '-' || n"}.get(
        field.name, field.column
    )


def run(conversations: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from escalations.actions.backtests import request_backtest, run_backtest
    from escalations.models import Conversation, TriggerRule
    from helpninja.common.actors import SYSTEM
    from tests import factories

    now = timezone.now()
    add_rules()
    add_templates(now)
    if conversations > TEMPLATES:
        multiply(conversations // TEMPLATES)
    backtest = request_backtest(
        rule=add_draft(),
        start=now - timedelta(days=DAYS),
        end=now,
        time_zone="America/New_York",
        teams=[factories.support()],
        by=SYSTEM,
        now=now,
    )
    rules = TriggerRule.objects.filter(active=True).count()
    started, cpu = time.perf_counter(), time.process_time()
    assert run_backtest(backtest_id=backtest.pk, clock=timezone.now)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    backtest.refresh_from_db()
    found = backtest.results
    assert found["conversations"] == Conversation.objects.count(), found["conversations"]
    outcomes = {name: n for name, n in found["outcomes"].items() if n}
    count = found["conversations"]
    print(f"{connection.vendor}: {count:,} conversations, {found['messages']:,} messages, {rules} active rules")
    print(f"outcomes {outcomes}")
    print(f"{seconds:.1f} s ({cpu:.1f} s of them this process's own), {count / seconds:,.0f} conversations/s")
    print(f"aim: 100,000 in at most {AIM_SECONDS} s")


def main() -> None:
    with scratch_database():
        run(int(sys.argv[1]) if len(sys.argv) > 1 else CONVERSATIONS)


if __name__ == "__main__":
    main()
