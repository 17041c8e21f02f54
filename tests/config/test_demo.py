"""What `make demo` decides by itself; that it runs is shown by running it (see also tests/journeys)."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from config import demo
from config.demo import DemoFailed
from config.servers.processes import lock, popen, working_folder


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(demo, "DATA", tmp_path)
    monkeypatch.setattr(demo.Ending, "begun", False)
    (tmp_path / "log").mkdir()
    return tmp_path


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind((demo.ADDRESS, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_free_port_is_taken_as_it_is(capsys):
    with socket.socket() as probe:
        probe.bind((demo.ADDRESS, 0))
        port = probe.getsockname()[1]
    assert demo.first_free(port) == port
    assert capsys.readouterr().out == ""


def test_a_taken_port_gives_way_to_the_next_free_one_with_a_sentence(taken_port, capsys):
    port = demo.first_free(taken_port)
    assert taken_port < port < taken_port + demo.PORTS_TO_TRY
    sentence = f"  Port {taken_port} is taken by another program; using {port} instead (PORT=… chooses)\n"
    assert capsys.readouterr().out == sentence


def test_no_free_port_at_all_is_said(taken_port, monkeypatch):
    monkeypatch.setattr(demo, "PORTS_TO_TRY", 1)
    with pytest.raises(DemoFailed, match=f"Port {taken_port} is taken, .* make demo PORT=9000"):
        demo.first_free(taken_port)


def test_reset_never_empties_an_ordinary_server(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://office@db.local/dancu")
    (data / "kept").touch()
    with pytest.raises(DemoFailed, match="DATABASE_URL names another"):
        demo.start_anew()
    assert (data / "kept").exists()


def test_reset_deletes_what_earlier_runs_left(data, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (data / "celerybeat-schedule").touch()
    (data / "static").mkdir()
    demo.start_anew()
    assert sorted(path.name for path in data.iterdir()) == ["log", "services.lock"]


def test_a_second_demo_of_the_same_folder_is_refused(data):
    with lock(data / "demo.lock") as ours, pytest.raises(DemoFailed, match="already running"), demo.alone():
        pass
    assert ours
    with demo.alone():
        pass


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_ending_reaches_the_children_and_nobody_else(data, capsys):
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    parent = popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert working_folder(child) is not None
    demo.end_all({"worker": parent})
    deadline = time.monotonic() + 5
    while working_folder(child) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (parent.returncode, working_folder(child)) == (-signal.SIGTERM, None)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_the_first_signal_ends_the_demo_and_the_second_only_hurries(data, monkeypatch):
    monkeypatch.setattr(demo.Ending, "hurried", False)
    with pytest.raises(demo.Stopped):
        demo.Ending.asked(signal.SIGINT, None)
    demo.Ending.asked(signal.SIGINT, None)
    assert demo.Ending.hurried


def test_a_process_that_dies_stops_the_demo_with_the_end_of_its_log(data):
    (data / "log" / "worker.log").write_text("first\nno such module: registry.taks\n")
    dead = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    dead.wait()
    with pytest.raises(DemoFailed, match=r"(?s)worker ended with status 3.*registry.taks.*Its log: .*worker.log"):
        demo.stop_if_one_died({"worker": dead})


class Answering(BaseHTTPRequestHandler):
    answers = iter(())

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()
        self.wfile.write(next(self.answers))

    def log_message(self, *arguments) -> None:
        """Say nothing."""


@pytest.fixture
def web():
    server = HTTPServer((demo.ADDRESS, 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_waiting_tells_of_each_part_as_it_comes(web, capsys):
    Answering.answers = iter([b"not yet", b'{"web": "ok", "beat": "no heartbeat"}', b'{"web": "ok", "beat": "ok"}'])
    demo.wait_until_all_answer(web, {})
    assert capsys.readouterr().out == "  web answers\n  beat answers\n"


def test_waiting_in_vain_names_the_part_and_shows_its_log(data, web, monkeypatch):
    monkeypatch.setattr(demo, "START_SECONDS", 0)
    (data / "log" / "beat.log").write_text("no timetable\n")
    Answering.answers = iter([b'{"web": "ok", "beat": "no heartbeat"}'])
    with pytest.raises(DemoFailed, match=r"(?s)not every part answers \(beat: no heartbeat\).*no timetable"):
        demo.wait_until_all_answer(web, {})


def test_a_port_that_is_no_number_stops_the_start():
    answer = subprocess.run(
        [sys.executable, "-m", "config.demo"],
        env=os.environ | {"PORT": "eight thousand"},
        cwd=demo.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr == "Environment variable PORT must be a whole number, not 'eight thousand'.\n"
