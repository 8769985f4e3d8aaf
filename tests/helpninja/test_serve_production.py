"""What production refuses, and that it has nothing else to complain of."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SECRET = "fifty-characters-or-more-that-nobody-else-can-guess-0123456789"


def production(tmp_path, *command: str, **variables: str) -> subprocess.CompletedProcess:
    own = ("DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name not in own},
            "HELPNINJA_PRODUCTION": "1",
            "SECRET_KEY": SECRET,
            "ALLOWED_HOSTS": "help.example.com",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'production.sqlite3'}",
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=90,
    )


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"SECRET_KEY": settings.DEFAULT_SECRET_KEY}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"ALLOWED_HOSTS": "help.example.com,*"}, "ALLOWED_HOSTS must name the hosts"),
    ],
)
def test_production_refuses_what_is_unsafe(tmp_path, variables, reason):
    refused = production(tmp_path, "-c", "import helpninja.settings", **variables)

    assert refused.returncode != 0
    assert f"helpNINJA refuses to start in production: {reason}" in refused.stderr


@pytest.mark.parametrize("server", ["helpninja.wsgi", "helpninja.asgi"])
def test_production_refuses_an_unmigrated_database(tmp_path, server):
    refused = production(tmp_path, "-c", f"import {server}")

    assert refused.returncode != 0
    assert "helpNINJA refuses to start: the database lacks" in refused.stderr


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_celery_refuses_an_unmigrated_database(tmp_path, part):
    refused = production(tmp_path, "-m", "celery", "-A", "helpninja", part)

    assert refused.returncode != 0
    assert "helpNINJA refuses to start: the database lacks" in refused.stderr


def test_production_settings_pass_the_deployment_check(tmp_path):
    checked = production(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr
