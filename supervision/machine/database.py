"""The database itself: how big it is and which tables make it so, which migrations it has, and when the long runs over
everybody came to their end."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max, Q
from django.utils import timezone

from registry.cleanup import scan
from registry.duplicates import search_job
from registry.jobs import work
from registry.models import Job, JobState
from registry.scores import history

BIGGEST: Final = 12
RUNS: Final = (scan.JOB_KIND, search_job.EVERYBODY, history.JOB_KIND)
"""What runs over everybody every night."""
LOOKED_BACK: Final = dt.timedelta(days=14)


@dataclass(frozen=True)
class Table:
    name: str
    size_bytes: int
    rows: int | None


@dataclass(frozen=True)
class Sizes:
    """`rows` is PostgreSQL's estimate; None of a table that was never counted."""

    whole_bytes: int
    tables: list[Table]


def sizes() -> Sizes:
    """The biggest tables with their indexes and long values, the biggest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname, pg_total_relation_size(oid), reltuples::bigint, pg_database_size(current_database())
                 FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                ORDER BY 2 DESC LIMIT %s""",
            [BIGGEST],
        )
        found = cursor.fetchall()
    tables = [Table(name, size, rows if rows >= 0 else None) for name, size, rows, _ in found]
    return Sizes(found[0][3] if found else 0, tables)


@dataclass(frozen=True)
class Migrations:
    """`missing`: in the code and not in the database ("registry.0032_…"); `unknown`: the other way round, the code is
    older than the database."""

    applied: int
    last: str
    last_at: dt.datetime | None
    missing: list[str]
    unknown: list[str]


def migrations() -> Migrations:
    """One query."""
    rows = list(MigrationRecorder.Migration.objects.order_by("-applied", "-pk").values_list("app", "name", "applied"))
    needed, known = _of_the_code()
    applied = {(app, name) for app, name, _ in rows}
    apps = {app for app, _ in known}
    last = rows[0] if rows else None
    return Migrations(
        applied=len(rows),
        last=f"{last[0]}.{last[1]}" if last else "",
        last_at=last[2] if last else None,
        missing=sorted(f"{app}.{name}" for app, name in needed - applied),
        unknown=sorted(f"{app}.{name}" for app, name in applied - known if app in apps),
    )


@cache
def _of_the_code() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """What an up-to-date database has, and everything on disk (with what was replaced by one squashed). Read once."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.graph.nodes), frozenset(loader.disk_migrations or {})


@dataclass(frozen=True)
class Run:
    """The newest day of one kind that came to its end everywhere, and the newest day there is."""

    kind: str
    title: str
    whole_at: dt.datetime | None = None
    day: dt.date | None = None
    done: int = 0
    planned: int = 0


def runs() -> list[Run]:
    """One query, over the days of the last two weeks."""
    rows = Job.objects.filter(kind__in=RUNS, for_day__gte=timezone.localdate() - LOOKED_BACK).order_by()
    done = Count("pk", filter=Q(state=JobState.DONE))
    days = rows.values("kind", "for_day").annotate(planned=Count("pk"), done=done, whole_at=Max("finished_at"))
    found = {kind: Run(kind, _title(kind)) for kind in RUNS}
    for day in days.order_by("for_day"):
        before = found[day["kind"]]
        whole_at = day["whole_at"] if day["done"] == day["planned"] else before.whole_at
        found[day["kind"]] = Run(before.kind, before.title, whole_at, day["for_day"], day["done"], day["planned"])
    return list(found.values())


def _title(kind: str) -> str:
    one = work.named(kind)
    return one.title if one else kind
