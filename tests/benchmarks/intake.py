"""Message intake against a view that only validates and evaluates the same body, side by side.

    DATABASE_URL=postgres://... python -m tests.benchmarks.intake

One process, its threads each with a conversation of its own, through the application that gunicorn serves, 20
rules, rounds of both sides in turn. Prints the medians (requests a second, and this process's time on the
processor for each) and the median of the rounds' ratios; at least 0.6 is aimed at with twelve threads, as
gunicorn has them.
"""

import io
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.scratch import scratch_database

ROUNDS = 9
REQUESTS = 960
THREADS = (1, 4, 12)
RULES = 20


@dataclass(frozen=True)
class Speed:
    """Requests a second, and milliseconds of the processor for each."""

    rate: float
    cost: float


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


def measure(application, paths: list[str], key: str, expected: int) -> Speed:
    """With a thread for each path."""
    with ThreadPoolExecutor(len(paths)) as threads:
        started, worked = time.perf_counter(), time.process_time()
        share = REQUESTS // len(paths)
        wrong = [
            text for done in threads.map(partial(post, application, key, share, expected), paths) for text in done
        ]
        elapsed, cost = time.perf_counter() - started, time.process_time() - worked
    assert not wrong, wrong[:3]
    return Speed(REQUESTS / elapsed, cost * 1000 / REQUESTS)


def post(application, key: str, requests: int, expected: int, path: str) -> list[str]:
    """The statuses that were not expected."""
    statuses = []
    for number in range(requests):
        response = application(environ(path, key, body(number)), lambda status, headers: statuses.append(status))
        b"".join(response)
        response.close()
    return [status for status in statuses if not status.startswith(str(expected))]


def compare(application, key: str, threads: int) -> None:
    from django.db import connection

    from tests import factories

    empty, full = [], []
    for _ in range(ROUNDS):
        conversations = [factories.make_conversation() for _ in range(threads)]
        paths = [f"/api/v1/conversations/{conversation.public_id}/messages" for conversation in conversations]
        connection.close()  # so that the pool has one for each thread
        empty.append(measure(application, ["/only-validates"] * threads, key, 200))
        full.append(measure(application, paths, key, 201))
    ratio = statistics.median(intake.rate / view.rate for view, intake in zip(empty, full, strict=True))
    print(f"{threads:7} | {shown(empty)} | {shown(full)} | {ratio:.2f}")


def shown(speeds: list[Speed]) -> str:
    rate, cost = (statistics.median(getattr(speed, name) for speed in speeds) for name in ("rate", "cost"))
    return f"{rate:7.0f}/s {cost:7.2f} ms"


def add_rules(count: int) -> None:
    from escalations.enums import ConditionField, Operator, Reason
    from escalations.models import TriggerCondition, TriggerRule

    for number in range(count - TriggerRule.objects.count()):
        rule = TriggerRule.objects.create(name=f"Rule {number}", reason=Reason.TECHNICAL_ISSUE, order=500 + number)
        TriggerCondition.objects.create(
            rule=rule,
            field=ConditionField.CUSTOMER_TEXT,
            operator=Operator.CONTAINS_PHRASE,
            value=[f"phrase number {number}", f"another phrase {number}"],
        )


def main() -> None:
    from django.conf import settings
    from django.db import connection

    from helpninja.common.roles import Scope
    from tests import factories

    settings.ROOT_URLCONF = "tests.benchmarks.intake_urls"
    add_rules(RULES)
    from helpninja.wsgi import application  # which loads the URLs

    key = factories.make_key(Scope.INGEST)
    load = f"load {os.getloadavg()[0]:.1f}"
    print(f"{connection.vendor}, {RULES} rules, {ROUNDS} rounds of {REQUESTS} requests, {load}")
    print("threads | validates, evaluates | message intake       | ratio (aim: 0.60 with 12)")
    for threads in THREADS:
        compare(application, key, threads)


if __name__ == "__main__":
    with scratch_database():
        main()
