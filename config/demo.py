"""`make demo`: the whole portal on this machine, with invented people, until Ctrl-C.

Starts PostgreSQL and Redis (unless DATABASE_URL and REDIS_URL name ordinary ones), prepares the database, starts the
web server, the workers and beat, and waits until each of them answers. Whatever happens then, it ends exactly the
processes it started, with their children. What each of them says is in .data/log/.
"""

import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import redis

from config import embedded, env
from config.servers.home import keep_data_private
from config.servers.processes import keep_private, lock, open_log, popen, tail

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
ADDRESS = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 15
PORTS_TO_TRY = 100


class DemoFailed(SystemExit):
    """The demo cannot go on. The message says what happened and where to look."""


REPLACEABLE = ("counter", "worker", "beat")
RESTART_SECONDS = 2  # one that dies at once is not started more often than this


class Stopped(BaseException):
    """Somebody asked us to end: Ctrl-C, or a polite kill."""


class Ending:
    """The first signal ends the demo; later ones only hurry that, and never cut it short."""

    begun = False
    hurried = False

    @classmethod
    def asked(cls, number: int, frame: FrameType | None) -> None:
        if cls.begun:
            cls.hurried = True
        else:
            cls.begun = True
            raise Stopped


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, Ending.asked)
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    started = time.monotonic()
    try:
        run(started)
    except Stopped:
        say("Stopped. The data is kept; `make demo` goes on with it, `make demo RESET=1` starts anew.")


def run(started: float) -> None:
    wanted_port = env.number("PORT", default=8000, least=1, most=65535)
    if env.flag("RESET", default=False):
        start_anew()
    with alone():
        say("Starting PostgreSQL and Redis" if len(embedded.urls_given()) < 2 else "Using DATABASE_URL and REDIS_URL")
        with embedded.services(DATA, say=say) as urls:
            os.environ.update(urls)
            serve(wanted_port, urls["REDIS_URL"], started)


def serve(wanted_port: int, redis_url: str, started: float) -> None:
    """Prepare the database, start the processes, and stay until somebody stops us."""
    prepare()
    forget_heartbeats(redis_url)
    port = first_free(wanted_port)
    with processes(port) as running:
        wait_until_all_answer(port, running)
        introduce(port, time.monotonic() - started)
        watch(port, running)


def start_anew() -> None:
    """RESET=1 empties the demo's own data, and only that: an ordinary server's is not ours to drop."""
    if "DATABASE_URL" in embedded.urls_given():
        raise DemoFailed(
            "RESET=1 only empties the demo's own database, and DATABASE_URL names another. Unset one of them."
        )
    say("Deleting the data of earlier runs")
    embedded.forget(DATA)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One demo a checkout: a second would share the first one's database and worker, and lose both when it ends."""
    keep_data_private(DATA)
    with lock(DATA / "demo.lock") as ours:
        if not ours:
            raise DemoFailed("The demo of this folder is already running. Stop it first (Ctrl-C there).")
        yield


# --- The database ----------------------------------------------------------------------------------------------------


def prepare() -> None:
    """Bring the database up to date, and fill it with invented people if nobody works here yet."""
    say("Loading the portal")
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connections

    say("Migrating the database")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    say("Loading the administrative units")
    call_command("load_units")
    if not get_user_model().objects.exists():
        say("Filling in the sample: invented residents, files and officers")
        call_command("fill_sample")
    collect_static()
    connections.close_all()


def collect_static() -> None:
    """Hash and compress the files that pages load; half a minute the first time, skipped while none has changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    paths = sorted(Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    facts = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    content = hashlib.sha256(repr([settings.STORAGES, facts]).encode()).hexdigest()
    stamp = DATA / "static-files"
    if stamp.is_file() and stamp.read_text() == content and Path(settings.STATIC_ROOT).is_dir():
        return
    say("Compressing static files (once, and after a change)")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(content)


def forget_heartbeats(redis_url: str) -> None:
    """Those of an earlier run, which would speak for processes that are not there yet."""
    from config.health import BY_HEARTBEAT, heartbeat_key

    try:
        with contextlib.closing(redis.from_url(redis_url, socket_connect_timeout=5)) as client:
            client.delete(*map(heartbeat_key, BY_HEARTBEAT))
    except redis.RedisError as silent:
        raise DemoFailed(f"Redis does not answer at REDIS_URL ({silent}).") from None


# --- The four processes ----------------------------------------------------------------------------------------------


def commands(port: int) -> dict[str, list[str]]:
    python, celery = sys.executable, ["celery", "-A", "config.celery"]
    web = ["gunicorn", "config.wsgi", "--bind", f"{ADDRESS}:{port}", "--workers", "2", "--threads", "4"]
    web.append("--no-control-socket")  # one folder of the user's for all gunicorns there are
    working = ["--loglevel", "INFO", "--without-mingle", "--without-gossip", "--concurrency"]
    # The counter's slips have a process of their own: no list of three hundred stands before them.
    counter = [*celery, "worker", "-n", "counter@%h", "-Q", "receipts", *working, "1"]
    worker = [*celery, "worker", "-n", "worker@%h", "-Q", "celery,bulk", *working, "2"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile="]
    parts = {"web": web, "counter": counter, "worker": worker, "beat": beat}
    return {name: [python, "-m", *command] for name, command in parts.items()}


@contextlib.contextmanager
def processes(port: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Web, the workers and beat, each with a log of its own; at the end all of them end, children included."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in commands(port):
            say(f"Starting {name}")
            running[name] = start(name, port)
        yield running
    finally:
        end_all(running)


def start(name: str, port: int) -> subprocess.Popen[bytes]:
    keep_private(log_of(name).parent)
    with open_log(log_of(name)) as log:
        return popen(commands(port)[name], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


def end_all(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask each to finish what it holds; after STOP_SECONDS, or a second Ctrl-C, stop waiting."""
    Ending.begun = True  # even if a failure brought us here: a Ctrl-C now must not leave anything running
    deadline = time.monotonic() + STOP_SECONDS
    if running:
        say(f"Ending {', '.join(running)}")
    for process in running.values():
        process.terminate()
    for process in running.values():
        while process.poll() is None and time.monotonic() < deadline and not Ending.hurried:
            time.sleep(0.05)
        # Each is the head of a group of its own, so this reaches its children and nobody else.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_all_answer(port: int, running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask /healthz until every part is well, telling of each as it comes."""
    deadline, told = time.monotonic() + START_SECONDS, set()
    while True:
        parts = health(port)
        for name in sorted(name for name, state in parts.items() if state == "ok" and name not in told):
            say(f"{name} answers")
            told.add(name)
        if parts and set(parts.values()) == {"ok"}:
            return
        stop_if_one_died(running)
        if time.monotonic() > deadline:
            silent = {name: state for name, state in parts.items() if state != "ok"} or {"web": "does not answer"}
            name = next(iter(silent))
            words = ", ".join(f"{name}: {state}" for name, state in silent.items())
            raise DemoFailed(f"After {START_SECONDS} seconds not every part answers ({words}).{end_of_log(name)}")
        time.sleep(0.2)


def health(port: int) -> dict[str, str]:
    """What /healthz says; nothing at all while the web server does not answer."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        parts: dict[str, str] = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return parts


def watch(port: int, running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Until somebody stops us. A worker or a beat that dies is started again: the desk stays open meanwhile."""
    while True:
        time.sleep(0.5)
        for name in REPLACEABLE:
            if running[name].poll() is not None:
                say(f"{name} ended with status {running[name].returncode}; starting it again (its log: {log_of(name)})")
                time.sleep(RESTART_SECONDS)
                running[name] = start(name, port)
        stop_if_one_died(running)


def stop_if_one_died(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise DemoFailed(f"{name} ended with status {process.returncode}.{end_of_log(name)}")


# --- Ports, signals, words -------------------------------------------------------------------------------------------


def first_free(wanted: int) -> int:
    """The port asked for, or, with a clear sentence, the next one that is free."""
    for port in range(wanted, min(wanted + PORTS_TO_TRY, 65536)):
        if is_free(port):
            if port != wanted:
                say(f"Port {wanted} is taken by another program; using {port} instead (PORT=… chooses)")
            return port
    raise DemoFailed(f"Port {wanted} is taken, and so are those after it. Choose another: make demo PORT=9000")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the web server will ask for it: a port that still lingers after an earlier run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError:
            raise DemoFailed(f"Only root may use port {port}. Choose one above 1023: make demo PORT=8000") from None
        except OSError:
            return False
    return True


def introduce(port: int, seconds: float) -> None:
    """The address and the sample sign-ins."""
    from django.core.management import call_command

    print(
        f"\n  Ready in {seconds:.0f} s:  http://localhost:{port}/   (Ctrl-C ends it; logs in .data/log/)\n", flush=True
    )
    call_command("fill_sample", sign_ins=True)
    print(flush=True)


def log_of(name: str) -> Path:
    return DATA / "log" / f"{name}.log"


def end_of_log(name: str) -> str:
    return f"\n\n{tail(log_of(name))}\n\nIts log: {log_of(name)}"


def say(words: str) -> None:
    print(f"  {words}", flush=True)


if __name__ == "__main__":
    main()
