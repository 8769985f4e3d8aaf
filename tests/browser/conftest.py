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

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(settings.BASE_DIR)
START_SECONDS = 60
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass(frozen=True)
class Site:
    """The server under test, its people's password and sessions, and a key that may post conversations."""

    url: str
    password: str
    key: str
    sessions: dict[str, str]


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
def site(migrated, tmp_path_factory) -> Iterator[Site]:
    """Web, worker and scheduler, with agents sarah and david, supervisor morgan, QA reviewer quinn."""
    chromium_path()
    folder = tmp_path_factory.mktemp("site")
    with migrated.copy() as database_url:
        env = {**os.environ, "DATABASE_URL": database_url, "INSTALLATION": f"test-{uuid.uuid4().hex}"}
        seeded = json.loads(run(env, "-m", "tests.browser.seed"))
        with serve(env, folder / "serve.log") as url:
            yield Site(url, **seeded)


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
    """``sign_in("sarah")`` gives a page of that person's own, at the queue; errors of its scripts fail the test.

    By the session's cookie: to draw the form and hash a password takes two seconds, for each of twenty pages.
    """
    errors: list[str] = []

    def open_page(username: str, at: str = "/queue/", **context) -> Page:
        own = browser.new_context(base_url=site.url, reduced_motion="reduce", **context)
        own.add_cookies([{"name": "sessionid", "value": site.sessions[username], "url": site.url}])
        page = own.new_page()
        page.on("pageerror", lambda error: errors.append(f"{username}: {error}"))
        page.goto(at)
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
