"""The people and the key of browser tests, made in the database of the server under test.

    DATABASE_URL=... python -m tests.browser.seed

Runs in a process of its own, because the tests' process is bound to another database. Prints JSON.
"""

import json
import os

import django

PASSWORD = "a long enough password"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.utils import timezone

    from agents.actions.presence import set_presence
    from agents.enums import Status
    from helpninja.common.actors import SYSTEM
    from helpninja.common.roles import Role, Scope
    from tests import factories

    people = (
        ("sarah", "Sarah Mitchell", Role.AGENT),
        ("david", "David Kim", Role.AGENT),
        ("morgan", "Morgan Blake", Role.SUPERVISOR),
    )
    for username, name, role in people:
        agent = factories.make_agent(name, user=factories.make_user(role, username=username))
        set_presence(agent=agent, status=Status.AVAILABLE, by=SYSTEM, now=timezone.now())
    User.objects.update(password=make_password(PASSWORD))
    print(json.dumps({"password": PASSWORD, "key": factories.make_key(Scope.INGEST)}))  # noqa: T201


if __name__ == "__main__":
    main()
