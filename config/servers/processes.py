"""Start a program, wait until it answers, end it: what the embedded servers and the demo share."""

import contextlib
import ctypes
import fcntl
import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psycopg
import redis

START_SECONDS = 60
STOP_SECONDS = 30
LOG_BYTES = 5_000_000


class ServicesFailed(SystemExit):
    """PostgreSQL or Redis cannot be started. The message says which, why, and where its log is."""


def popen(
    command: Sequence[str | Path], *, when_orphaned: signal.Signals = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a program at the head of its own group (a Ctrl-C is for us), which ends when we end.

    On Linux the kernel sees to that even after kill -9. Call it from the main thread: the kernel takes the end of the
    thread that started a program for the end of us.
    """
    preexec = None
    if sys.platform == "linux":
        prctl, set_parent_death_signal = ctypes.CDLL(None).prctl, 1
        preexec = functools.partial(prctl, set_parent_death_signal, when_orphaned)
    return subprocess.Popen([str(part) for part in command], start_new_session=True, preexec_fn=preexec, **options)


@contextlib.contextmanager
def lock(path: Path) -> Iterator[bool]:
    """Whether this process now holds the lock; the system frees it when the process ends, however it ends."""
    try:
        file = path.open("w")
    except PermissionError:
        raise ServicesFailed(f"{path.absolute().parent} belongs to another user, who ran the portal here.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ours = False
        else:
            ours = True
        yield ours


def wait_until(answers: Callable[[], None], server: subprocess.Popen[bytes], name: str, log: Path) -> None:
    """Return once it answers. Raises ServicesFailed with the end of its log when it ends, or stays silent too long."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return answers()
        except (psycopg.OperationalError, redis.RedisError) as silent:
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServicesFailed(f"{name} did not start ({silent}).\n\n{tail(log)}\n\nIts log: {log}") from None
            time.sleep(0.05)


@contextlib.contextmanager
def ended_at_last(server: subprocess.Popen[bytes], polite: signal.Signals) -> Iterator[None]:
    """At the end of the block the server is asked to end, and made to if it does not."""
    try:
        yield
    finally:
        server.send_signal(polite)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def end(pid: int, polite: signal.Signals) -> None:
    """End a process that is not our child, and wait until it is gone."""
    deadline = time.monotonic() + STOP_SECONDS
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, polite)
        # Not by kill 0: in a container nobody may bury the dead, and their numbers answer for ever.
        while working_folder(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def pid_in(path: Path) -> int:
    """The number on the first line of a pid file; 0 when there is none."""
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        return int(path.read_text().split()[0])
    return 0


def working_folder(pid: int) -> Path | None:
    """Where a process works: both servers work in their data folder, which tells ours from all others."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink()
    return None


def tail(log: Path, lines: int = 15) -> str:
    with contextlib.suppress(FileNotFoundError):
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    return ""


def open_log(path: Path) -> IO[bytes]:
    """Append to a log that only its owner reads; one that has grown large makes room first, its older half stays."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_name(path.name + ".1"))
    log = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
    os.fchmod(log.fileno(), 0o600)  # a log of an earlier version was readable for all
    return log


def keep_private(folder: Path, mode: int = 0o700) -> Path:
    """Make the folder if need be, and let only its owner in. Somebody else's folder stays as it is."""
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):
        folder.chmod(mode)
    return folder


def package_folder(name: str) -> Path:
    """Where a wheel lies, without importing it: its code locks files and kills processes of its own accord."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServicesFailed(f"The package {name} is not installed. Run: make setup")
    return Path(spec.origin).parent


def copy_for_all(source: Path, target: Path) -> None:
    """Copy programs to where the account reaches them, readable whatever the umask of the set-up was."""
    stamp = target.with_name(target.name + ".from")
    said = f"{source} {source.stat().st_mtime_ns}"
    if stamp.is_file() and stamp.read_text() == said:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, target, symlinks=True) if source.is_dir() else shutil.copy2(source, target)
    for path in [target, *target.rglob("*"), *target.parents]:
        if path.is_relative_to(target.parent.parent) and not path.is_symlink():
            path.chmod(0o755)
    stamp.write_text(said)
