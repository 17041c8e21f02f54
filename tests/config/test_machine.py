"""The set-up program: what it decides, and what it says. That it sets up a bare machine is what CI shows."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import machine
from config.machine import SetupFailed

PROGRAM = Path(machine.__file__)


@pytest.fixture
def fake(tmp_path, monkeypatch) -> Path:
    """A machine with nothing on its PATH but what the test puts there; its folders are temporary."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PLAYWRIGHT_BROWSERS_PATH", "CHROMIUM", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setattr(machine, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(machine, "STAMPS", tmp_path / ".venv" / "stamps")
    monkeypatch.setattr(machine, "VENDOR", tmp_path / "static" / "vendor")
    monkeypatch.setattr(machine, "LOG", tmp_path / "setup.log")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return programs


def put(programs: Path, name: str, script: str = "exit 0") -> None:
    path = programs / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def refusal(step, *arguments) -> str:
    with pytest.raises(SetupFailed) as caught:
        step(*arguments)
    return str(caught.value)


def test_it_needs_nothing_but_the_standard_library():
    code = "import sys, runpy; sys.argv = ['x', 'nonsense']; runpy.run_path(sys.argv.pop() and %r, run_name='__main__')"
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code % str(PROGRAM)], capture_output=True, text=True, check=False
    )
    assert "ModuleNotFoundError" not in answer.stderr


def test_an_old_python_is_told_so_in_a_sentence():
    code = "import sys; sys.version_info = (3, 9, 2); exec(compile(open(%r).read(), %r, 'exec'))"
    answer = subprocess.run(
        [sys.executable, "-c", code % (str(PROGRAM), str(PROGRAM))], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        f"The portal needs Python 3.11 or later; this is Python 3.9 ({sys.executable}).",
        "Install a newer one, then name it: make demo PYTHON=python3.12",
    ]


def test_without_rights_the_one_command_is_printed(fake):
    put(fake, "apt-get")
    assert refusal(machine.install_system_packages, ["libpango-1.0-0", "libharfbuzz-subset0"], "native libraries") == (
        "\nThis machine lacks native libraries. One command brings them:\n\n"
        "    sudo apt-get install -y libharfbuzz-subset0 libpango-1.0-0\n\nThen try again."
    )


def test_on_another_system_the_command_is_its_own(fake):
    put(fake, "dnf")
    assert machine.system_command(["libpango-1.0-0"]) == "sudo dnf install -y pango harfbuzz fontconfig"


def test_root_installs_what_is_missing_and_leaves_out_what_this_release_does_not_know(fake, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    put(fake, "apt-get", f'echo "$@" >> {fake}/asked')
    put(fake, "apt-cache", 'test "$3" != libharfbuzz-subset0')
    machine.install_system_packages(["libpango-1.0-0", "libharfbuzz-subset0"], "native libraries")
    assert (fake / "asked").read_text().splitlines() == [
        "update -q",
        "install -q -y --no-install-recommends libpango-1.0-0",
    ]


def test_no_chromium_is_a_loud_skip_and_a_failure_in_ci(fake, monkeypatch, capsys):
    monkeypatch.setattr(machine, "PYTHON", fake / "no-python")
    put(fake, "no-python", "exit 1")
    machine.check_browser()
    assert "THE BROWSER JOURNEYS WILL BE SKIPPED" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert "CI may not go without them" in refusal(machine.check_browser)


def test_a_chromium_that_only_advises_to_install_one_is_none(fake):
    put(fake, "chromium-browser", "echo 'requires the chromium snap' >&2; exit 1")
    assert machine.find_chromium() is None
    put(fake, "google-chrome")
    assert machine.find_chromium() == str(fake / "google-chrome")


def test_an_old_npm_gives_way_to_the_one_of_the_wheel(fake, monkeypatch):
    put(fake, "npm", "echo 6.14.4")
    own = machine.VENV / "bin"
    own.mkdir(parents=True)
    put(own, "npm", "echo 11.2.0")
    npm, environment = machine.find_npm()
    assert (npm, environment["PATH"]) == (str(own / "npm"), f"{own}{os.pathsep}{fake}")
    put(fake, "npm", "echo 10.9.1")
    assert machine.find_npm() == (str(fake / "npm"), {})


def test_vendor_holds_the_named_files_only_and_no_word_of_source_maps(fake):
    root = machine.ROOT
    (root / "node_modules" / "lib").mkdir(parents=True)
    (root / "node_modules" / "lib" / "a.css").write_bytes(b"p{}\n/*# sourceMappingURL=a.css.map */\n")
    (root / "node_modules" / "lib" / "b.js").write_bytes(b"f();\n//# sourceMappingURL=b.js.map\n")
    (root / "package-lock.json").write_text("{}")
    vendor = {"lib/a.css": "a.css", "lib/b.js": "deep/b.js"}
    (root / "package.json").write_text(json.dumps({"vendor": vendor}))
    (machine.VENDOR / "old").mkdir(parents=True)
    machine.copy_vendor_files()
    found = {str(path.relative_to(machine.VENDOR)): path.read_bytes() for path in machine.VENDOR.rglob("*.*")}
    assert found == {"a.css": b"p{}\n", "deep/b.js": b"f();\n"}
    assert not (machine.VENDOR / "old").exists()


def test_a_failed_step_shows_its_command_and_the_end_of_what_it_said(fake):
    put(fake, "broken", "echo one; echo the reason >&2; exit 3")
    words = refusal(machine.run, "Front-end libraries", [str(fake / "broken"), "ci"])
    assert words.startswith(f"\nFront-end libraries failed:\n\n    {fake}/broken ci\n\none\nthe reason\n")
    assert "the reason" in machine.LOG.read_text()


def test_a_stamp_fits_until_what_it_stands_for_changes(fake):
    machine.stamp("front-end", machine.hashed(b"lock 1"))
    assert machine.stamped("front-end", machine.hashed(b"lock 1"))
    assert not machine.stamped("front-end", machine.hashed(b"lock 2"))
    assert not machine.stamped("vendor", machine.hashed(b"lock 1"))


def test_what_is_pinned_names_no_registry():
    root = PROGRAM.parent.parent
    pinned = [*root.glob("requirements*.txt"), root / "package-lock.json", root / ".npmrc"]
    for path in pinned:
        words = path.read_text()
        assert [word for word in ("--index-url", "--find-links", '"resolved"', "registry=") if word in words] == []
    lock = json.loads((root / "package-lock.json").read_text())["packages"]
    assert [name for name, package in lock.items() if name and "integrity" not in package] == []


def test_every_requirement_for_running_is_in_those_for_development_at_the_same_version():
    root = PROGRAM.parent.parent

    def pins(name: str) -> set[str]:
        return {line.split(" \\")[0] for line in (root / name).read_text().splitlines() if "==" in line}

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()


def test_the_rivals_of_the_benchmark_stand_beside_the_versions_of_development():
    root = PROGRAM.parent.parent

    def pins(name: str) -> dict[str, set[str]]:
        versions: dict[str, set[str]] = {}
        for line in (root / name).read_text().splitlines():
            if "==" in line:
                package, _, version = line.split(" \\")[0].partition("==")
                versions.setdefault(package, set()).add(version.split(" ; ")[0])
        return versions

    rivals, ours = pins("requirements-bench.txt"), pins("requirements-dev.txt")
    assert {"splink", "duckdb", "recordlinkage"} <= set(rivals)
    assert {name: rivals[name] for name in rivals.keys() & ours} == {name: ours[name] for name in rivals.keys() & ours}
