"""GET /healthz: whether each part of the portal works, for a monitor and for `make demo`. No sign-in, no personal data.

{"web": "ok", "database": "ok", "redis": "ok", "worker": "ok", "beat": "no heartbeat"} with status 503: a part that is
not "ok" says what is wrong with it. The worker and beat speak through Redis (config/celery.py writes their heartbeats).
"""

import contextlib
import time

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

STALE_SECONDS = 90  # a heartbeat older than this is none, though its key may still be there
PATIENCE_SECONDS = 2  # a monitor must hear about a Redis that hangs, not hang with it

OK = "ok"
SILENT = "does not answer"
BY_HEARTBEAT = ("worker", "beat")


@require_safe
@never_cache
@login_not_required
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> JsonResponse:
    """Each part and how it is; 200 when all are well, otherwise 503."""
    parts = {"web": OK, "database": database(), **redis_and_heartbeats()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {OK} else 503)


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()  # a connection kept from better days must not speak for a server that is back
        return SILENT
    return OK


def redis_and_heartbeats() -> dict[str, str]:
    """Redis, and the parts that speak through it: they are unknown, not dead, while Redis itself is silent."""
    patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    try:
        with contextlib.closing(redis.from_url(settings.REDIS_URL, **patience)) as client:
            beats = client.mget([heartbeat_key(part) for part in BY_HEARTBEAT])
    except redis.RedisError:
        return {"redis": SILENT} | dict.fromkeys(BY_HEARTBEAT, "unknown without Redis")
    return {"redis": OK} | {part: heartbeat(beat) for part, beat in zip(BY_HEARTBEAT, beats, strict=True)}


def heartbeat_key(part: str) -> str:
    """The Redis key under which a part writes the moment (unix time) of its last heartbeat."""
    return f"health:{part}"


def heartbeat(beat: bytes | str | None) -> str:
    if beat is None:
        return "no heartbeat"
    try:
        age_seconds = time.time() - float(beat)
    except ValueError:
        return "unreadable heartbeat"
    return OK if age_seconds < STALE_SECONDS else f"last heartbeat {age_seconds:.0f} seconds ago"
