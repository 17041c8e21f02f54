"""The whole state at one moment, and what of it somebody has to look at: the page shows it, the monitor reads it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db import Error as DatabaseFault
from django.db import connection, transaction
from django.utils import timezone

from supervision.machine import backups, database, orders, queues, words
from supervision.machine.backups import Backup
from supervision.machine.database import Migrations, Run, Sizes
from supervision.machine.orders import Failure, Standing
from supervision.machine.queues import Seen
from supervision.machine.version import code_version
from supervision.models import FailedTask

DATABASE_MILLISECONDS: Final = 5000
BEAT_SECONDS: Final = 90
SLOW_QUEUE_SECONDS: Final = 300
BACKUP_HOURS: Final = 26
RUN_HOURS: Final = 26
FRESH_FAILURE: Final = dt.timedelta(hours=24)
TASKS_SHOWN: Final = 50
HOUR: Final = 3600


class Level(StrEnum):
    OK = "ok"
    ATTENTION = "attention"
    BROKEN = "broken"


@dataclass(frozen=True)
class Problem:
    """`code` is for the monitor's rules and stays; `sentence` for the administrator."""

    code: str
    level: Level
    sentence: str


@dataclass(frozen=True)
class Stored:
    """What the database says."""

    standing: list[Standing]
    sizes: Sizes
    migrations: Migrations
    runs: list[Run]
    tasks: list[FailedTask]
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """`seen` is None while Redis is silent, `stored` while the database is."""

    at: dt.datetime
    version: str
    seen: Seen | None
    stored: Stored | None
    backup: Backup
    problems: list[Problem]

    @property
    def level(self) -> Level:
        levels = {one.level for one in self.problems}
        return next((one for one in (Level.BROKEN, Level.ATTENTION) if one in levels), Level.OK)


def look(*, one_by_one: bool = False) -> State:
    """Redis, the database and the back-up folder, each with its own limit of time. `one_by_one` reads the failed orders
    as well, for the page. Six queries at most."""
    seen, stored, backup, version = queues.look(), _stored(one_by_one), backups.last(), code_version()
    problems = [*_of_redis(seen, version), *_of_database(stored), *_of_backup(backup)]
    problems.sort(key=lambda one: one.level != Level.BROKEN)
    return State(timezone.now(), version, seen, stored, backup, problems)


def _stored(one_by_one: bool) -> Stored | None:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(DATABASE_MILLISECONDS)])
            return Stored(
                standing=orders.standing(),
                sizes=database.sizes(),
                migrations=database.migrations(),
                runs=database.runs(),
                tasks=failed_tasks(),
                failures=orders.failures() if one_by_one else [],
            )
    except DatabaseFault:
        connection.close()  # a connection kept from better days must not speak for a server that is back
        return None


def failed_tasks() -> list[FailedTask]:
    """Those nobody closed, the newest first."""
    return list(FailedTask.objects.filter(closed_at=None).select_related("sent_again_by")[:TASKS_SHOWN])


# --- What has to be looked at ----------------------------------------------------------------------------------------


def _of_redis(seen: Seen | None, version: str) -> Iterator[Problem]:
    if seen is None:
        said = "Redis không trả lời: không biết tiến trình nào đang chạy; việc mới nằm chờ trong cơ sở dữ liệu."
        yield Problem("redis-silent", Level.BROKEN, said)
        return
    if seen.beat_seconds is None or seen.beat_seconds > BEAT_SECONDS:
        said = "Bộ hẹn giờ (beat) không có tín hiệu: việc định kỳ không chạy, việc sót không được quét lại."
        yield Problem("beat-silent", Level.BROKEN, said)
    for worker in seen.workers:
        if not worker.lives:
            said = f"Tiến trình {worker.name} mất tín hiệu từ {words.age(worker.silent_seconds)} trước."
            yield Problem(f"worker-silent:{worker.name}", Level.ATTENTION, said)
        elif worker.version != version:
            said = f"Tiến trình {worker.name} chạy mã nguồn khác trang web; khởi động lại cùng nhau."
            yield Problem(f"worker-version:{worker.name}", Level.ATTENTION, said)
    for queue in seen.queues:
        if not seen.serving(queue.name):
            said = f"Không tiến trình nào phục vụ hàng đợi “{queue.name}” ({words.number(queue.length)} tin chờ)."
            yield Problem(f"queue-unserved:{queue.name}", Level.BROKEN, said)
        elif (queue.oldest_seconds or 0) > SLOW_QUEUE_SECONDS:
            said = f"Hàng đợi “{queue.name}” có tin chờ {words.age(queue.oldest_seconds)}."
            yield Problem(f"queue-slow:{queue.name}", Level.ATTENTION, said)


def _of_database(stored: Stored | None) -> Iterator[Problem]:
    if stored is None:
        yield Problem("database-silent", Level.BROKEN, "Cơ sở dữ liệu không trả lời trong 5 giây.")
        return
    if stored.migrations.missing:
        many = len(stored.migrations.missing)
        yield Problem(
            "migrations-missing", Level.BROKEN, f"Còn {many} bước nâng cấp cơ sở dữ liệu chưa chạy (migrate)."
        )
    if stored.migrations.unknown:
        said = "Cơ sở dữ liệu mới hơn mã nguồn đang chạy: trang web chưa được khởi động lại sau nâng cấp."
        yield Problem("code-older", Level.ATTENTION, said)
    yield from _of_orders(stored)
    for run in stored.runs:
        if _is_late(run):
            since = f"đã {words.age(_seconds(run.whole_at))} chưa" if run.whole_at else "chưa lần nào"
            yield Problem(f"run-late:{run.kind}", Level.ATTENTION, f"{run.title}: {since} xong trọn cả sổ.")


def _of_orders(stored: Stored) -> Iterator[Problem]:
    for one in stored.standing:
        code, title = one.kind.code, one.kind.title
        if one.is_slow:
            said = f"{title}: {words.number(one.waiting)} việc chờ, lâu nhất {words.age(one.age_seconds)}."
            yield Problem(f"orders-slow:{code}", Level.ATTENTION, said)
        if one.failed:
            yield Problem(f"orders-failed:{code}", Level.ATTENTION, f"{title}: {words.number(one.failed)} việc lỗi.")
    fresh = [one for one in stored.tasks if timezone.now() - one.last_at < FRESH_FAILURE]
    if fresh:
        times = sum(one.times for one in fresh)
        said = f"{len(fresh)} loại lỗi việc nền còn mở trong 24 giờ qua, {words.number(times)} lần."
        yield Problem("tasks-failed", Level.ATTENTION, said)


def _of_backup(backup: Backup) -> Iterator[Problem]:
    said = {
        backups.NOT_TOLD: "Chưa khai báo thư mục sao lưu (BACKUP_DIR).",
        backups.UNREADABLE: "Không đọc được thư mục sao lưu.",
        backups.EMPTY: "Thư mục sao lưu trống.",
    }
    if backup.standing in said:
        yield Problem(f"backup-{backup.standing.replace(' ', '-')}", Level.ATTENTION, said[backup.standing])
        return
    if (backup.age_seconds or 0) > BACKUP_HOURS * HOUR:
        yield Problem("backup-old", Level.BROKEN, f"Bản sao lưu mới nhất đã {words.age(backup.age_seconds)}.")
    if backup.size_bytes == 0 or backup.has_shrunk:
        before = f", bản trước {words.size(backup.before_bytes)}" if backup.before_bytes else ""
        told = f"Bản sao lưu mới nhất chỉ có {words.size(backup.size_bytes)}{before}."
        yield Problem("backup-small", Level.ATTENTION, told)


def _is_late(run: Run) -> bool:
    """Not where it never began, nor on its first day."""
    if run.whole_at is None:
        return run.day is not None and run.day < timezone.localdate()
    return _seconds(run.whole_at) > RUN_HOURS * HOUR


def _seconds(moment: dt.datetime | None) -> float:
    return (timezone.now() - moment).total_seconds() if moment else 0.0
