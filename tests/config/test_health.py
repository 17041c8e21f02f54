"""/healthz tells which part does not work, to anybody, and nothing else."""

import contextlib
import socket
import time

import pytest
import redis
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import health

ALL_WELL = {"web": "ok", "database": "ok", "redis": "ok", "worker": "ok", "beat": "ok"}


@pytest.fixture
def store(settings):
    """The Redis of these tests, with both heartbeats fresh."""
    with redis.from_url(settings.REDIS_URL) as client:
        for part in health.BY_HEARTBEAT:
            client.set(f"health:{part}", int(time.time()), ex=30)
        yield client
        client.delete(*map(health.heartbeat_key, health.BY_HEARTBEAT))


def answer() -> tuple[int, dict[str, str]]:
    response = Client().get("/healthz")
    return response.status_code, response.json()


@pytest.mark.django_db
def test_all_is_well(store):
    assert answer() == (200, ALL_WELL)


@pytest.mark.django_db
def test_anybody_may_ask_and_it_costs_one_query_and_no_session(store):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = Client().get("/healthz")
    assert [query["sql"] for query in queries] == ["SELECT 1"]
    assert response.cookies == {}
    assert "no-store" in response["Cache-Control"]
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_part_without_heartbeat_is_named(store, part):
    store.delete(f"health:{part}")
    assert answer() == (503, ALL_WELL | {part: "no heartbeat"})


@pytest.mark.django_db
def test_an_old_heartbeat_is_none(store):
    store.set("health:worker", int(time.time()) - 120)
    status, parts = answer()
    assert (status, parts["worker"]) in {(503, f"last heartbeat {seconds} seconds ago") for seconds in (120, 121, 122)}


@pytest.mark.django_db
def test_a_heartbeat_nobody_can_read_is_none(store):
    store.set("health:beat", "soon")
    assert answer() == (503, ALL_WELL | {"beat": "unreadable heartbeat"})


@pytest.mark.django_db
def test_while_redis_is_silent_its_guests_are_unknown(store, settings):
    settings.REDIS_URL = "redis://:S3CRET@127.0.0.1:1/0"
    unknown = "unknown without Redis"
    assert answer() == (503, ALL_WELL | {"redis": "does not answer", "worker": unknown, "beat": unknown})


@pytest.mark.django_db
def test_a_redis_that_hangs_does_not_hang_the_answer(store, settings, silent_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    started = time.monotonic()
    assert answer()[1]["redis"] == "does not answer"
    assert time.monotonic() - started < 10


@pytest.fixture
def silent_port():
    """A server that takes the connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_is_named_and_welcomed_back(store):
    place = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        assert answer() == (503, ALL_WELL | {"database": "does not answer"})
    finally:
        connection.settings_dict["PORT"] = place
    assert answer() == (200, ALL_WELL)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_dropped_does_not_stay_broken(store):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    answer()
    assert answer() == (200, ALL_WELL)
