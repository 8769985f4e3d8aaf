"""Is it alive, is it ready: ``/healthz``, ``/readyz``, and the refusal to start on a schema that is not there."""

from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpninja.common.models import Heartbeat

# The beat comes every 5 s; a worker may need 30 s to find a broker that came back.
SILENCE_ALLOWED = timedelta(seconds=60)
UNKNOWN = "unknown"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    troubles = find_troubles(timezone.now())
    ready = not any(troubles.values())
    checks = {name: trouble or "ok" for name, trouble in troubles.items()}
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def find_troubles(now: datetime) -> dict[str, str]:
    """What is wrong with each part, empty where nothing is; unknown where a part before it fails."""
    try:
        missing = unapplied_migrations()
        if missing:
            return {"database": "", "schema": f"{len(missing)} migrations are not applied", "jobs": UNKNOWN}
        return {"database": "", "schema": "", "jobs": _jobs_trouble(now)}
    except (DatabaseError, InterfaceError):
        return {"database": "does not answer", "schema": UNKNOWN, "jobs": UNKNOWN}


def _jobs_trouble(now: datetime) -> str:
    last = Heartbeat.objects.filter(name=Heartbeat.JOBS).values_list("at", flat=True).first()
    if last is None:
        return "no scheduled job has been done yet"
    if now - last > SILENCE_ALLOWED:
        return f"no scheduled job has been done for {(now - last).total_seconds():.0f} s"
    return ""


def unapplied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _migrations_on_disk() - set(applied))


@cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def refuse_unmigrated() -> None:
    """Raises ImproperlyConfigured; a database that does not answer is no reason, ``/readyz`` tells of it."""
    try:
        missing = unapplied_migrations()
    except (DatabaseError, InterfaceError):
        return
    finally:
        _leave_database()
    if missing:
        raise ImproperlyConfigured(
            f"helpNINJA refuses to start: the database lacks {len(missing)} migrations "
            f"(first {missing[0]}). Run: manage.py migrate"
        )


def refuse_unmigrated_production() -> None:
    if settings.PRODUCTION:
        refuse_unmigrated()


def _leave_database() -> None:
    """A server may fork after the check: nothing open may pass into its children."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
