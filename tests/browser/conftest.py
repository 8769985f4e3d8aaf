"""The whole product on a database of its own, and chromium: pytest's live server is WSGI and has no sockets."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(settings.BASE_DIR)
START_SECONDS = 60
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass(frozen=True)
class Site:
    """The server under test, its people's password, and a key that may post conversations."""

    url: str
    password: str
    key: str


def chromium_path() -> str:
    """Skips where there is none, unless services are required."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("HELPNINJA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path:
        return path
    if os.environ.get("HELPNINJA_REQUIRE_SERVICES") == "1":
        pytest.fail("Browser tests are required, but no chromium was found; set HELPNINJA_CHROMIUM.")
    pytest.skip("no chromium found; set HELPNINJA_CHROMIUM to its path")


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """Web, worker and scheduler, with agents sarah and david, supervisor morgan, QA reviewer quinn."""
    chromium_path()
    folder = tmp_path_factory.mktemp("site")
    with scratch_database(folder) as database_url:
        env = {**os.environ, "DATABASE_URL": database_url, "INSTALLATION": f"test-{uuid.uuid4().hex}"}
        run(env, "manage.py", "migrate", "-v0")
        seeded = json.loads(run(env, "-m", "tests.browser.seed"))
        with serve(env, folder / "serve.log") as url:
            yield Site(url, seeded["password"], seeded["key"])


class scratch_database:  # noqa: N801  used like a function
    """Of the same kind as the tests' database: a file of SQLite, or a database beside it on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "site.sqlite3"
        self.name = f"test_browser_{uuid.uuid4().hex[:12]}"
        self.postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")

    def __enter__(self) -> str:
        if not self.postgres:
            return f"sqlite:///{self.file}"
        self._sql(f'CREATE DATABASE "{self.name}"')
        given = settings.DATABASES["default"]
        login = given["USER"] + (f":{given['PASSWORD']}" if given["PASSWORD"] else "")
        return f"postgres://{login}@{given['HOST']}:{given['PORT'] or 5432}/{self.name}"

    def __exit__(self, *error: object) -> None:
        if self.postgres:
            self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _sql(self, statement: str) -> None:
        given = settings.DATABASES["default"]
        with psycopg.connect(
            dbname="postgres",
            user=given["USER"],
            password=given["PASSWORD"] or None,
            host=given["HOST"],
            port=given["PORT"] or 5432,
            autocommit=True,
        ) as connection:
            connection.execute(statement)


class serve:  # noqa: N801
    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.env, self.log = env, log

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            self._await_answer(url)
        except BaseException:
            self.__exit__()
            raise
        return url

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _await_answer(self, url: str) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)  # the condition is the answer above
        pytest.fail(f"it did not come up:\n{self.log.read_text()[-2000:]}")


def run(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Started for each test: while playwright runs, its event loop would keep other tests from the database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(site: Site, browser: Browser):
    """``sign_in("sarah")`` gives a page of that person's own; errors of its scripts fail the test."""
    errors: list[str] = []

    def open_page(username: str, **context) -> Page:
        page = browser.new_context(base_url=site.url, **context).new_page()
        page.on("pageerror", lambda error: errors.append(f"{username}: {error}"))
        page.goto("/admin/login/?next=/queue/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", site.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/queue/")
        return page

    yield open_page
    assert errors == []


@pytest.fixture
def chat(site: Site, browser: Browser):
    """Posts to the API as the chat platform does: ``chat("conversations", {...})`` gives the answer's JSON."""
    context = browser.new_context(base_url=site.url, extra_http_headers={"Authorization": f"Bearer {site.key}"})

    def post(path: str, body: dict) -> dict:
        answer = context.request.post(f"/api/v1/{path}", data=body)
        assert answer.ok, answer.text()
        return answer.json()

    return post
