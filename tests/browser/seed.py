"""The people and the key of browser tests, made in the database of the server under test.

    DATABASE_URL=... python -m tests.browser.seed

Runs in a process of its own, because the tests' process is bound to another database. Prints JSON.
"""

import json
import os

import django

PASSWORD = "a long enough password"
REVIEWED = 4  # with one more there are enough for an average


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.test import Client
    from django.utils import timezone

    from agents.actions.presence import set_presence
    from agents.enums import Status
    from agents.models import Agent
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
    quinn = factories.make_user(Role.QA_REVIEWER, username="quinn", first_name="Quinn", last_name="Reyes")
    for _ in range(REVIEWED):
        factories.make_published_review(Agent.objects.get(user__username="sarah"), reviewer=quinn, csat=4)
    User.objects.update(password=make_password(PASSWORD))
    print(  # noqa: T201
        json.dumps(
            {
                "password": PASSWORD,
                "key": factories.make_key(Scope.INGEST),
                "sessions": {user.username: session_of(Client(), user) for user in User.objects.all()},
            }
        )
    )


def session_of(client, user) -> str:
    client.force_login(user)
    return client.session.session_key


if __name__ == "__main__":
    main()
