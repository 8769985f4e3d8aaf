"""Messages in bulk (POST /api/v1/ingest) against one at a time (POST /conversations/<id>/messages).

Run on PostgreSQL: ``DATABASE_URL=postgres://... python -m tests.benchmarks.bulk_ingest``. It makes a test database
of its own and removes it. Both sides go through Django's test client in this process, in turns, with the installed
rules and some more (20 in all), on 50 conversations, with messages by which no rule fires.
"""

import json
import os
import statistics
import time
from datetime import UTC, datetime, timedelta

import django

ROUNDS = 7
SINGLE = 300
BULK = 5_000
CONVERSATIONS = 50
RULES = 20
TEXTS = ("How do I connect my shop?", "You find the keys under Settings, Integrations.", "It says access denied.")


def body(number: int, moment: datetime) -> dict:
    """Customer and AI in turns, with all that a chat platform usually says."""
    common = {"external_id": f"m{number}", "text": TEXTS[number % 3], "sent_at": moment.isoformat()}
    if number % 2:
        return {**common, "author": "ai", "ai_confidence": 0.9, "ai_failed": False, "response_ms": 800}
    return {**common, "author": "customer", "intent": "setup_question"}


class Benchmark:
    def __init__(self, client) -> None:
        self.client = client
        self.count = 0
        self.moment = datetime.now(UTC) - timedelta(days=1)
        self.ids = []
        for number in range(CONVERSATIONS):
            response = client.post("/api/v1/conversations", {"external_id": f"c{number}"}, format="json")
            self.ids.append(response.json()["id"])

    def bodies(self, count: int) -> list[tuple[int, dict]]:
        """Conversations and messages for them, each later than the one before."""
        made = []
        for _ in range(count):
            self.count += 1
            self.moment += timedelta(milliseconds=50)
            made.append((self.count % CONVERSATIONS, body(self.count, self.moment)))
        return made

    def single(self) -> float:
        """Messages a second."""
        requests = [(f"/api/v1/conversations/{self.ids[of]}/messages", data) for of, data in self.bodies(SINGLE)]
        started = time.perf_counter()
        statuses = {self.client.post(url, data, format="json").status_code for url, data in requests}
        taken = time.perf_counter() - started
        assert statuses == {201}, statuses
        return SINGLE / taken

    def bulk(self) -> float:
        """Messages a second."""
        lines = [{"type": "message", "conversation": f"c{of}", **data} for of, data in self.bodies(BULK)]
        raw = "\n".join(map(json.dumps, lines))
        started = time.perf_counter()
        response = self.client.generic("POST", "/api/v1/ingest", raw, content_type="application/x-ndjson")
        taken = time.perf_counter() - started
        statuses = {json.loads(line)["status"] for line in response.content.splitlines()}
        assert statuses == {201}, statuses
        return BULK / taken


def add_rules(count: int) -> None:
    from escalations.models import TriggerCondition, TriggerRule

    for number in range(count - TriggerRule.objects.count()):
        rule = TriggerRule.objects.create(name=f"Rule {number}", order=200 + number, reason="content_gap")
        phrases = [f"phrase {number} of {other}" for other in range(5)]
        TriggerCondition.objects.create(
            rule=rule, field="customer_text", operator="contains_phrase", value=phrases
        )


def run() -> None:
    from rest_framework.test import APIClient

    from escalations.models import Message
    from helpninja.common.roles import Scope
    from tests import factories

    add_rules(RULES)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {factories.make_key(Scope.INGEST)}")
    benchmark = Benchmark(client)
    benchmark.single()
    benchmark.bulk()
    singles, bulks, ratios = [], [], []
    for _ in range(ROUNDS):
        singles.append(benchmark.single())
        bulks.append(benchmark.bulk())
        ratios.append(bulks[-1] / singles[-1])
    assert Message.objects.count() == benchmark.count
    print(f"single {statistics.median(singles):,.0f} messages/s")
    print(f"bulk {statistics.median(bulks):,.0f} messages/s")
    print(f"ratio {statistics.median(ratios):.1f} (median of {ROUNDS} rounds; aim 20)")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        run()
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
