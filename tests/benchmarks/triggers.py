"""What evaluating trigger rules costs, without a database: microseconds per rule and message.

    python -m tests.benchmarks.triggers

Twenty rules of every kind of condition over 2,000 conversations of 8 messages, customer and AI in turn, each
text different, and no rule fires, so that all are asked. Prints the medians of the rounds, in CPU time, for
folding, for evaluating, for each rule alone (at the messages of the author that it listens to), and for scoring
a customer's sentiment, which intake does once per message.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import SimpleNamespace

import django
from django.conf import settings

CONVERSATIONS = 2_000
MESSAGES = 8
ROUNDS = 5
AIM = 20.0

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
OPENINGS = ("Hello,", "Hi there.", "Good morning,", "", "Sorry to bother you again:", "One more question.")
QUESTIONS = (
    "where do I change the plan of order {n}?",
    "the export of report {n} has been running for an hour and nothing happens, could you please look into it?",
    "our webhook for project {n} stopped receiving events since the weekend. We changed nothing on our side.",
    "how many seats does invoice {n} include, and can I add two more until the end of the month?",
    "it still shows the old address for customer {n}",
    "I can't log in with the account {n}, the reset mail never arrives",
)
CLOSINGS = ("", "Thanks!", "This is annoying.", "Please answer soon, my team is waiting for it.")
ANSWERS = (
    "You find it under Settings, Billing, number {n}.",
    "I have looked at {n} for you: please try again now, and tell me whether the result is the same.",
)

# (name, groups of (field, operator, value, argument))
RULES: list[tuple[str, list[list[tuple]]]] = [
    ("asks for a person", [[("customer_text", "contains_phrase", ["speak to human", "talk to agent"])]]),
    ("fifty phrases", [[("customer_text", "contains_phrase", [f"legal matter number {n}" for n in range(50)])]]),
    ("a common word in phrases", [[("customer_text", "contains_phrase", ["please cancel", "please delete"])]]),
    ("all words", [[("customer_text", "contains_words", ["cancel", "subscription"])]]),
    ("pattern", [[("customer_text", "matches", r"\b(charge\s?back|refund(ed)?|money\s+back)\b")]]),
    ("pattern, negated", [[("customer_text", "matches_not", "."), ("plan", "one_of", ["none"])]]),
    ("very low confidence", [[("ai_confidence", "below", 0.2)]]),
    ("low twice", [[("ai_confidence", "below", 0.4), ("failed_attempts", "at_least", 2)]]),
    ("lowest", [[("lowest_confidence", "below", 0.1)]]),
    ("mean of three", [[("mean_confidence", "below", 0.3, "3")]]),
    ("slow answers", [[("response_seconds", "above", 30)]]),
    ("many messages", [[("customer_messages", "at_least", 9)]]),
    ("sentiment", [[("sentiment", "below", -0.9)]]),
    ("frustrated and dear", [[("frustrated", "is_true", None), ("monthly_value", "at_least", 9_000)]]),
    ("language", [[("language", "one_of", ["fr", "pt-br"])]]),
    ("intent or topic", [[("intent", "one_of", ["refund_request"])], [("topic", "one_of", ["compliance"])]]),
    ("long and important", [[("plan", "one_of", ["enterprise"]), ("minutes", "at_least", 60)]]),
    ("new customers in a region", [[("region", "one_of", ["APAC"]), ("customer_age", "below", 30)]]),
    ("custom attribute", [[("customer_attribute", "at_least", 10_000, "seats")]]),
    ("escalates often", [[("earlier_escalations", "at_least", 9, "30")]]),
]  # fmt: skip


def make_conversation(number: int, rng: Random):
    """Its circumstances, and its messages."""
    from escalations.decisions.triggers import Circumstances

    about = Circumstances(
        plan=rng.choice(["trial", "starter", "pro", "agency", "enterprise"]),
        region=rng.choice(["EMEA", "AMER", "APAC"]),
        channel="web",
        started_at=START,
        signed_up_on=date(2025, 1 + number % 12, 1),
        monthly_value=float(rng.randint(0, 5_000)),
        customer_attributes={"seats": rng.randint(1, 900), "beta": bool(number % 2)},
        earlier=tuple(START - timedelta(days=rng.randint(1, 90)) for _ in range(3)),
    )
    return about, [_message(number * MESSAGES + place, place, rng) for place in range(MESSAGES)]


def _message(number: int, place: int, rng: Random) -> SimpleNamespace:
    is_ai = place % 2
    parts = [rng.choice(ANSWERS)] if is_ai else [rng.choice(OPENINGS), rng.choice(QUESTIONS), rng.choice(CLOSINGS)]
    return SimpleNamespace(
        author="ai" if is_ai else "customer",
        text=" ".join(parts).format(n=number),
        sent_at=START + timedelta(minutes=place),
        ai_confidence=round(rng.uniform(0.45, 1), 2) if is_ai else None,
        ai_failed=None,
        response_ms=rng.randint(300, 4_000) if is_ai else None,
        intent=rng.choice(["", "how_to"]),
        sentiment=None if is_ai else round(rng.uniform(-0.4, 0.8), 2),
    )


def compiled(groups: list[list[tuple]], number: int, name: str):
    from escalations.decisions.triggers import CompiledRule, compile_condition

    checks = tuple(tuple(compile_condition(*condition) for condition in group) for group in groups)
    return CompiledRule(number, name, 1, checks)


def median_us(work: Callable[[], None], per: int) -> float:
    """Microseconds of one of ``per`` equal shares of the work."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds) / per * 1e6


def main() -> None:
    from escalations.decisions.sentiment import sentiment_of
    from escalations.decisions.triggers import Facts, Signals, evaluate, fold

    rng = Random(1)
    told = [make_conversation(number, rng) for number in range(CONVERSATIONS)]
    rules = tuple(compiled(groups, number, name) for number, (name, groups) in enumerate(RULES))

    def fold_all() -> None:
        for _, messages in told:
            signals = Signals()
            for message in messages:
                signals = fold(signals, message)

    facts = []
    for about, messages in told:
        signals = Signals()
        for message in messages:
            signals = fold(signals, message)
            facts.append(Facts(message, signals, "billing", about))
    customers = [one for one in facts if one.message.author == "customer"]
    answers = [one for one in facts if one.message.author == "ai"]

    def evaluate_all(some_rules, some_facts) -> Callable[[], None]:
        def work() -> None:
            for one in some_facts:
                evaluate(some_rules, one, START)

        return work

    fired = sum(evaluate(rules, one, START) is not None for one in facts)
    every = median_us(evaluate_all(rules, facts), len(facts))
    print(f"{len(rules)} rules, {len(facts):,} messages, {fired:,} fires, medians of {ROUNDS} rounds")
    print(f"evaluating, per rule and message: {every / len(rules):6.2f} us (aim: at most {AIM:g})")
    print(f"evaluating all rules, a message:  {every:6.2f} us")
    print(f"folding, a message:               {median_us(fold_all, len(facts)):6.2f} us")
    texts = [one.message.text for one in customers[:2_000]]
    sentiment = median_us(lambda: [sentiment_of(text) for text in texts] and None, len(texts))
    length = sum(map(len, texts)) / len(texts)
    print(f"sentiment, a customer's message:  {sentiment:6.2f} us (mean of {length:.0f} characters)")
    print("each rule alone, at the messages it listens to:")
    for rule in rules:
        heard = [*(customers if rule.groups_at["customer"] else ()), *(answers if rule.groups_at["ai"] else ())]
        print(f"  {rule.name:28} {median_us(evaluate_all((rule,), heard), len(heard)):6.2f} us")


if __name__ == "__main__":
    settings.configure(INSTALLED_APPS=[])
    django.setup()
    main()
