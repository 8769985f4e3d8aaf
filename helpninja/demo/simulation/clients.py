"""The API as its clients see it: the chat platform with its key, an agent with a session."""

import secrets
from typing import Any

import httpx2
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore

API = "/api/v1"
TIMEOUT = 15.0

Json = dict[str, Any]


def connect(address: str, **settings_of_client: Any) -> httpx2.Client:
    return httpx2.Client(base_url=address, timeout=TIMEOUT, trust_env=False, **settings_of_client)


def sign_in(user: User) -> dict[str, str]:
    """Cookies of a session: whether the user changed the demo's password doesn't matter."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {
        settings.SESSION_COOKIE_NAME: str(session.session_key),
        settings.CSRF_COOKIE_NAME: secrets.token_hex(16),
    }


class _Client:
    """Every method raises httpx2.HTTPError where it did not get what it asked for."""

    def __init__(self, http: httpx2.Client) -> None:
        self.http = http

    def _get(self, path: str, **query: str) -> Json:
        return self._answer(self.http.get(API + path, params=query))

    def _post(self, path: str, body: Json | None = None) -> Json:
        return self._answer(self.http.post(API + path, json=body or {}))

    def _answer(self, response: httpx2.Response) -> Json:
        response.raise_for_status()
        answer: Json = response.json()
        return answer

    def escalations(self, **query: str) -> list[Json]:
        found: list[Json] = self._get("/escalations", page_size="100", **query)["results"]
        return found

    def messages(self, conversation: str, after: str = "") -> list[Json]:
        query = {"after": after} if after else {}
        found: list[Json] = self._get(f"/conversations/{conversation}/messages", **query)["results"]
        return found


class Chat(_Client):
    """The chat platform."""

    @classmethod
    def at(cls, address: str, key: str) -> "Chat":
        return cls(connect(address, headers={"Authorization": f"Bearer {key}"}))

    def start(self, body: Json) -> str:
        return str(self._post("/conversations", body)["id"])

    def say(self, conversation: str, body: Json) -> Json:
        return self._post(f"/conversations/{conversation}/messages", body)

    def escalation(self, escalation: str) -> Json:
        return self._get(f"/escalations/{escalation}")

    def rate(self, conversation: str, csat: int) -> None:
        self._post(f"/conversations/{conversation}/ratings", {"csat": csat})

    def close(self, conversation: str) -> None:
        self._post(f"/conversations/{conversation}/close")


class Desk(_Client):
    """An agent's workspace."""

    @classmethod
    def at(cls, address: str, cookies: dict[str, str]) -> "Desk":
        token = cookies[settings.CSRF_COOKIE_NAME]
        return cls(connect(address, cookies=cookies, headers={"X-CSRFToken": token}))

    def claim(self, escalation: str) -> Json:
        return self._post(f"/escalations/{escalation}/claim")

    def reply(self, escalation: str, text: str) -> None:
        self._post(f"/escalations/{escalation}/reply", {"text": text})

    def resolve(self, escalation: str, resolution: Json) -> None:
        self._post(f"/escalations/{escalation}/resolve", resolution)
