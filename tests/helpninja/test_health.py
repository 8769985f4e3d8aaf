from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import path
from django.utils import timezone

from helpninja import health
from helpninja.common.models import Heartbeat


def fail_with(error):
    def view(request):
        raise error

    return view


class BreaksAfterTheView:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        self.get_response(request)
        raise OperationalError("the session could not be saved")


urlpatterns = [
    path("away", fail_with(OperationalError("connection refused"))),
    path("api/v1/away", fail_with(OperationalError("connection refused"))),
    path("lost", fail_with(InterfaceError("connection already closed"))),
    path("wrong", fail_with(IntegrityError("duplicate key"))),
    path("fine", lambda request: HttpResponse("fine")),
]
handler500 = "helpninja.common.middleware.server_error"


def beat(*, ago):
    Heartbeat.objects.create(name=Heartbeat.JOBS, at=timezone.now() - ago)


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_readyz_names_each_check(client):
    beat(ago=timedelta(seconds=5))

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": {"database": "ok", "schema": "ok", "jobs": "ok"}}
    assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ago", "said"),
    [(None, "no scheduled job has been done yet"), (90, "no scheduled job has been done for 90 s")],
)
@time_machine.travel("2026-03-02T12:00:00Z", tick=False)
def test_not_ready_while_no_jobs_are_done(client, ago, said):
    if ago:
        beat(ago=timedelta(seconds=ago))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "schema": "ok", "jobs": said}


@pytest.mark.django_db
def test_not_ready_while_migrations_are_missing(client):
    beat(ago=timedelta(0))
    MigrationRecorder.Migration.objects.filter(app="common", name="0003_heartbeat").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["schema"] == "1 migrations are not applied"


def test_not_ready_while_the_database_does_not_answer(client, monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "unapplied_migrations", refuse)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {
        "database": "does not answer",
        "schema": "unknown",
        "jobs": "unknown",
    }


@pytest.mark.django_db
def test_a_server_refuses_to_start_on_an_unmigrated_database(monkeypatch):
    monkeypatch.setattr(health, "_leave_database", lambda: None)
    health.refuse_unmigrated()
    MigrationRecorder.Migration.objects.filter(app="common", name="0003_heartbeat").delete()

    with pytest.raises(ImproperlyConfigured, match=r"lacks 1 migrations \(first common.0003_heartbeat\)"):
        health.refuse_unmigrated()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/away", "/lost"])
def test_a_page_whose_database_is_away_asks_to_come_back(client, address):
    response = client.get(address)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"
    assert "try again shortly" in response.text


@pytest.mark.urls(__name__)
def test_an_api_view_whose_database_is_away_answers_with_a_problem(client):
    response = client.get("/api/v1/away")

    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "2"


@pytest.mark.urls(__name__)
async def test_the_same_on_the_asynchronous_server():
    response = await AsyncClient().get("/away")

    assert response.status_code == 503


@pytest.mark.urls(__name__)
def test_a_middleware_whose_database_is_away_asks_to_come_back(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.BreaksAfterTheView"]

    response = Client(raise_request_exception=False).get("/fine")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")


@pytest.mark.urls(__name__)
def test_what_is_wrong_with_the_code_is_still_an_error():
    response = Client(raise_request_exception=False).get("/wrong")

    assert response.status_code == 500
