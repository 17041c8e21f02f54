"""What Redis knows: which workers live and what they do, how long the queues are and how old their oldest message.

The only file of this desk that reads Redis or Celery. Workers write about themselves (`tell`, at every heartbeat), so
that nobody has to ask them and wait: a worker that was killed stays in the list, silent. Redis itself is asked once, in
one round, and given a second: one that hangs answers like one that is gone, with None.
"""

import contextlib
import json
import logging
import os
import time
from dataclasses import dataclass, field
from typing import Any, Final

import redis
from celery import Celery, current_app
from celery.worker import state as at_work
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from supervision.machine.version import code_version

PATIENCE_SECONDS: Final = 1
WORKERS: Final = "machine:workers"
BEAT: Final = "health:beat"  # config/celery.py writes it
SENT_AT: Final = "sent_at"
TELL_SECONDS: Final = 5
SILENT_SECONDS: Final = 60
FORGOTTEN_SECONDS: Final = 24 * 3600
MOST_DOING: Final = 20
log = logging.getLogger(__name__)


# --- What a worker says of itself ------------------------------------------------------------------------------------


@dataclass
class _Self:
    """Of this process: since when it works, and when it told so last."""

    since: float = field(default_factory=time.time)
    told: float = 0.0


_self = _Self()


def tell(name: str) -> None:
    """Write down that worker `name` lives, its queues, its code and what it does now; at most every few seconds."""
    if time.monotonic() - _self.told < TELL_SECONDS:
        return
    said = {
        "at": time.time(),
        "since": _self.since,
        "pid": os.getpid(),
        "version": code_version(),
        "queues": sorted(current_app.amqp.queues.consume_from),
        "doing": [[one.name, one.time_start] for one in list(at_work.active_requests)[:MOST_DOING]],
        "done": at_work.all_total_count[0],
    }
    try:
        with _client() as client:
            client.hset(WORKERS, name, json.dumps(said))
        _self.told = time.monotonic()
    except (RedisError, OSError):
        log.warning("Redis did not take what %s does", name)


def tell_end(name: str) -> None:
    """A worker that was told to end is no silent one."""
    with contextlib.suppress(RedisError, OSError), _client() as client:
        client.hdel(WORKERS, name)


def stamp(headers: dict[str, Any]) -> None:
    """Let a message say when it was sent: Redis does not know how long it has waited."""
    headers.setdefault(SENT_AT, time.time())


# --- What is seen ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worker:
    """`doing`: (task, for how many seconds). `silent_seconds`: since it spoke last."""

    name: str
    silent_seconds: float
    works_seconds: float
    version: str
    queues: list[str]
    doing: list[tuple[str, float]]
    done: int

    @property
    def lives(self) -> bool:
        return self.silent_seconds < SILENT_SECONDS


@dataclass(frozen=True)
class Queue:
    name: str
    length: int
    oldest_seconds: float | None
    oldest_task: str = ""


@dataclass(frozen=True)
class Seen:
    """`held`: messages that workers have taken and not finished; those of a killed worker too, until they are given out
    again (visibility_timeout)."""

    workers: list[Worker]
    queues: list[Queue]
    beat_seconds: float | None
    held: int
    held_seconds: float | None

    def serving(self, queue: str) -> list[Worker]:
        return [one for one in self.workers if one.lives and queue in one.queues]


def look() -> Seen | None:
    """One round to Redis; None when it does not answer within PATIENCE_SECONDS, or nobody understands what it says."""
    names = queue_names()
    try:
        with _client() as client:
            asked = client.pipeline(transaction=False)
            asked.hgetall(WORKERS).get(BEAT).hlen("unacked").zrange("unacked_index", 0, 0, withscores=True)
            for name in names:
                asked.llen(name).lindex(name, -1)
            said, beat, held, oldest, *lists = asked.execute()
    except (RedisError, OSError):
        return None
    now = time.time()
    queues = [_queue(name, lists[2 * at], lists[2 * at + 1], now) for at, name in enumerate(names)]
    workers = sorted(filter(None, (_worker(name, told, now) for name, told in said.items())), key=lambda one: one.name)
    held_seconds = max(0.0, now - oldest[0][1]) if oldest else None
    return Seen([*workers], queues, _since(beat, now), held, held_seconds)


def queue_names() -> list[str]:
    conf = current_app.conf
    routed = {str(one["queue"]) for one in conf.task_routes.values()}
    return sorted({conf.task_default_queue} | routed)


def timetable() -> set[str]:
    """The tasks that beat sends; they take no arguments."""
    app: Celery = current_app
    return {entry["task"] for entry in app.conf.beat_schedule.values() if not entry.get("args")}


def send(task: str) -> bool:
    """Send a task of the timetable now. False when Redis did not take it; asked first, because Celery waits longer."""
    try:
        with _client() as client:
            client.ping()
        current_app.send_task(task)  # by name: a web process has not read every desk's tasks
    except (OperationalError, RedisError, OSError):
        log.warning("%s was not sent: Redis does not answer", task)
        return False
    return True


# --- reading ---------------------------------------------------------------------------------------------------------


def _client() -> Any:
    """Closes itself. Never tries twice: whoever looks at the page waits for it."""
    patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    client = redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), decode_responses=True, **patience)
    return contextlib.closing(client)


def _worker(name: str, told: str, now: float) -> Worker | None:
    """None for one that fell silent long ago, and for what is no worker's word."""
    try:
        said = json.loads(told)
        silent = now - float(said["at"])
        if silent > FORGOTTEN_SECONDS:
            return None
        return Worker(
            name=name,
            silent_seconds=max(0.0, silent),
            works_seconds=max(0.0, now - float(said["since"])),
            version=str(said["version"]),
            queues=[str(one) for one in said["queues"]],
            doing=[(str(task), max(0.0, now - float(since or now))) for task, since in said["doing"]],
            done=int(said["done"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def _queue(name: str, length: int, oldest: str | None, now: float) -> Queue:
    """The age of its oldest message, None for one that does not say when it was sent."""
    try:
        headers = json.loads(oldest or "{}").get("headers", {})
        return Queue(name, length, max(0.0, now - float(headers[SENT_AT])), str(headers.get("task", "")))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Queue(name, length, None)


def _since(moment: str | None, now: float) -> float | None:
    try:
        return max(0.0, now - float(moment)) if moment is not None else None
    except ValueError:
        return None
