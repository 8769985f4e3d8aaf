"""``Authorization: Bearer hn_<prefix>_<secret>``."""

import secrets
import time
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from helpninja.common.models import ApiKey

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema  # which imports the views, which import this module

# A key is read from the database at most once a second: revoking one takes effect within that time.
CACHE_SECONDS = 1.0
_cache: dict[str, tuple[float, ApiKey | None]] = {}


class KeyUser(AnonymousUser):
    """Nobody in person, yet authenticated: what the key may do is in its scopes."""

    is_active = True  # type: ignore[assignment]

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        return True


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>``.

    Without it another way may still know the caller; with a wrong one the answer is 401.
    """

    def authenticate(self, request: Request) -> tuple[KeyUser, ApiKey] | None:
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = find_key(text.strip())
        if key is None:
            raise AuthenticationFailed("The API key is unknown or was revoked.")
        return KeyUser(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the API's description names it."""

    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def find_key(text: str) -> ApiKey | None:
    """The usable key of that text, or None."""
    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != "hn":
        return None
    _, prefix, secret = parts
    key = _by_prefix(prefix)
    if key is None or not secrets.compare_digest(key.secret_hash, ApiKey.hash_secret(secret)):
        return None
    return key


def _by_prefix(prefix: str) -> ApiKey | None:
    now = time.monotonic()
    found = _cache.get(prefix)
    if found is not None and now - found[0] < CACHE_SECONDS:
        return found[1]
    key = ApiKey.objects.usable().filter(prefix=prefix[:12]).first() if "\x00" not in prefix else None
    if len(_cache) > 1000:
        _cache.clear()
    _cache[prefix] = (now, key)
    return key


def forget_keys() -> None:
    """So that a key revoked in this process stops at once."""
    _cache.clear()
