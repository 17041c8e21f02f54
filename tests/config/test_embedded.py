"""PostgreSQL and Redis from the wheels, started for real: as the account the tests run under, root or not."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from celery import Celery

from config import embedded, env
from config.servers import postgresql, processes, redis_server
from config.servers.home import temporary_home
from config.servers.processes import ServicesFailed, ended_at_last, pid_in, wait_until, working_folder

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def nothing_given(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data_dir(tmp_path_factory, nothing_given) -> Iterator[Path]:
    """A data folder in a folder with a space and an accent, below folders that only we may enter."""
    path = tmp_path_factory.mktemp("Cổng dân cư") / ".data"
    yield path
    embedded.forget(path)


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def alive(pid: int) -> bool:
    return working_folder(pid) is not None


def home_of(data_dir: Path) -> Path:
    return (data_dir / "home").resolve() if (data_dir / "home").is_symlink() else data_dir


def servers_of(data_dir: Path) -> list[int]:
    home = home_of(data_dir)
    return [pid_in(home / "postgres" / "postmaster.pid"), pid_in(home / "redis" / "server.pid")]


def test_services_start_keep_their_data_and_end(data_dir):
    with embedded.services(data_dir) as urls:
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'Đặng Thị Nụ' AS name")
        redis.from_url(urls["REDIS_URL"]).set("x", "1")
        first = servers_of(data_dir)
        assert [alive(pid) for pid in first] == [True, True]
    assert [alive(pid) for pid in first] == [False, False]
    with embedded.services(data_dir) as urls:
        assert one(urls["DATABASE_URL"], "SELECT name FROM kept") == "Đặng Thị Nụ"
        assert one(urls["DATABASE_URL"], "SHOW server_encoding") == "UTF8"
        assert one(urls["DATABASE_URL"], "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
        assert one(urls["DATABASE_URL"], "SHOW fsync") == "on"
    embedded.forget(data_dir)
    assert sorted(path.name for path in data_dir.iterdir()) == ["log", "services.lock"]


def test_the_log_never_quotes_a_refused_row(data_dir):
    with embedded.services(data_dir) as urls, psycopg.connect(urls["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE person (number text UNIQUE, born date NOT NULL)")
        refused = [
            "INSERT INTO person VALUES ('001190000123', '1990-05-21'), ('001190000123', '1990-05-21')",
            "INSERT INTO person VALUES ('001190000123', NULL)",
        ]
        for statement in refused:
            with pytest.raises(psycopg.IntegrityError):
                connection.execute(statement)
    log = data_dir / "log" / "postgres.log"
    assert "person_number_key" in log.read_text()
    assert "001190000123" not in log.read_text()
    assert [stat.S_IMODE(path.stat().st_mode) & 0o066 for path in (log, log.parent, data_dir)] == [0, 0, 0]


def test_django_and_celery_read_the_same_addresses(data_dir, monkeypatch):
    with embedded.services(data_dir) as urls:
        monkeypatch.setenv("DATABASE_URL", urls["DATABASE_URL"])
        entry = env.database("DATABASE_URL")
        with psycopg.connect(
            host=entry["HOST"], port=entry["PORT"], user=entry["USER"], dbname=entry["NAME"]
        ) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            app = Celery(broker=urls["REDIS_URL"], set_as_current=False)
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1)


def test_a_data_folder_may_be_named_from_where_one_stands(data_dir, monkeypatch):
    monkeypatch.chdir(data_dir.parent)
    with embedded.services(Path(data_dir.name)) as urls:
        assert embedded.urls_of_running(data_dir) == urls


def test_redis_wants_its_password(data_dir):
    with embedded.services(data_dir) as urls:
        stranger = redis.Redis(
            "127.0.0.1", port=redis.from_url(urls["REDIS_URL"]).connection_pool.connection_kwargs["port"]
        )
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_others_attach_and_leave_the_servers_alone(data_dir):
    assert embedded.urls_of_running(data_dir) is None
    with embedded.services(data_dir) as urls:
        assert embedded.urls_of_running(data_dir) == urls
        with embedded.services(data_dir) as same:
            assert same == urls
        assert one(urls["DATABASE_URL"], "SELECT 1") == 1
        with pytest.raises(ServicesFailed, match="Stop it first"):
            embedded.forget(data_dir)
    assert embedded.urls_of_running(data_dir) is None


def owner(data_dir: Path, body: str, *, platform: str = sys.platform) -> subprocess.Popen[str]:
    """Another process that owns the servers, and tells when they stand."""
    code = (
        "import os, sys, signal, time; from pathlib import Path; from config import embedded\n"
        f"sys.platform = {platform!r}\n"
        f"with embedded.services(Path({str(data_dir)!r})):\n    print('up', flush=True)\n    {body}\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends the orphans")
def test_servers_end_with_an_owner_that_is_killed(data_dir):
    process = owner(data_dir, "time.sleep(60)")
    pids = servers_of(data_dir)
    assert [alive(pid) for pid in pids] == [True, True]
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [alive(pid) for pid in pids] == [False, False]
    with embedded.services(data_dir) as urls:
        assert one(urls["DATABASE_URL"], "SELECT 1") == 1


def test_servers_that_a_dead_owner_left_are_ended_and_started_anew(data_dir):
    # As on a system whose kernel does not end orphans.
    process = owner(data_dir, "time.sleep(60)", platform="other")
    left = servers_of(data_dir)
    process.kill()
    process.wait()
    assert [alive(pid) for pid in left] == [True, True]
    with embedded.services(data_dir) as urls:
        assert one(urls["DATABASE_URL"], "SELECT 1") == 1
        assert [alive(pid) for pid in left] == [False, False]


def test_a_pid_file_left_by_a_crash_does_not_stop_the_start(data_dir):
    with embedded.services(data_dir):
        home = home_of(data_dir)
        pid_file = home / "postgres" / "postmaster.pid"
        left = pid_file.read_text().splitlines()
    # The number now belongs to a living program that is not PostgreSQL: this one.
    pid_file.write_text("\n".join([str(os.getpid()), *left[1:]]) + "\n")
    (home / "redis" / "server.pid").write_text(str(os.getpid()))
    owner_of_data = (home / "postgres").stat()
    os.chown(pid_file, owner_of_data.st_uid, owner_of_data.st_gid)
    with embedded.services(data_dir) as urls:
        assert one(urls["DATABASE_URL"], "SELECT 1") == 1
    assert alive(os.getpid())


def test_a_folder_cut_short_while_it_was_made_is_made_again(data_dir):
    with embedded.services(data_dir):
        home = home_of(data_dir)
    (home / "postgres").rename(home / "postgres.new")
    (home / "postgres.new" / "PG_VERSION").unlink()
    with embedded.services(data_dir) as urls:
        assert one(urls["DATABASE_URL"], "SELECT 1") == 1


def test_data_of_another_postgresql_stops_the_start_with_a_sentence(data_dir):
    with embedded.services(data_dir):
        home = home_of(data_dir)
    (home / "postgres" / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(ServicesFailed, match="was written by PostgreSQL 9, and this is .* make demo RESET=1"),
        embedded.services(data_dir),
    ):
        pass


def test_a_server_that_cannot_start_says_why(data_dir):
    with embedded.services(data_dir):
        home = home_of(data_dir)
    (home / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with (
        pytest.raises(ServicesFailed, match="(?s)PostgreSQL did not start.*no_such_setting.*Its log: .*postgres.log"),
        embedded.services(data_dir),
    ):
        pass


def test_the_environment_of_the_user_does_not_lead_the_servers_astray(data_dir, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with embedded.services(data_dir) as urls:
        assert one(urls["DATABASE_URL"], "SELECT 1") == 1


def test_ordinary_servers_are_used_where_the_environment_names_them(data_dir, monkeypatch):
    """Servers on TCP ports, started by hand; each address stands in for one server, independently."""
    with ordinary_servers() as (database_url, redis_url):
        monkeypatch.setenv("DATABASE_URL", database_url)
        with embedded.services(data_dir) as urls:
            assert urls["DATABASE_URL"] == database_url
            assert not (home_of(data_dir) / "postgres").exists()
            assert redis.from_url(urls["REDIS_URL"]).ping()
            assert one(urls["DATABASE_URL"], "SELECT inet_server_port() > 0") is True
        monkeypatch.delenv("DATABASE_URL")
        monkeypatch.setenv("REDIS_URL", redis_url)
        with embedded.services(data_dir) as urls:
            assert urls["REDIS_URL"] == redis_url
            assert one(urls["DATABASE_URL"], "SELECT 1") == 1
        monkeypatch.setenv("DATABASE_URL", database_url)
        before = sorted(data_dir.rglob("*"))
        with embedded.services(data_dir) as urls:
            assert urls == {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        assert sorted(data_dir.rglob("*")) == before
        handle = embedded.start_for_tests()
        assert (handle.database_url, handle.redis_url) == (database_url, redis_url)
        handle.stop()
        assert one(database_url, "SELECT 1") == 1
        assert redis.from_url(redis_url).ping()


@contextlib.contextmanager
def ordinary_servers() -> Iterator[tuple[str, str]]:
    """A PostgreSQL and a Redis with passwords on TCP ports, as an administrator might run them."""
    with temporary_home() as home, contextlib.ExitStack() as stack:
        programs, password_file = postgresql.programs(home), home.path / "password"
        password_file.write_text("p@ss w0rd")
        password_file.chmod(0o644)
        initdb = [programs / "initdb", "-D", home.path / "pg", "-U", "office", "--auth=scram-sha-256", "--no-sync"]
        status, output = home.run([*initdb, f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C"])
        assert status == 0, output
        pg_port, redis_port = redis_server.free_port(), redis_server.free_port()
        options = ["-c", f"port={pg_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        commands = [
            [programs / "postgres", "-D", home.path / "pg", *options],
            [redis_server.program(home), "--port", str(redis_port), "--requirepass", "hush", "--save", ""],
        ]
        log = home.path / "log"
        with log.open("ab") as output_file:
            servers = [home.popen(command, stdout=output_file, stderr=subprocess.STDOUT) for command in commands]
        for server in servers:
            stack.enter_context(ended_at_last(server, signal.SIGINT))
        database_url = f"postgresql://office:p%40ss%20w0rd@127.0.0.1:{pg_port}/postgres"
        redis_url = f"redis://:hush@127.0.0.1:{redis_port}/3"
        wait_until(lambda: psycopg.connect(database_url).close(), servers[0], "PostgreSQL", log)
        wait_until(lambda: redis_server.ping(redis_url), servers[1], "Redis", log)
        yield database_url, redis_url


def test_the_tests_servers_do_without_the_disk_and_leave_nothing(nothing_given):
    handle = embedded.start_for_tests()
    folder = Path(str(one(handle.database_url, "SHOW data_directory"))).parent
    assert one(handle.database_url, "SHOW fsync") == "off"
    assert redis.from_url(handle.redis_url).ping()
    handle.stop()
    assert not folder.exists()


def test_a_program_runs_with_both_addresses_and_its_status_is_ours(data_dir):
    code = "import os, sys; sys.exit(7 if {'DATABASE_URL', 'REDIS_URL'} <= set(os.environ) else 1)"
    command = [sys.executable, "-m", "config.embedded", "--data", str(data_dir), sys.executable, "-c", code]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 7


def test_a_process_that_will_not_end_is_made_to(monkeypatch):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    monkeypatch.setattr(processes, "STOP_SECONDS", 1)
    with ended_at_last(process, signal.SIGTERM):
        pass
    assert process.returncode == -signal.SIGKILL
