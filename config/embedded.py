"""PostgreSQL and Redis from wheels, where DATABASE_URL or REDIS_URL names no ordinary server.

Only one process at a time owns the servers of a data folder (a lock that the system frees when the owner dies, however
it dies); the others attach. An owner that finds servers of a dead one ends them and starts its own.

    with services(Path(".data")) as urls:            # {"DATABASE_URL": "…", "REDIS_URL": "…"}
        …
    python -m config.embedded [--data FOLDER] PROGRAM ARGUMENT…      runs a program with both in its environment
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import psycopg
import redis

from config.servers import postgresql, redis_server
from config.servers.home import Home, forget_abandoned_homes, home_in, keep_data_private, temporary_home
from config.servers.processes import START_SECONDS, ServicesFailed, keep_private, lock

Urls = dict[str, str]
Say = Callable[[str], None]


class Handle(Protocol):
    """Running services: their addresses, and the way to end them."""

    database_url: str
    redis_url: str

    def stop(self) -> None: ...


@contextlib.contextmanager
def services(data_dir: Path, *, ephemeral: bool = False, say: Say = lambda line: None) -> Iterator[Urls]:
    """Both addresses: of the environment where it names one, otherwise of servers that run until this block ends.

    Servers that another living process owns are used and left alone. `ephemeral` starts servers of our own, in a
    temporary folder, without care for the disk. Raises ServicesFailed.
    """
    given, data_dir = urls_given(), data_dir.absolute()  # the servers work in a folder of their own
    if len(given) == 2:
        yield given
    elif ephemeral:
        with (
            temporary_home() as home,
            started(home, home.path / "log", given, say, postgresql.EPHEMERAL_SETTINGS) as urls,
        ):
            yield urls
    else:
        with owned(data_dir) as ours:
            if ours:
                with started_in(data_dir, given, say) as urls:
                    yield urls
            else:
                say("Using the PostgreSQL and Redis that another process runs here; they end with it")
                yield urls_of_owner(data_dir) | given


def urls_of_running(data_dir: Path) -> Urls | None:
    """The addresses of the services that somebody runs in `data_dir` now, or None. Starts nothing."""
    try:
        urls: Urls = json.loads((data_dir / "services.json").read_text())
    except (FileNotFoundError, ValueError):
        return None
    try:
        psycopg.connect(urls["DATABASE_URL"], connect_timeout=2).close()
        with contextlib.closing(redis.from_url(urls["REDIS_URL"], socket_connect_timeout=2)) as client:
            client.ping()
    except (KeyError, psycopg.OperationalError, redis.RedisError):
        return None
    return urls


def start_for_tests() -> Handle:
    """Start both for a run of the tests (or take those the environment names); `stop()` ends what was started."""
    return _Started(services(Path(), ephemeral=True))


def forget(data_dir: Path) -> None:
    """Delete everything that earlier runs left in `data_dir`, the database too. Raises ServicesFailed while in use."""
    data_dir = data_dir.absolute()
    with owned(data_dir) as ours:
        if not ours:
            raise ServicesFailed(f"The portal is running with the data in {data_dir}. Stop it first (Ctrl-C there).")
        home = home_in(data_dir)
        postgresql.end_left_over(home)
        redis_server.end_left_over(home)
        if home.path != data_dir:
            shutil.rmtree(home.path)
        for path in data_dir.iterdir():
            if path.name not in ("log", "services.lock"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        forget_abandoned_homes()


def urls_given() -> Urls:
    """What the environment names; an empty variable names nothing."""
    return {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name, "").strip()}


class _Started:
    def __init__(self, running: contextlib.AbstractContextManager[Urls]) -> None:
        self._stack = contextlib.ExitStack()
        urls = self._stack.enter_context(running)
        self.database_url, self.redis_url = urls["DATABASE_URL"], urls["REDIS_URL"]

    def stop(self) -> None:
        self._stack.close()


def owned(data_dir: Path) -> contextlib.AbstractContextManager[bool]:
    """Whether this process is now the one that owns the servers of `data_dir`."""
    keep_data_private(data_dir)
    return lock(data_dir / "services.lock")


@contextlib.contextmanager
def started_in(data_dir: Path, given: Urls, say: Say) -> Iterator[Urls]:
    """Start what is not given, and leave the addresses in services.json for those who want to attach."""
    home = home_in(data_dir)
    postgresql.end_left_over(home)
    redis_server.end_left_over(home)
    note = data_dir / "services.json"
    with started(home, data_dir / "log", given, say, {}) as urls:
        draft = note.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(urls, file)
        draft.replace(note)
        try:
            yield urls
        finally:
            note.unlink(missing_ok=True)


def urls_of_owner(data_dir: Path) -> Urls:
    """The addresses another process is using; waits while that one is still starting."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if urls := urls_of_running(data_dir):
            return urls
        time.sleep(0.2)
    raise ServicesFailed(f"Another process holds the data in {data_dir}, but its servers do not answer.")


@contextlib.contextmanager
def started(home: Home, log: Path, given: Urls, say: Say, settings: dict[str, str]) -> Iterator[Urls]:
    """Start what is not given; at the end, end exactly that."""
    keep_private(log)
    urls = dict(given)
    with contextlib.ExitStack() as stack:
        if "DATABASE_URL" not in given:
            urls["DATABASE_URL"] = stack.enter_context(postgresql.running(home, log / "postgres.log", settings, say))
        if "REDIS_URL" not in given:
            urls["REDIS_URL"] = stack.enter_context(redis_server.running(home, log / "redis.log"))
        yield urls


def main(arguments: Sequence[str]) -> int:
    """Run a program with both addresses in its environment; its status is ours."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="the data folder (default: .data)")
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="PROGRAM ARGUMENT…")
    chosen = parser.parse_args(arguments)
    if not chosen.program:
        parser.error("name a program to run")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with services(chosen.data, say=lambda line: print(f"  {line}", file=sys.stderr)) as urls:
        process = subprocess.Popen(chosen.program, env=os.environ | urls)
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()  # the terminal told it too
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
