import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone
from rich.console import Console

from helpninja import health, serving
from helpninja.demo import loading, welcome
from helpninja.demo.simulation import running

POLL = 0.2
# SQLite has no queue for its writer: whoever waits for it looks again 0.1 s later at most.
TURN = 0.15


class Command(BaseCommand):
    help = "Loads a believable team with 120 days of history into an empty database, and serves it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-simulation", action="store_true", help="Nobody writes or answers by itself.")

    def handle(self, *args: Any, host: str, port: int, no_simulation: bool, **options: Any) -> None:
        console = Console()
        try:
            is_loaded = loading.check_database()
        except loading.ForeignData as found:
            raise CommandError(
                f"This database holds {found}, which is not the demo's. Nothing was changed. "
                "Give the demo an empty database of its own with DATABASE_URL."
            ) from found
        with without_collector():
            call_command("migrate", verbosity=0)
            if not is_loaded:
                with console.status("Loading 120 days of history"):
                    loading.load(timezone.now())

        def ready() -> None:
            welcome.say(console, host, port)
            Thread(target=load_rest, name="demo rest", daemon=True).start()
            if not no_simulation:
                running.start(welcome.address(host, port))

        serving.run(host, port, ready)


@contextmanager
def without_collector() -> Iterator[None]:
    """A million objects are made that all stay: to look for cycles among them takes a seventh of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def load_rest() -> None:
    """Beside the server, once it is ready: until then the machine and SQLite's writer are its own."""
    while any(health.find_troubles(timezone.now()).values()):
        time.sleep(POLL)
    loading.load_rest(timezone.now(), give_way=partial(time.sleep, TURN))
    connection.close()
