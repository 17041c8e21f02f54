"""What the page shows, in words."""

from typing import Any, Final

from django.utils import timezone

from supervision.machine import backups, queues, words
from supervision.machine.backups import Backup
from supervision.machine.known import sent_for, title_of
from supervision.machine.orders import Failure, Standing
from supervision.machine.queues import Queue, Seen, Worker
from supervision.machine.state import BEAT_SECONDS, SLOW_QUEUE_SECONDS, Level, State
from supervision.models import FailedTask

WHOLE: Final = {
    Level.OK: ("ok", "Mọi phần đều chạy"),
    Level.ATTENTION: ("warn", "Chạy được, có việc cần xem"),
    Level.BROKEN: ("block", "Có phần không chạy"),
}
LEVELS: Final = {Level.BROKEN: ("block", "Hỏng"), Level.ATTENTION: ("warn", "Cần xem")}
QUEUES: Final = {
    "celery": "việc thường",
    "bulk": "việc nhiều (in, nhập, xuất danh sách)",
    "receipts": "phiếu hẹn tại quầy",
}
SILENT: Final = "không rõ, Redis không trả lời"


def shown(state: State) -> dict[str, Any]:
    kind, text = WHOLE[state.level]
    seen, stored = state.seen, state.stored
    return {
        "at": state.at,
        "version": state.version,
        "whole": {"kind": kind, "text": text},
        "problems": [{"kind": LEVELS[one.level][0], "word": LEVELS[one.level][1], "text": one.sentence}
                     for one in state.problems],
        "seen": seen,
        "stored": stored,
        "beat": _beat(seen),
        "workers": [_worker(one, state.version) for one in seen.workers] if seen else [],
        "queues": [_queue(one, seen) for one in seen.queues] if seen else [],
        "held_age": words.age(seen.held_seconds) if seen else "",
        "orders": [_order(one) for one in stored.standing if one.waiting or one.failed] if stored else [],
        "quiet": [one.kind.title for one in stored.standing if not one.waiting and not one.failed] if stored else [],
        "failures": [_failure(one) for one in stored.failures] if stored else [],
        "tasks": _tasks(stored.tasks) if stored else [],
        "backup": _backup(state.backup),
        "runs": [_run(one) for one in stored.runs] if stored else [],
        "size": words.size(stored.sizes.whole_bytes) if stored else "",
        "tables": [
            {"name": one.name, "size": words.size(one.size_bytes),
             "rows": words.number(one.rows) if one.rows is not None else "–"}
            for one in stored.sizes.tables
        ] if stored else [],
    }  # fmt: skip


def _beat(seen: Seen | None) -> dict[str, str]:
    if seen is None:
        return {"kind": "quiet", "text": SILENT}
    if seen.beat_seconds is None:
        return {"kind": "block", "text": "không có tín hiệu"}
    kind = "ok" if seen.beat_seconds <= BEAT_SECONDS else "block"
    return {"kind": kind, "text": f"tín hiệu {words.age(seen.beat_seconds)} trước"}


def _worker(worker: Worker, version: str) -> dict[str, Any]:
    return {
        "name": worker.name,
        "pill": ("ok", "đang chạy") if worker.lives else ("block", "mất tín hiệu"),
        "silent": words.age(worker.silent_seconds),
        "works": words.age(worker.works_seconds),
        "queues": ", ".join(worker.queues),
        "version": worker.version,
        "is_other": worker.lives and worker.version != version,
        "doing": [{"title": title_of(task), "since": words.age(since)} for task, since in worker.doing],
        "done": words.number(worker.done),
    }


def _queue(queue: Queue, seen: Seen) -> dict[str, Any]:
    serving = len(seen.serving(queue.name))
    if not serving:
        pill = ("block", "không ai phục vụ")
    elif (queue.oldest_seconds or 0) > SLOW_QUEUE_SECONDS:
        pill = ("warn", "chậm")
    else:
        pill = ("ok", "thông") if not queue.length else ("info", "đang lấy")
    return {
        "name": queue.name,
        "title": QUEUES.get(queue.name, queue.name),
        "length": words.number(queue.length),
        "oldest": words.age(queue.oldest_seconds) if queue.length else "–",
        "task": title_of(queue.oldest_task) if queue.oldest_task else "",
        "serving": serving,
        "pill": pill,
    }


def _order(one: Standing) -> dict[str, Any]:
    pill = ("warn", "có lỗi") if one.failed else ("warn", "chậm") if one.is_slow else ("info", "đang chờ")
    return {
        "code": one.kind.code,
        "title": one.kind.title,
        "note": one.kind.note,
        "waiting": words.number(one.waiting),
        "oldest": words.age(one.age_seconds) if one.waiting else "–",
        "failed": words.number(one.failed),
        "advice": one.kind.advice if one.failed else "",
        "may_all": bool(one.failed > 1 and one.kind.sweep),
        "pill": pill,
    }


def _failure(one: Failure) -> dict[str, Any]:
    return {
        "kind": one.kind.code,
        "title": one.kind.title,
        "ref": one.ref,
        "at": one.at,
        "place": one.place,
        "reason": one.reason,
        "may_again": one.may_again,
    }


def _tasks(rows: list[FailedTask]) -> list[dict[str, Any]]:
    timetable = queues.timetable()
    return [
        {
            "row": row,
            "title": title_of(row.task),
            "arguments": ", ".join([*map(str, row.args), *(f"{name}={value}" for name, value in row.kwargs.items())]),
            "times": words.number(row.times),
            "is_sent": row.sent_again_at is not None and row.sent_again_at > row.last_at,
            "may_again": bool(sent_for(row.task, timetable)),
        }
        for row in rows
    ]


def _backup(backup: Backup) -> dict[str, Any]:
    texts = {
        backups.NOT_TOLD: "chưa khai báo",
        backups.UNREADABLE: "không đọc được thư mục",
        backups.EMPTY: "thư mục trống",
    }
    return {
        "backup": backup,
        "text": texts.get(backup.standing, ""),
        "age": words.age(backup.age_seconds),
        "size": words.size(backup.size_bytes),
    }


def _run(run: Any) -> dict[str, Any]:
    seconds = (timezone.now() - run.whole_at).total_seconds() if run.whole_at else None
    return {"run": run, "age": words.age(seconds)}
