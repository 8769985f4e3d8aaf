"""Message intake against a view that only validates and evaluates the same body, side by side.

    DATABASE_URL=postgres://... python -m tests.benchmarks.intake

One process with four threads, each with a conversation of its own, through the WSGI handler, 20 rules, rounds
of both sides in turn. Prints the medians and their ratio; at least 0.6 is aimed at.
"""

import io
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.benchmarks.scratch import scratch_database

ROUNDS = 9
REQUESTS = 800
THREADS = 4


def body(number: int) -> bytes:
    """Customer and AI in turn; nothing escalates, so that each request is a plain message."""
    if number % 2:
        return json.dumps({"author": "ai", "text": "You find it under Settings.", "ai_confidence": 0.92}).encode()
    return json.dumps(
        {"author": "customer", "text": "Where do I change my plan?", "intent": "navigation"}
    ).encode()


def environ(path: str, key: str, content: bytes) -> dict:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.input": io.BytesIO(content),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "HTTP_AUTHORIZATION": f"Bearer {key}",
    }


def measure(application, paths: list[str], key: str, expected: int) -> float:
    """Requests a second, with a thread for each path."""
    with ThreadPoolExecutor(len(paths)) as threads:
        started = time.perf_counter()
        share = REQUESTS // len(paths)
        wrong = [
            text for done in threads.map(partial(post, application, key, share, expected), paths) for text in done
        ]
        elapsed = time.perf_counter() - started
    assert not wrong, wrong[:3]
    return REQUESTS / elapsed


def post(application, key: str, requests: int, expected: int, path: str) -> list[str]:
    """The statuses that were not expected."""
    statuses = []
    for number in range(requests):
        response = application(environ(path, key, body(number)), lambda status, headers: statuses.append(status))
        b"".join(response)
        response.close()
    return [status for status in statuses if not status.startswith(str(expected))]


def main() -> None:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection

    from escalations.enums import ConditionField, Operator, Reason
    from escalations.models import TriggerCondition, TriggerRule
    from helpninja.common.roles import Scope
    from tests import factories

    settings.ROOT_URLCONF = "tests.benchmarks.intake_urls"
    missing = 20 - TriggerRule.objects.count()
    for number in range(missing):
        rule = TriggerRule.objects.create(name=f"Rule {number}", reason=Reason.TECHNICAL_ISSUE, order=500 + number)
        TriggerCondition.objects.create(
            rule=rule,
            field=ConditionField.CUSTOMER_TEXT,
            operator=Operator.CONTAINS_PHRASE,
            value=[f"phrase number {number}", f"another phrase {number}"],
        )
    key = factories.make_key(Scope.INGEST)
    application = WSGIHandler()
    empty, full = [], []
    for _ in range(ROUNDS):
        conversations = [factories.make_conversation() for _ in range(THREADS)]
        paths = [f"/api/v1/conversations/{conversation.public_id}/messages" for conversation in conversations]
        empty.append(measure(application, ["/only-validates"] * THREADS, key, 200))
        full.append(measure(application, paths, key, 201))
    ratio = statistics.median(full) / statistics.median(empty)
    rules = TriggerRule.objects.count()
    print(f"{connection.vendor}, {rules} rules, {THREADS} threads, {ROUNDS} rounds of {REQUESTS} requests")
    print(f"validates and evaluates only: {statistics.median(empty):7.0f} requests/s")
    print(f"message intake:               {statistics.median(full):7.0f} requests/s")
    print(f"ratio:                        {ratio:7.2f} (aim: at least 0.60)")


if __name__ == "__main__":
    with scratch_database():
        main()
