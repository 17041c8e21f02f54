"""What Redis knows, asked once; one that hangs is told apart from nothing to do."""

import json
import time

import redis

from registry.tasks import scan_due
from supervision.machine import queues
from supervision.machine.version import code_version


def queue(seen: queues.Seen, name: str) -> queues.Queue:
    return next(one for one in seen.queues if one.name == name)


def worker(**said) -> str:
    now = time.time()
    known = {"at": now, "since": now - 100, "version": "v1", "queues": ["celery"], "doing": [], "done": 5}
    return json.dumps(known | said)


def test_nothing_is_nothing(store):
    seen = queues.look()
    assert [(one.name, one.length, one.oldest_seconds) for one in seen.queues] == [
        ("bulk", 0, None), ("celery", 0, None), ("receipts", 0, None),
    ]  # fmt: skip
    assert (seen.workers, seen.beat_seconds, seen.held, seen.held_seconds) == ([], None, 0, None)


def test_a_queue_says_how_long_it_is_and_how_old_its_oldest_message(store):
    """Two real messages, sent by Celery through kombu, the first of them an hour ago."""
    scan_due.apply_async(headers={"sent_at": time.time() - 3600})
    scan_due.apply_async()
    found = queue(queues.look(), "celery")
    assert (found.length, found.oldest_task) == (2, "registry.tasks.scan_due")
    assert 3600 <= found.oldest_seconds < 3660


def test_a_message_that_nobody_understands_has_no_age(store):
    for told in ("{", '{"headers": {"sent_at": "soon"}}', "[1]", "3"):
        store.delete("bulk")
        store.lpush("bulk", told)
        assert queue(queues.look(), "bulk") == queues.Queue("bulk", 1, None)


def test_messages_that_workers_hold_are_counted_from_when_they_took_them(store):
    store.hset("unacked", mapping={"a": "x", "b": "y"})
    store.zadd("unacked_index", {"a": time.time() - 500, "b": time.time()})
    seen = queues.look()
    assert seen.held == 2
    assert 500 <= seen.held_seconds < 510


def test_a_worker_writes_about_itself_and_says_good_bye(store, monkeypatch):
    monkeypatch.setattr(queues, "_self", queues._Self())
    queues.tell("worker@mau")
    (found,) = queues.look().workers
    assert (found.name, found.lives, found.version, found.doing) == ("worker@mau", True, code_version(), [])
    before = store.hget(queues.WORKERS, "worker@mau")
    queues.tell("worker@mau")
    assert store.hget(queues.WORKERS, "worker@mau") == before  # not at every heartbeat
    queues.tell_end("worker@mau")
    assert queues.look().workers == []


def test_a_killed_worker_stays_in_the_list_and_serves_nothing(store):
    store.hset(queues.WORKERS, "dead@mau", worker(at=time.time() - 120, doing=[["cards.tasks.render_print", 1.0]]))
    store.hset(queues.WORKERS, "well@mau", worker(queues=["bulk"]))
    seen = queues.look()
    assert [(one.name, one.lives) for one in seen.workers] == [("dead@mau", False), ("well@mau", True)]
    assert seen.serving("celery") == []
    assert [one.name for one in seen.serving("bulk")] == ["well@mau"]


def test_one_that_fell_silent_yesterday_and_what_is_no_word_of_a_worker_are_left_out(store):
    store.hset(queues.WORKERS, "old@mau", worker(at=time.time() - 25 * 3600))
    for number, told in enumerate(("{", "[]", '{"at": "soon"}', '{"at": 1}')):
        store.hset(queues.WORKERS, f"junk{number}", told)
    assert queues.look().workers == []


def test_beat_says_how_long_ago_it_ticked(store):
    store.set(queues.BEAT, int(time.time()) - 30)
    assert 30 <= queues.look().beat_seconds < 35
    store.set(queues.BEAT, "soon")
    assert queues.look().beat_seconds is None


def test_a_redis_that_hangs_or_is_gone_answers_none_soon(settings, silent_port):
    started = time.monotonic()
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    assert queues.look() is None
    assert not queues.send("cards.tasks.render_due")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert queues.look() is None
    assert not queues.send("cards.tasks.render_due")
    assert time.monotonic() - started < 4


def test_a_worker_goes_on_while_redis_hangs(settings, silent_port, monkeypatch):
    monkeypatch.setattr(queues, "_self", queues._Self())
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    started = time.monotonic()
    queues.tell("worker@mau")
    queues.tell_end("worker@mau")
    assert time.monotonic() - started < 4


def test_what_redis_refuses_is_as_if_it_were_silent(store):
    """Somebody's key of another kind under the name of a queue."""
    store.set("bulk", "x")
    assert queues.look() is None
    assert isinstance(store, redis.Redis)


def test_a_task_is_sent_once_into_its_queue(store):
    assert queues.send("cards.tasks.render_due")
    assert queue(queues.look(), "receipts").length == 1
