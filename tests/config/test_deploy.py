"""What a server is set up with (deploy/): the demo's processes, and back-ups that are whole or not there."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from config.celery import app
from config.demo import commands
from registry.rosters.intake import LARGEST_BYTES

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNITS = {path.stem.removeprefix("dancu-"): path.read_text() for path in (DEPLOY / "systemd").glob("dancu-*.service")}
NOT_OURS = {"--concurrency", "--bind", "--workers", "--threads", "--schedule"}
"""What may differ from the demo."""


def command(unit: str) -> list[str]:
    [line] = re.findall(r"^ExecStart=(.+)$", UNITS[unit], re.MULTILINE)
    return shlex.split(line.replace("%%", "%"))


def options(parts: list[str]) -> dict[str, str]:
    """Option -> its value, "" where it has none."""
    found = {}
    for at, part in enumerate(parts):
        if part.startswith("-") and part != "-m":
            name, _, value = part.partition("=")
            following = parts[at + 1] if at + 1 < len(parts) else "-"
            found[name] = value or ("" if following.startswith("-") else following)
    return found


def test_the_units_start_what_the_demo_starts():
    assert set(UNITS) == {*commands(8000), "backup"}
    for name, demos in commands(8000).items():
        ours = command(name)
        assert ours[1:4] == demos[1:4]  # -m, the program, its first word
        theirs, here = options(demos), options(ours)
        assert {option: here.get(option) for option in theirs.keys() - NOT_OURS} == {
            option: theirs[option] for option in theirs.keys() - NOT_OURS
        }


def test_every_queue_is_served():
    served = {queue for name in UNITS for queue in options(command(name)).get("-Q", "").split(",")}
    routed = {route["queue"] for route in app.conf.task_routes.values()} | {app.conf.task_default_queue}
    assert routed <= served


def test_the_proxy_lets_the_largest_list_through_and_little_else():
    proxy = (DEPLOY / "nginx.conf").read_text()
    [elsewhere, lists] = [int(size) * 1024 * 1024 for size in re.findall(r"client_max_body_size (\d+)m;", proxy)]
    assert LARGEST_BYTES < lists < LARGEST_BYTES * 1.1
    assert elsewhere == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert "$request " not in proxy and '$request_uri"' not in proxy  # names and numbers stand behind the question mark


def test_every_secret_that_is_needed_is_in_the_example():
    told = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))
    files = [Path(settings.BASE_DIR) / "config" / "settings" / name for name in ("base.py", "production.py")]
    asked = {name for file in files for name, more in re.findall(r'env\.\w+\("([A-Z_]+)"([^)]*)\)', file.read_text())
             if "default" not in more}  # fmt: skip
    assert asked <= told


# --- back-ups ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def back_up(tmp_path):
    """Runs the script with a dump and a seal of our own."""
    programs, made = tmp_path / "bin", tmp_path / "made"
    programs.mkdir()
    made.mkdir()

    def run(*, dump: str, seal: str = 'cat > "$5"') -> tuple[int, list[Path]]:
        for name, script in (("pg_dump", dump), ("age", seal)):
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "BACKUP_DATABASE_URL": "postgresql://nowhere/none",
                       "BACKUP_DIR": str(made), "BACKUP_RECIPIENTS": "/dev/null"}  # fmt: skip
        ended = subprocess.run([DEPLOY / "backup.sh"], env=environment, capture_output=True, check=False)
        return ended.returncode, sorted(made.iterdir())

    return run


def test_a_back_up_is_named_when_it_is_whole(back_up):
    code, [made] = back_up(dump="echo the whole database")
    assert (code, made.suffix, made.read_text()) == (0, ".age", "the whole database\n")
    assert made.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("dump, seal", [
    ("echo half; exit 1", "cat > \"$5\""),
    ("echo all", "cat > /dev/null; exit 1"),
])  # fmt: skip
def test_a_back_up_that_broke_off_leaves_nothing_that_looks_like_one(back_up, dump, seal):
    code, made = back_up(dump=dump, seal=seal)
    assert code != 0 and made == []


def test_old_ones_go_and_others_stay(back_up, tmp_path):
    old = tmp_path / "made" / "dancu-20260101-004000.dump.age"
    foreign = tmp_path / "made" / "quan-trong.txt"
    for path in (old, foreign):
        path.write_text("x")
        os.utime(path, (0, 0))
    _, made = back_up(dump="echo all")
    assert old not in made and foreign in made and len(made) == 2
