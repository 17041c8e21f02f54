"""Make this machine able to run the portal: `python3 config/machine.py [run|dev|test|bench]`.

Standard library only: the machine's own python3 runs it, before there is anything to import. Each step is skipped when
the stamp it left (a hash of everything it depends on) still fits, so that a second set-up takes a moment.

run    what `make demo` needs: .venv with the pinned packages, front-end files, WeasyPrint's native libraries
dev    the same, with the tools of development (`make lint`, `make bench`, `make lock`)
test   the same, with Chromium and the readers of PDF and QR codes that the tests use
bench  as dev, with the rivals that `make bench` measures ours against (NAME=matching, receipts, rosters)
"""

import contextlib
import ctypes
import ctypes.util
import fcntl
import hashlib
import json
import os
import re
import selectors
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

OLDEST_PYTHON = (3, 11)
if tuple(sys.version_info[:2]) < OLDEST_PYTHON:
    # Here, because an old Python stumbles over the annotations below; what stands in this file must parse in it.
    raise SystemExit(
        f"The portal needs Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or later; this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable}).\n"
        "Install a newer one, then name it: make demo PYTHON=python3.12"
    )

OLDEST_NPM = 7  # the first that reads our lock file's format
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
VENDOR = ROOT / "static" / "vendor"
WHOLE_FONTS = VENDOR / "tinos"
PAPER_FONTS = VENDOR / "paper"
LOG = ROOT / ".data" / "log" / "setup.log"
QUIET_SECONDS = 10  # how long a step may be silent where lines cannot be rewritten

# What WeasyPrint opens, and the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
}
OTHER_SYSTEMS = (  # a package manager, and the one command that brings the same libraries there
    ("dnf", "sudo dnf install -y pango harfbuzz fontconfig"),
    ("apk", "sudo apk add pango harfbuzz-subset fontconfig"),
    ("pacman", "sudo pacman -S --needed pango harfbuzz fontconfig"),
    ("zypper", "sudo zypper install -y libpango-1_0-0 libharfbuzz-subset0 fontconfig"),
    ("brew", "brew install pango"),
)
TEST_PROGRAMS = {
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "zbarimg": "zbar-tools",
    "qpdf": "qpdf",
}
# What papers are written with: Latin with every accent that Việt Nam and its minorities write, and what stands between.
LETTERS = "U+0020-024F,U+02B0-036F,U+1E00-1EFF,U+2000-206F,U+20AB,U+20AC,U+2116,U+2190-2193,U+2212,U+2260-2265,U+25CF"
CUT_OPTIONS = [
    f"--unicodes={LETTERS}",
    "--layout-features=kern,mark,mkmk,ccmp,locl",  # accents keep their places; ligatures would read back wrongly
    "--no-hinting",
    "--notdef-outline",
]
HEADLESS_SHELL = "chromium-headless-shell"  # the same browser without its own window: a quarter less work a journey
BROWSERS = (HEADLESS_SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class SetupFailed(SystemExit):
    """The machine cannot be made ready. The message says what happened and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__("\n" + sentence)


def main(arguments: Sequence[str]) -> None:
    purpose = arguments[0] if arguments else "run"
    if purpose not in ("run", "dev", "test", "bench"):
        raise SetupFailed("Usage: python3 config/machine.py [run|dev|test|bench]")
    started = time.monotonic()
    with one_at_a_time():
        make_venv()
        install_python_packages("requirements.txt" if purpose == "run" else "requirements-dev.txt")
        install_front_end()
        copy_vendor_files()
        cut_paper_fonts()
        check_libraries()
        if purpose == "test":
            check_test_programs()
            check_browser()
        if purpose == "bench":
            install_rivals()
    say("Set-up", f"ready ({time.monotonic() - started:.1f} s)")


# --- The steps -------------------------------------------------------------------------------------------------------


def make_venv() -> None:
    """Create .venv, or create it anew where it cannot be used: broken, too old, or moved with the folder it names."""
    place = hashed(str(VENV))
    if stamped("place", place) and answers([str(PYTHON), "-c", ""]):
        return
    code = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON} or sys.prefix == sys.base_prefix)"
    moved = (STAMPS / "place").exists()
    if moved or not answers([str(PYTHON), "-c", code]):
        ensure_venv_module()
        run("Python environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    stamp("place", place)


def ensure_venv_module() -> None:
    """Debian and Ubuntu keep a part of Python's venv in a package of its own."""
    if not answers([sys.executable, "-c", "import ensurepip, venv"]):
        install_system_packages(["python{}.{}-venv".format(*sys.version_info[:2])], "Python's venv module")


def install_python_packages(requirements: str) -> None:
    """Install exactly the pinned packages whose hashes are in the repository."""
    data = ROOT / "requirements-data.txt"
    wanted = {name: hashed((ROOT / name).read_bytes(), data.read_bytes()) for name in need_one_of(requirements)}
    if any(stamped(name, content) for name, content in wanted.items()):
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    run("Python packages", [*pip, "-r", str(ROOT / requirements)])
    run("Administrative units", [*pip, "--no-deps", "-r", str(data)])
    stamp(requirements, wanted[requirements])


def install_rivals() -> None:
    """Install what only the benchmarks of the duplicate search and of slips need. Nothing of the portal imports it."""
    content = hashed((ROOT / "requirements-bench.txt").read_bytes())
    if stamped("requirements-bench.txt", content):
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    run("Rivals of the benchmark", [*pip, "-r", str(ROOT / "requirements-bench.txt")])
    stamp("requirements-bench.txt", content)


def need_one_of(requirements: str) -> list[str]:
    """The requirement files of which one is enough: those for development hold everything that running needs."""
    return sorted({requirements, "requirements-dev.txt"})


def install_front_end() -> None:
    """Install the front-end libraries of the npm lock file into node_modules."""
    content = hashed((ROOT / "package.json").read_bytes(), (ROOT / "package-lock.json").read_bytes())
    if stamped("front-end", content) and (ROOT / "node_modules").is_dir():
        return
    npm, environment = find_npm()
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    run("Front-end libraries", [npm, "ci", *options], **environment)
    stamp("front-end", content)


def find_npm() -> tuple[str, dict[str, str]]:
    """The npm to use and the environment it needs: the machine's own, or one that a wheel puts into .venv."""
    own = shutil.which("npm")
    if own and npm_version(own, {}) >= OLDEST_NPM:
        return own, {}
    npm = str(VENV / "bin" / "npm")
    environment = {
        "PATH": str(VENV / "bin") + os.pathsep + os.environ.get("PATH", os.defpath),
        # The wheel's Node.js trusts a list of its own; behind an office's inspecting proxy only the machine's helps.
        "NODE_OPTIONS": (os.environ.get("NODE_OPTIONS", "") + " --use-system-ca").strip(),
    }
    if not npm_version(npm, environment):
        requirements = str(ROOT / "requirements-node.txt")
        pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
        run("Node.js (no npm here)", [*pip, "-r", requirements])
    return npm, environment


def npm_version(npm: str, environment: dict[str, str]) -> int:
    """The major version, or 0 when this npm does not work."""
    try:
        answer = subprocess.run(
            [npm, "--version"],
            env=dict(os.environ, **environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(rb"(\d+)\.", answer.stdout)
    return int(found.group(1)) if found and answer.returncode == 0 else 0


def copy_vendor_files() -> None:
    """Copy the files that pages load, named in package.json's "vendor", to static/vendor/, and nothing else there."""
    wanted: dict[str, str] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["vendor"]
    content = hashed(json.dumps(wanted), (ROOT / "package-lock.json").read_bytes())
    if stamped("vendor", content) and all((VENDOR / target).is_file() for target in wanted.values()):
        return
    shutil.rmtree(str(VENDOR), ignore_errors=True)
    for source, target in wanted.items():
        copy_vendor_file(ROOT / "node_modules" / source, VENDOR / target)
    stamp("vendor", content)
    say("Front-end files", f"{len(wanted)} copied to static/vendor")


def copy_vendor_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if target.suffix in (".css", ".js"):
        # The storage that hashes names refuses a file which speaks of a source map that is not there.
        content = re.sub(rb"\n?(?:/\*|//)# sourceMappingURL=\S+(?: \*/)?", b"", content)
    target.write_bytes(content)


def cut_paper_fonts() -> None:
    """Cut the fonts for paper down to the letters papers use, with the fontTools that WeasyPrint brings.

    Every PDF embeds what it uses of its fonts; from a whole one that takes four times as long.
    """
    whole = sorted(WHOLE_FONTS.glob("*.ttf"))
    content = hashed(LETTERS, CUT_OPTIONS, *(font.read_bytes() for font in whole))
    if stamped("paper-fonts", content) and all((PAPER_FONTS / font.name).is_file() for font in whole):
        return
    shutil.rmtree(str(PAPER_FONTS), ignore_errors=True)
    PAPER_FONTS.mkdir(parents=True)
    for font in whole:
        output = f"--output-file={PAPER_FONTS / font.name}"
        run(f"Font {font.stem}", [str(PYTHON), "-m", "fontTools.subset", str(font), *CUT_OPTIONS, output])
    stamp("paper-fonts", content)


def check_libraries() -> None:
    """WeasyPrint draws text with Pango and HarfBuzz, which no wheel brings."""
    missing = [name for name in LIBRARIES if not loads(name)]
    if not missing:
        return
    install_system_packages([LIBRARIES[name] for name in missing], "WeasyPrint's native libraries")
    still = [name for name in missing if not loads(name)]
    if still:
        raise SetupFailed("WeasyPrint's native libraries are still missing: {}.".format(", ".join(still)))


def check_test_programs() -> None:
    missing = sorted({package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)})
    if missing:
        install_system_packages(missing, "programs that read the tests' PDF files and QR codes")


def check_browser() -> None:
    """Find or fetch a Chromium for the browser journeys. Without any: a loud notice, and a failure when CI=true."""
    if can_apt() and not shutil.which(HEADLESS_SHELL) and answers(["apt-cache", "show", "--quiet=2", HEADLESS_SHELL]):
        with contextlib.suppress(SetupFailed):
            apt_install([HEADLESS_SHELL])
    if not find_chromium() and can_apt() and not shutil.which("snap"):
        with contextlib.suppress(SetupFailed):
            apt_install(["chromium"])
    if not find_chromium():
        with contextlib.suppress(SetupFailed):
            run("Chromium", [str(PYTHON), "-m", "playwright", "install", "chromium"])
    if find_chromium():
        return
    if is_ci():
        raise SetupFailed("There is no Chromium for the browser journeys, and CI may not go without them.")
    shout("There is no Chromium on this machine: THE BROWSER JOURNEYS WILL BE SKIPPED.", browser_advice())


def browser_advice() -> str:
    if shutil.which("apt-get"):
        return "To run them: sudo apt-get install -y chromium"
    return "To run them, install Chromium, or name one: make test CHROMIUM=/path/to/chromium"


def find_chromium() -> str | None:
    """The browser for the journeys: $CHROMIUM, the machine's own, or Playwright's, whichever starts first."""
    named = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else []
    installed = [found for found in map(shutil.which, BROWSERS) if found]
    # Ubuntu's `chromium-browser` may be a stub that only advises to install a snap: hence each is tried.
    return next(
        (browser for browser in named + installed + playwright_browsers() if answers([browser, "--version"])), None
    )


def playwright_browsers() -> list[str]:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return [str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)]


# --- System packages -------------------------------------------------------------------------------------------------


def install_system_packages(packages: Sequence[str], purpose: str) -> None:
    """As root on Debian or Ubuntu install them; anywhere else stop, and print the one command that does."""
    packages = sorted(set(packages))
    if can_apt():
        apt_install(packages)
        return
    raise SetupFailed(
        f"This machine lacks {purpose}. One command brings them:\n\n    {system_command(packages)}\n\nThen try again."
    )


def system_command(packages: Sequence[str]) -> str:
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        return sudo + "apt-get install -y " + " ".join(packages)
    if set(packages) <= set(LIBRARIES.values()):
        return next((command for program, command in OTHER_SYSTEMS if shutil.which(program)), " ".join(packages))
    return "(with this system's package manager) " + " ".join(packages)


def can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    known = [package for package in packages if answers(["apt-cache", "show", "--quiet=2", package])]
    if known != list(packages):
        # A fresh container has no lists of packages. What is unknown after this too (a library that an older
        # release keeps inside another package) is left out; whoever asked looks again at what is there.
        run("System package lists", ["apt-get", "update", "-q"])
        known = [package for package in packages if answers(["apt-cache", "show", "--quiet=2", package])]
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *known]
    run("System packages: " + " ".join(known), install, DEBIAN_FRONTEND="noninteractive")


def loads(library: str) -> bool:
    """Whether the linker finds the library, under its Linux name or as this system calls it."""
    name = re.match(r"lib(.+)\.so", library)
    for candidate in (library, ctypes.util.find_library(name.group(1)) if name and sys.platform != "linux" else None):
        with contextlib.suppress(OSError):
            if candidate and ctypes.CDLL(candidate):
                return True
    return False


# --- Stamps ----------------------------------------------------------------------------------------------------------


def hashed(*parts: object) -> str:
    """One hash over texts and bytes, and over the Python that is used."""
    whole = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for part in parts:
        whole.update(part if isinstance(part, bytes) else str(part).encode())
        whole.update(b"\0")
    return whole.hexdigest()


def stamped(step: str, content: str) -> bool:
    path = STAMPS / step
    return path.is_file() and path.read_text() == content


def stamp(step: str, content: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(content)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups at once would write over each other: the second waits. The system frees the lock of one that died."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Set-up", "another one is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- Programs and lines ----------------------------------------------------------------------------------------------


def answers(command: Sequence[str]) -> bool:
    """Whether the program exists, runs and is content."""
    try:
        return not subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


def run(title: str, command: Sequence[str], **environment: str) -> None:
    """Run a program, show that it moves, keep what it says in .data/log/setup.log. Raises SetupFailed with its end."""
    started, lines, last_shown = time.monotonic(), [], time.monotonic()
    say(title, "...")
    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=dict(os.environ, **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    with LOG.open("a", encoding="utf-8") as log, selectors.DefaultSelector() as selector:
        log.write("\n$ {}\n".format(" ".join(map(shlex.quote, command))))
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(timeout=1):
                line = process.stdout.readline().decode("utf-8", "replace")
                if not line:
                    break
                log.write(line)
                lines.append(line.rstrip())
            if time.monotonic() - last_shown > (0.5 if sys.stdout.isatty() else QUIET_SECONDS):
                last_shown = time.monotonic()
                show_progress(title, last_shown - started, lines[-1] if lines else "")
    if process.wait() != 0:
        raise SetupFailed(
            "{} failed:\n\n    {}\n\n{}\n\nThe whole of it is in {}".format(
                title, " ".join(map(shlex.quote, command)), "\n".join(lines[-25:]), LOG
            )
        )
    say(title, f"done ({time.monotonic() - started:.0f} s)", over=True)


def show_progress(title: str, seconds: float, line: str) -> None:
    words = f"{seconds:.0f} s  {line.strip()}"
    say(title, words[: max(20, shutil.get_terminal_size((120, 24)).columns - len(title) - 8)], over=True)


def say(title: str, words: str, over: bool = False) -> None:
    """One line of progress; on a terminal it may be written over the line before."""
    if sys.stdout.isatty() and over:
        sys.stdout.write("\033[1A\033[2K")
    print(f"  {title}  {words}", flush=True)


def shout(*lines: str) -> None:
    frame = "!" * 96
    print("\n" + "\n".join([frame, *("!!  " + line for line in lines), frame]) + "\n", flush=True)


def is_ci() -> bool:
    return os.environ.get("CI", "").strip().lower() in ("true", "1")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SetupFailed("Stopped. The next run goes on from here.") from None
