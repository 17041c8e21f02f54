"""The home of the embedded servers: a folder, and the account that owns it and runs them.

An ordinary user's servers live in the data folder itself. PostgreSQL refuses to run as root; then another account runs
both, and where that one cannot enter the checkout (one below /root, say) their home is a folder below SHARED_HOME, to
which `home` in the data folder leads. No permission of any folder above is touched.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from config.servers.processes import ServicesFailed, keep_private, popen

SHARED_HOME = Path("/var/lib/cong-dan-cu")


class Home:
    """Where the servers keep their files, and under which account they run (None: ours)."""

    def __init__(self, path: Path, account: pwd.struct_passwd | None) -> None:
        self.path, self.account = path, account

    def folder(self, name: str) -> Path:
        """A folder of the account's own, which nobody else may enter."""
        return own(self.path / name, self.account)

    def popen(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program under the account, away from our terminal, to end with us even if we are killed."""
        if self.account:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        # Not our environment: a PGDATA or PGPORT there would lead the servers astray.
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.path)}
        # SIGINT: for PostgreSQL, SIGTERM would mean to wait until the last client has gone.
        return popen(command, when_orphaned=signal.SIGINT, cwd=self.path, env=environment, **options)

    def run(self, command: Sequence[str | Path]) -> tuple[int, str]:
        """Run a program to its end: its status and all it said. A program out of the account's reach has status 126."""
        try:
            process = self.popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except PermissionError as refused:
            return 126, str(refused)
        output, _ = process.communicate()
        return process.returncode, output.decode("utf-8", "replace")


def keep_data_private(data_dir: Path) -> None:
    """Nobody else looks into a data folder. Root's lets others pass to names they know: its servers' account must."""
    keep_private(data_dir, 0o711 if os.geteuid() == 0 else 0o700)


def home_in(data_dir: Path) -> Home:
    """The home for a data folder: that folder, or, where root's account cannot enter it, one below SHARED_HOME.

    `data_dir/home` then leads to it; a data folder that is deleted takes its claim with it, and the next start of any
    checkout clears such homes away.
    """
    account = account_for(data_dir)
    here = Home(data_dir, account)
    link = data_dir / "home"
    if not link.is_symlink() and (not account or can_enter(account, data_dir)):
        return here
    forget_abandoned_homes()
    if not link.is_dir():
        link.unlink(missing_ok=True)
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=SHARED_HOME))
        own(path, account)
        link.symlink_to(path)
        path.with_suffix(".claim").write_text(str(link.absolute()))
    return Home(link.resolve(), account)


def forget_abandoned_homes() -> None:
    """Delete homes whose data folder is gone. Root's work: nobody else has homes there, or may look into others'."""
    if os.geteuid() != 0:
        return
    for claim in SHARED_HOME.glob("*.claim"):
        link, home = Path(claim.read_text()), claim.with_suffix("")
        if not (link.is_symlink() and link.readlink() == home):
            shutil.rmtree(home, ignore_errors=True)
            claim.unlink()


@contextlib.contextmanager
def temporary_home() -> Iterator[Home]:
    """A home that is deleted at the end, in the first temporary folder that the account can enter."""
    account = account_for(Path(".data"))
    bases = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    base = next((base for base in bases if not account or can_enter(account, Path(base))), "/tmp")
    clear_temporary_homes(Path(base))
    path = own(Path(tempfile.mkdtemp(prefix="dancu-test-", dir=base)), account)
    try:
        with (path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Home(path, account)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def clear_temporary_homes(base: Path) -> None:
    """Delete what killed runs left, 45 MB each. A living one holds its lock; a new one has a minute to take it."""
    for path in base.glob("dancu-test-*"):
        with contextlib.suppress(OSError), (path / "lock").open() as lock:
            if path.stat().st_mtime < time.time() - 60:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)


def account_for(data_dir: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root. Then: whoever owns the data, the checkout, or `postgres`, or `nobody`."""
    if os.geteuid() != 0:
        return None
    owners = [path.stat().st_uid for path in (data_dir / "home" / "postgres", data_dir / "postgres") if path.exists()]
    for owner in filter(None, [*owners, data_dir.absolute().parent.stat().st_uid]):
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServicesFailed(
        "PostgreSQL refuses to run as root, and this machine has no account to run it under. "
        "Create one: useradd --system postgres"
    )


def can_enter(account: pwd.struct_passwd, path: Path) -> bool:
    """Tried, not reckoned: modes of every folder above, access lists and mounts all have a say."""
    return Home(Path("/"), account).run(["/bin/sh", "-c", 'cd "$0"', path.absolute()])[0] == 0


def own(path: Path, account: pwd.struct_passwd | None) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(0o700)
    return path
