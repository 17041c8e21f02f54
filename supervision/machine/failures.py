"""Background tasks that ended with an error, written down where the administrator sees them.

What an error says may quote a record: PostgreSQL's explanations do, and so do our own refusals. Kept are its kind, the
SQLSTATE with the names of table and constraint, and the line of our code; never the text.
"""

import datetime as dt
import logging
import re
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from psycopg import Error as PostgresFault

from supervision.models import FailedTask

SAME_WITHIN: Final = dt.timedelta(hours=1)
KEPT: Final = dt.timedelta(days=90)
PATIENCE: Final = "2s"
"""Of hundred tasks that fail at once none waits longer for its turn to be counted."""
LONGEST_REASON: Final = 300
MOST_ARGS: Final = 10
LARGEST_ID: Final = 10**8
HIDDEN: Final = "…"
SENTENCES: Final = {
    "WorkerLostError": "Tiến trình làm việc bị dừng đột ngột, thường do hết bộ nhớ hoặc bị tắt",
    "TimeLimitExceeded": "Chạy quá thời gian cho phép, đã bị dừng",
    "SoftTimeLimitExceeded": "Chạy quá thời gian cho phép, đã tự dừng",
    "MemoryError": "Hết bộ nhớ",
}
"""Of what befalls a task from outside."""
NAME: Final = re.compile(r"[A-Za-z_]\w{0,79}")
KEYWORD: Final = re.compile(r"[a-z][a-z_]{0,29}")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
log = logging.getLogger(__name__)


def note(
    *,
    task: str,
    task_id: str,
    queue: str,
    args: Any,
    kwargs: Any,
    error: BaseException,
    traceback: object = None,
) -> None:
    """Write a failure down, or count it to the same one of the last hour: a task that fails all night is one row.

    Nothing is raised: while the database is gone the log has it. A worker's main process, which had no connection,
    has none afterwards: its children must not inherit one.
    """
    had_one = connection.connection is not None
    try:
        _write(task, task_id, queue, _safe_list(args), _safe_dict(kwargs), reason_of(error, traceback))
    except DatabaseFault as silent:
        log.error("The failure of %s was not written down: %s", task, type(silent).__name__)
    finally:
        if not had_one:
            connection.close()


@transaction.atomic
def _write(task: str, task_id: str, queue: str, args: list[Any], kwargs: dict[str, Any], reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [8, zlib.crc32(task.encode()) & 0x7FFFFFFF])
    now = timezone.now()
    values = {"task_id": task_id[:60], "queue": queue[:40], "args": args, "kwargs": kwargs, "last_at": now}
    same = FailedTask.objects.filter(task=task[:120], reason=reason, closed_at=None, last_at__gt=now - SAME_WITHIN)
    known = same.order_by("-last_at").values_list("pk", flat=True).first()
    if known is not None:
        FailedTask.objects.filter(pk=known).update(times=F("times") + 1, **values)
        return
    FailedTask.objects.filter(last_at__lt=now - KEPT).delete()
    FailedTask.objects.create(task=task[:120], reason=reason, first_at=now, **values)


# --- What may be said of an error ------------------------------------------------------------------------------------


def reason_of(error: BaseException, traceback: object = None) -> str:
    """ "IntegrityError · SQLSTATE 23505 registry_identitynumber number_once · registry/residents/register.py:120": the
    kind of the error and where, of its text nothing."""
    name = str(getattr(error, "exc_cls_name", "") or type(error).__name__)  # as a child process hands it over
    name = name if NAME.fullmatch(name) else "Lỗi không rõ loại"
    if name in SENTENCES:
        return SENTENCES[name]
    where = _where(traceback if isinstance(traceback, TracebackType) else error.__traceback__)
    return " · ".join(filter(None, [name, _of_the_database(error), where]))[:LONGEST_REASON]


def _of_the_database(error: BaseException) -> str:
    for one in _chain(error):
        if isinstance(one, PostgresFault) and one.sqlstate:
            told = (one.diag.table_name, one.diag.column_name, one.diag.constraint_name)
            return " ".join([f"SQLSTATE {one.sqlstate}", *filter(None, told)])
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _where(traceback: TracebackType | None) -> str:
    """The innermost line of our own code: "cards/receipts/render.py:41"."""
    found = ""
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts:
            found = f"{path.relative_to(settings.BASE_DIR).as_posix()}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


# --- What may be kept of a message -----------------------------------------------------------------------------------


def _safe_list(args: Any) -> list[Any]:
    return [_safe(one) for one in list(args)[:MOST_ARGS]] if isinstance(args, list | tuple) else []


def _safe_dict(kwargs: Any) -> dict[str, Any]:
    if not isinstance(kwargs, dict):
        return {}
    return {name: _safe(one) for name, one in list(kwargs.items())[:MOST_ARGS] if KEYWORD.fullmatch(str(name))}


def _safe(value: Any) -> Any:
    """Ids and days stay. Whatever could be a person's number, name or telephone does not: a task that is sent one has a
    fault, and this is not where it may show."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < LARGEST_ID else HIDDEN
    text = str(value)
    return text if DAY.fullmatch(text) or _is_uuid(text) else HIDDEN


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
